import type { LocalAnswer } from "../local-server.js";

/** EasyPost's error envelope. */
export function refuse(
  status: number,
  code: string,
  message: string,
  more: { readonly field?: string; readonly headers?: Record<string, string> } = {},
): LocalAnswer {
  const errors = more.field === undefined ? [] : [{ field: more.field, message }];
  return { status, ...(more.headers && { headers: more.headers }), body: { error: { code, message, errors } } };
}

export const notFound = (): LocalAnswer => refuse(404, "NOT_FOUND", "The requested resource could not be found.");

export const invalid = (field: string, message: string): LocalAnswer =>
  refuse(422, "PARAMETER.INVALID", message, { field });
