import type { HttpResponse } from "../../../runtime/http-client.js";
import { type CarrierCallError, failureKindOf, refusedCall } from "../contract.js";
import { errorCodesOf, lacksScope } from "./notices.js";

/** A refused call of USPS. A missing scope is named, because no other credentials would help. */
export function failureOf(response: HttpResponse, nowMs: number, what: string): CarrierCallError {
  const scope = lacksScope(response.body) ? ["the app lacks the scope: ask USPS to grant it"] : [];
  const codes = [...errorCodesOf(response.body), ...scope];
  return refusedCall(what, failureKindOf(response.status), response, codes, nowMs);
}
