import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { startsLikeJson } from "../../../runtime/json.js";
import { CarrierCallError, callCarrier, type FetchContext, failureKindOf, refusedCall } from "../contract.js";
import { baseUrlOf } from "./credentials.js";
import { errorCodesIn, isInFlightIn } from "./refusals.js";

/** Largest body taken. A tracker with all its scans comes to some 20 kB; a list holds up to a hundred. */
export const EASYPOST_MAX_BYTES = 2 * 1024 * 1024;

/**
 * Sends one request to EasyPost; any whole answer is returned. The key is the user name of Basic authentication, without
 * a password.
 * @throws CarrierCallError when no whole answer arrived
 */
export function callEasypost(
  method: HttpRequest["method"],
  path: string,
  context: FetchContext,
  body?: Readonly<Record<string, unknown>>,
): Promise<HttpResponse> {
  const key = Buffer.from(`${context.credentials.apiKey ?? ""}:`, "utf8").toString("base64");
  return callCarrier("EasyPost", context, {
    method,
    url: `${baseUrlOf(context.credentials)}${path}`,
    headers: {
      accept: "application/json",
      authorization: `Basic ${key}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    maxBytes: EASYPOST_MAX_BYTES,
  });
}

/** Whether a call did what it should; which 2xx EasyPost answers differs by call. */
export function isSuccess({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

/** Whether a refusal may be about the number and not about the call. */
export function mayConcernNumber({ status }: HttpResponse): boolean {
  return status === 400 || status === 404 || status === 422;
}

/** @throws CarrierCallError `unreadable` when a success holds no JSON */
export function requireJson({ body }: HttpResponse): Uint8Array {
  if (startsLikeJson(body)) return body;
  throw new CarrierCallError("unreadable", "EasyPost answered with something that is not JSON.");
}

/** What a refused call means for the retry. `what` begins the sentence. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  const kind =
    mayConcernNumber(response) && isInFlightIn(response.body) ? "unavailable" : failureKindOf(response.status);
  const codes = errorCodesIn(response.body);
  // Nothing that can be mended here: say where.
  if (response.status === 402) codes.push("EasyPost wants payment first: see Billing in its dashboard");
  return refusedCall(what, kind, response, codes, nowMs);
}
