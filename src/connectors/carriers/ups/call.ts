import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { type AccessToken, type CarrierCallError, type FetchContext, failureKindOf, refusedCall } from "../contract.js";

const MAX_ERROR_BYTES = 64 * 1024;

/** The headers of every call but those for tokens. */
export function headersOf(token: AccessToken, { credentials, newId }: FetchContext): Record<string, string> {
  return {
    accept: "application/json",
    authorization: `Bearer ${token.value}`,
    // UPS wants it unique and at most 32 characters: a UUID fits without its hyphens.
    transId: newId().replaceAll("-", "").slice(0, 32),
    transactionSrc: credentials.transactionSource?.trim() || "waybill",
  };
}

/** What a refused call of UPS means for the retry. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  const codes = errorCodesOf(response.body);
  // 10429 is UPS's own "too many requests", in case the status in front of it was changed on the way.
  const kind = codes.includes("10429") ? "rate_limited" : failureKindOf(response.status);
  return refusedCall(what, kind, response, codes, nowMs);
}

/** UPS writes codes as a few capitals and digits (`TV1002`, `250003`); anything else might echo what we sent. */
export function errorCodesOf(body: Uint8Array): string[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  if (!reading.ok) return [];
  return [...listAt(reading.value, "response", "errors"), ...listAt(reading.value, "errors")]
    .slice(0, 5)
    .map((error) => textAt(error, "code"))
    .filter((code) => code !== null)
    .filter((code) => /^[A-Z]{0,3}\d{3,6}$/.test(code));
}
