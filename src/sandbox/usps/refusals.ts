import type { LocalAnswer } from "../local-server.js";

/** USPS's error envelope; every value in it is a text. `source` is a text in some errors and an object in others. */
export function refuse(
  apiVersion: string,
  status: number,
  code: string,
  message: string,
  more: { readonly headers?: Record<string, string>; readonly source?: unknown; readonly body?: object } = {},
): LocalAnswer {
  const { headers, source, body } = more;
  const error = { status: String(status), code, title: message, detail: "", ...(source !== undefined && { source }) };
  return {
    status,
    ...(headers && { headers }),
    body: { apiVersion, error: { code: String(status), message, errors: [error] }, ...body },
  };
}

export const insufficientScope = (apiVersion: string): LocalAnswer =>
  refuse(apiVersion, 401, "010005", "Insufficient OAuth scope.", { source: "OAuth 2.0 Scopes" });

export const unauthorized = (apiVersion: string): LocalAnswer =>
  refuse(apiVersion, 401, "010006", "The OAuth token is invalid or has expired.");

/** What USPS says while nothing was scanned, in HTML, with a number of its own in front. */
export const notYet = (apiVersion: string): LocalAnswer =>
  refuse(
    apiVersion,
    400,
    "150001",
    "12: Nothing is known of this item yet. Sign up for Informed Delivery<SUP>&reg;</SUP> to be told. - ",
  );
