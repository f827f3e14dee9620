import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { type AccessToken, type CarrierCallError, type FetchContext, failureKindOf, refusedCall } from "../contract.js";

const MAX_ERROR_BYTES = 64 * 1024;

/** The headers of every call but those for tokens. */
export function headersOf(token: AccessToken, { newId }: FetchContext): Record<string, string> {
  return {
    accept: "application/json",
    authorization: `Bearer ${token.value}`,
    "content-type": "application/json",
    // Reasons are told apart by FedEx's English texts.
    "x-locale": "en_US",
    "x-customer-transaction-id": newId(),
  };
}

/** What a refused call of FedEx means for the retry. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  return refusedCall(what, failureKindOf(response.status), response, errorCodesOf(response.body), nowMs);
}

/** FedEx writes codes as dotted capitals (`NOT.AUTHORIZED.ERROR`); anything else might be an echo. */
export function errorCodesOf(body: Uint8Array): string[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  if (!reading.ok) return [];
  return listAt(reading.value, "errors")
    .slice(0, 3)
    .map((error) => textAt(error, "code"))
    .filter((code) => code !== null)
    .filter((code) => /^[A-Z]+(\.[A-Z]+){1,6}$/.test(code));
}
