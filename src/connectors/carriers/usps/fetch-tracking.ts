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
import { failureOf } from "./call.js";
import { endpointOf, settingOf } from "./credentials.js";
import { statesNotice } from "./notices.js";
import { hasRoutingCode } from "./numbers.js";

/** Largest body taken. USPS lists at most 99 events of half a kilobyte. */
export const USPS_MAX_BYTES = 2 * 1024 * 1024;
/** Also keeps `..` and the like out of the path. */
const NUMBER = /^[0-9A-Z]{10,34}$/;

/**
 * Asks USPS about one number (`GET /tracking/v3/tracking/{number}?expand=DETAIL`; USPS has no batch) and returns the body as
 * received. A refused token is renewed once and the call made once more. A 400, 403 or 404 whose error is about the
 * number is a report: its body is returned, and `parse` makes a notice of it.
 * @throws CarrierCallError
 */
export async function fetchTracking(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  const query = askable(queries);
  const response = await callWithToken(context, obtainAccessToken, (token) => askTracking(query, token, context));
  if (response.status === 200 && startsLikeJson(response.body)) return response.body;
  if (response.status === 200)
    throw new CarrierCallError("unreadable", "USPS answered with a page instead of a report.");
  if ([400, 403, 404].includes(response.status) && statesNotice(response.body)) return response.body;
  throw failureOf(response, context.now(), "USPS refused the tracking request");
}

function askable(queries: readonly TrackQuery[]): TrackQuery {
  const query = queries[0];
  if (query === undefined || queries.length > 1)
    throw new CarrierCallError("rejected", `USPS takes one number per call, not ${queries.length}.`);
  if (!NUMBER.test(query.trackingNumber))
    throw new CarrierCallError("rejected", "USPS takes numbers of 10 to 34 capitals and digits only.");
  if (hasRoutingCode(query.trackingNumber))
    throw new CarrierCallError(
      "rejected",
      "USPS answers under the number without 420 and the ZIP Code in front of it: register it so.",
    );
  return query;
}

function askTracking(query: TrackQuery, token: AccessToken, context: FetchContext): Promise<HttpResponse> {
  const { credentials } = context;
  const url = new URL(`${endpointOf(credentials, "trackPath")}/${encodeURIComponent(query.trackingNumber)}`);
  // The default, SUMMARY, is sentences without codes and times.
  url.searchParams.set("expand", "DETAIL");
  if (query.shipDate !== null && settingOf(credentials, "sendMailingDate").toLowerCase() === "yes")
    url.searchParams.set("mailingDate", query.shipDate);
  return callCarrier("USPS", context, {
    method: "GET",
    url: url.href,
    headers: { accept: "application/json", authorization: `Bearer ${token.value}` },
    maxBytes: USPS_MAX_BYTES,
  });
}
