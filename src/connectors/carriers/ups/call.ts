import { HttpError, type HttpRequest, type HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { CarrierCallError, type CarrierFailure, type FetchContext } from "../contract.js";

/** The longest wait that is believed: a header of a year would stop polling for good. */
const MAX_RETRY_AFTER_MS = 60 * 60 * 1_000;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Sends one request to UPS. Any whole answer is returned, whatever its status.
 * @throws CarrierCallError when no whole answer arrived
 */
export async function callUps(context: FetchContext, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await context.http({ ...request, ...(context.signal && { signal: context.signal }) });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const kind = error.kind === "too_large" ? "unreadable" : "unavailable";
    throw new CarrierCallError(kind, `UPS gave no whole answer (${error.kind}).`);
  }
}

/** What a refused call means for the retry, in one sentence with UPS's error codes. Its texts stay out. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  const codes = errorCodesOf(response.body);
  const detail = codes.length === 0 ? `${response.status}` : `${response.status}, code ${codes.join(", ")}`;
  return new CarrierCallError(kindOf(response.status, codes), `${what} (${detail}).`, retryAfterMs(response, nowMs));
}

function kindOf(status: number, codes: readonly string[]): CarrierFailure {
  // 10429 is UPS's own "too many requests", in case the status in front of it was changed on the way.
  if (status === 429 || codes.includes("10429")) return "rate_limited";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 408 || status >= 500) return "unavailable";
  return "rejected";
}

/** UPS writes codes as a few capitals and digits (`TV1002`, `250003`); anything else might echo what we sent. */
function errorCodesOf(body: Uint8Array): string[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  if (!reading.ok) return [];
  return listAt(reading.value, "response", "errors")
    .slice(0, 5)
    .map((error) => textAt(error, "code"))
    .filter((code) => code !== null)
    .filter((code) => /^[A-Z]{0,3}\d{3,6}$/.test(code));
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3). */
function retryAfterMs(response: HttpResponse, nowMs: number): number | null {
  const header = response.headers["retry-after"]?.trim();
  if (!header) return null;
  const waitMs = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : null;
}
