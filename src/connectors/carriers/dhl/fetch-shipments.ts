import type { Credentials } from "../../../runtime/credentials.js";
import { startsLikeJson } from "../../../runtime/json.js";
import {
  CarrierCallError,
  callCarrier,
  type FetchContext,
  failureKindOf,
  refusedCall,
  type TrackQuery,
} from "../contract.js";
import { baseUrlOf, SERVICES } from "./credentials.js";
import { statesNotFound } from "./notices.js";
import { MAX_BODY_BYTES } from "./parse.js";

/** Keeps `..` and the like out of the request; DHL's own numbers are letters and digits, Freight's have hyphens. */
const NUMBER = /^[0-9A-Za-z][0-9A-Za-z-]{3,49}$/;

/**
 * Asks DHL about one number (`GET /shipments` of Shipment Tracking - Unified; it has no batch) and returns the body as
 * received. A 404 that is about the number is a report: its body is returned, and `parse` makes a notice of it. New apps
 * may make 250 calls a day, one every five seconds; over that DHL answers 429, mostly without saying for how long.
 * @throws CarrierCallError
 */
export async function fetchShipments(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  const query = queries[0];
  if (query === undefined || queries.length > 1) {
    throw new CarrierCallError("rejected", `DHL takes one number per call, not ${queries.length}.`);
  }
  if (!NUMBER.test(query.trackingNumber)) {
    throw new CarrierCallError("rejected", "DHL takes numbers of 4 to 50 letters, digits and hyphens only.");
  }
  const response = await callCarrier("DHL", context, {
    method: "GET",
    url: addressOf(query.trackingNumber, context.credentials),
    headers: { accept: "application/json", "DHL-API-Key": context.credentials.apiKey ?? "" },
    maxBytes: MAX_BODY_BYTES,
  });
  if (response.status === 200 && startsLikeJson(response.body)) return response.body;
  if (response.status === 200)
    throw new CarrierCallError("unreadable", "DHL answered with a page instead of a report.");
  if (response.status === 404 && statesNotFound(response.body)) return response.body;
  // The codes of a DHL error repeat its HTTP status, and its texts may echo what we sent.
  throw refusedCall("DHL refused the tracking request", failureKindOf(response.status), response, [], context.now());
}

function addressOf(trackingNumber: string, credentials: Credentials): string {
  const url = new URL(`${baseUrlOf(credentials)}/shipments`);
  url.searchParams.set("trackingNumber", trackingNumber);
  const service = credentials.service?.trim() ?? "";
  if (SERVICES.has(service)) url.searchParams.set("service", service);
  const country = credentials.requesterCountryCode?.trim().toUpperCase() ?? "";
  if (/^[A-Z]{2}$/.test(country)) url.searchParams.set("requesterCountryCode", country);
  url.searchParams.set("language", credentials.language?.trim() || "en");
  return url.href;
}
