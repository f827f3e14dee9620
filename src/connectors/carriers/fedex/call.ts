import { HttpError, type HttpRequest, type HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { CarrierCallError, type CarrierFailure, type FetchContext } from "../contract.js";

/** The longest wait that is believed: the daily quota of FedEx starts again at midnight GMT. */
const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Sends one request to FedEx. Any whole answer is returned, whatever its status.
 * @throws CarrierCallError when no whole answer arrived
 */
export async function callFedex(context: FetchContext, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await context.http({ ...request, ...(context.signal && { signal: context.signal }) });
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const kind = error.kind === "too_large" ? "unreadable" : "unavailable";
    throw new CarrierCallError(kind, `FedEx gave no whole answer (${error.kind}).`);
  }
}

/** What a refused call means, in one sentence with FedEx's error codes. Its texts may echo what we sent, so they stay out. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  const detail = [`HTTP ${response.status}`, ...errorCodesOf(response.body)].join(", ");
  return new CarrierCallError(kindOf(response.status), `${what} (${detail}).`, retryAfterMs(response, nowMs));
}

function kindOf(status: number): CarrierFailure {
  if (status === 429) return "rate_limited";
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 408 || status >= 500) return "unavailable";
  return "rejected";
}

/** FedEx writes codes as dotted capitals (`NOT.AUTHORIZED.ERROR`); anything else might be an echo. */
function errorCodesOf(body: Uint8Array): string[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  if (!reading.ok) return [];
  return listAt(reading.value, "errors")
    .slice(0, 3)
    .map((error) => textAt(error, "code"))
    .filter((code) => code !== null)
    .filter((code) => /^[A-Z]+(\.[A-Z]+){1,6}$/.test(code));
}

/** Seconds or an HTTP date (RFC 9110 section 10.2.3). */
function retryAfterMs(response: HttpResponse, nowMs: number): number | null {
  const header = response.headers["retry-after"]?.trim();
  if (!header) return null;
  const waitMs = /^\d{1,9}$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : null;
}
