import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, textAt } from "../../../runtime/json.js";
import { type CarrierCallError, failureKindOf, refusedCall } from "../contract.js";

const MAX_ERROR_BYTES = 64 * 1024;

/** What a refused call of FedEx means for the retry. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  return refusedCall(what, failureKindOf(response.status), response, errorCodesOf(response.body), nowMs);
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
