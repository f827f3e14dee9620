import { HttpError, type HttpRequest, type HttpResponse } from "../../runtime/http-client.js";
import { retryAfterMs } from "../../runtime/retry.js";
import { CarrierCallError, type CarrierFailure, type FetchContext } from "./contract.js";

/**
 * Sends one request to a carrier. Any whole answer is returned, whatever its status.
 * @throws CarrierCallError when no whole answer arrived
 */
export async function callCarrier(name: string, context: FetchContext, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await context.http({ ...request, ...(context.signal && { signal: context.signal }) });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const kind = error.kind === "too_large" ? "unreadable" : "unavailable";
    throw new CarrierCallError(kind, `${name} gave no whole answer (${error.kind}).`);
  }
}

/** The failure kind of a refused call where the carrier has no rules of its own. */
export function failureKindOf(status: number): CarrierFailure {
  if (status === 429) return "rate_limited";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 408 || status >= 500) return "unavailable";
  return "rejected";
}

/**
 * A refused call in one sentence with the carrier's error codes. Its texts may echo what we sent, so they stay out.
 * `what` begins the sentence: `FedEx refused the tracking request`.
 */
export function refusedCall(
  what: string,
  kind: CarrierFailure,
  response: HttpResponse,
  codes: readonly string[],
  nowMs: number,
): CarrierCallError {
  const detail = [`HTTP ${response.status}`, ...codes].join(", ");
  return new CarrierCallError(kind, `${what} (${detail}).`, retryAfterMs(response.headers, nowMs));
}
