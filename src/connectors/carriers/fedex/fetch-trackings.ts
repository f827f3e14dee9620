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
import { endpointOf } from "./credentials.js";

/** The most numbers in one call (FedEx Track API, trackingInfo). */
export const FEDEX_BATCH_SIZE = 30;
/** Thirty parcels with all their scans come to about half of this. */
export const FEDEX_MAX_BYTES = 5 * 1024 * 1024;

const DAY_MS = 86_400_000;
/** A parcel may be handed over before or after the day that the shop calls its ship date. */
const SHIP_DATE_SLACK_DAYS = 7;

/**
 * Asks FedEx about 1 to 30 numbers in one call and returns its answer as received. A refused token is renewed once.
 * @throws CarrierCallError
 */
export async function fetchTrackings(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  if (queries.length === 0 || queries.length > FEDEX_BATCH_SIZE) {
    throw new CarrierCallError(
      "rejected",
      `FedEx takes 1 to ${FEDEX_BATCH_SIZE} numbers in a call, not ${queries.length}.`,
    );
  }
  const response = await callWithToken(context, obtainAccessToken, (token) => askFedex(queries, token, context));
  if (response.status !== 200) throw failureOf(response, context.now(), "FedEx refused the tracking request");
  if (!startsLikeJson(response.body))
    throw new CarrierCallError("unreadable", "FedEx answered with something that is not JSON.");
  return response.body;
}

function askFedex(queries: readonly TrackQuery[], token: AccessToken, context: FetchContext): Promise<HttpResponse> {
  const { credentials } = context;
  return callCarrier("FedEx", context, {
    method: "POST",
    url: endpointOf(credentials, "trackPath"),
    headers: headersOf(token, context),
    body: JSON.stringify({ includeDetailedScans: true, trackingInfo: queries.map(trackingInfo) }),
    maxBytes: FEDEX_MAX_BYTES,
  });
}

/** The unique id says which use of a recycled number is meant; without it the ship date narrows it down. */
function trackingInfo({ trackingNumber, carrierUniqueId, shipDate }: TrackQuery): Record<string, unknown> {
  if (carrierUniqueId !== null) {
    return { trackingNumberInfo: { trackingNumber, trackingNumberUniqueId: carrierUniqueId } };
  }
  return { ...(shipDate !== null && shipDateRange(shipDate)), trackingNumberInfo: { trackingNumber } };
}

function shipDateRange(shipDate: string): Record<string, string> | null {
  const dayMs = Date.parse(`${shipDate}T00:00:00Z`);
  if (!Number.isFinite(dayMs)) return null;
  const dayAfter = (days: number) => new Date(dayMs + days * DAY_MS).toISOString().slice(0, 10);
  return { shipDateBegin: dayAfter(-SHIP_DATE_SLACK_DAYS), shipDateEnd: dayAfter(SHIP_DATE_SLACK_DAYS) };
}
