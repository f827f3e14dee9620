import type { HttpResponse } from "../../../runtime/http-client.js";
import { startsLikeJson } from "../../../runtime/json.js";
import {
  type AccessToken,
  CarrierCallError,
  callCarrier,
  callWithToken,
  type FetchContext,
  type TrackQuery,
} from "../contract.js";
import { obtainAccessToken } from "./access-token.js";
import { failureOf, headersOf } from "./call.js";
import { baseUrlOf } from "./credentials.js";
import { statesNumberErrors } from "./notices.js";

/** Largest track answer taken. A signature or photo inside makes it large; we ask for neither. */
export const MAX_DETAILS_BYTES = 4 * 1024 * 1024;
/** What UPS's specification allows in the path; also keeps `..` and the like out of it. */
const INQUIRY_NUMBER = /^[0-9A-Za-z]{7,34}$/;

/**
 * Asks UPS about one number (`GET /api/track/v1/details/{number}`; UPS has no batch) and returns the body as received.
 * A refused token is renewed once and the call made once more. A 400 or 404 whose errors are about the number is a
 * report: its body is returned, and `parse` makes a notice of it.
 * @throws CarrierCallError
 */
export async function fetchDetails(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  const query = queries[0];
  if (query === undefined || queries.length > 1) {
    throw new CarrierCallError("rejected", `UPS takes one number per call, not ${queries.length}.`);
  }
  if (!INQUIRY_NUMBER.test(query.trackingNumber)) {
    throw new CarrierCallError("rejected", "UPS takes numbers of 7 to 34 letters and digits only.");
  }
  const response = await callWithToken(context, obtainAccessToken, (token) => askDetails(query, token, context));
  if (response.status === 200 && startsLikeJson(response.body)) return response.body;
  if (response.status === 200)
    throw new CarrierCallError("unreadable", "UPS answered with a page instead of a report.");
  const aboutTheNumber = (response.status === 400 || response.status === 404) && statesNumberErrors(response.body);
  if (aboutTheNumber) return response.body;
  throw failureOf(response, context.now(), "UPS refused the track request");
}

function askDetails(query: TrackQuery, token: AccessToken, context: FetchContext): Promise<HttpResponse> {
  const { credentials } = context;
  const url = new URL(`${baseUrlOf(credentials)}/api/track/v1/details/${encodeURIComponent(query.trackingNumber)}`);
  url.searchParams.set("locale", credentials.locale?.trim() || "en_US");
  url.searchParams.set("returnSignature", "false");
  return callCarrier("UPS", context, {
    method: "GET",
    url: url.href,
    headers: headersOf(token, context),
    maxBytes: MAX_DETAILS_BYTES,
  });
}
