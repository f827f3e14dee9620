import type { HttpResponse } from "../../../runtime/http-client.js";
import { type CarrierCallError, failureKindOf, refusedCall } from "../contract.js";
import { errorCodesOf, lacksScope } from "./notices.js";

/** A refused call of USPS. A missing scope is said, because no other credentials would help; `scope` is its name. */
export function failureOf(response: HttpResponse, nowMs: number, what: string, scope = ""): CarrierCallError {
  const named = scope === "" ? "the scope" : `the scope ${scope}`;
  const missing = lacksScope(response.body) ? [`the app lacks ${named}: ask USPS to grant it`] : [];
  const codes = [...errorCodesOf(response.body), ...missing];
  return refusedCall(what, failureKindOf(response.status), response, codes, nowMs);
}
