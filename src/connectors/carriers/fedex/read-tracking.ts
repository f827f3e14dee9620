import { withHeadline } from "../../../domain/headline.js";
import type { LinkedNumber, ProofOfDelivery, Tracking } from "../../../domain/report.js";
import { type JsonRecord, listAt, textAt } from "../../../runtime/json.js";
import { readEdd } from "./read-edd.js";
import { readPlace } from "./read-place.js";
import { readHeadline, readScans } from "./read-scans.js";
import { dateTimesOf } from "./read-times.js";

/** Everything one `trackResults` entry states. Pushes may leave out any part of it. */
export function readTracking(trackingNumber: string, result: JsonRecord): Tracking {
  const scans = readScans(result);
  const headline = readHeadline(result);
  const times = dateTimesOf(result);
  const shipped = times.get("SHIP") ?? times.get("ACTUAL_PICKUP") ?? times.get("ACTUAL_TENDER");
  return {
    carrier: "fedex",
    trackingNumber,
    carrierUniqueId: textAt(result, "trackingNumberInfo", "trackingNumberUniqueId"),
    serviceLevel: textAt(result, "serviceDetail", "description") ?? textAt(result, "serviceDetail", "type"),
    shipDate: shipped?.date ?? null,
    origin: readPlace(result, "shipperInformation", "address"),
    // The recipient first: the updated address of a parcel that goes back may be the shipper's.
    destination:
      readPlace(result, "recipientInformation", "address") ?? readPlace(result, "lastUpdatedDestinationAddress"),
    scans: headline === null ? scans : withHeadline(scans, headline),
    edd: readEdd(result),
    proof: readProof(result),
    linkedNumbers: readLinkedNumbers(trackingNumber, result),
  };
}

/** Offered only for a delivered parcel: FedEx also names a receiver on parcels that came back. */
function readProof(result: JsonRecord): ProofOfDelivery | null {
  const images = listAt(result, "availableImages").map((image) => textAt(image, "type") ?? "");
  const hasSignature = images.includes("SIGNATURE_PROOF_OF_DELIVERY");
  const hasPhoto = images.some((type) => /PICTURE|PHOTO/.test(type));
  const isDelivered =
    textAt(result, "latestStatusDetail", "code") === "DL" || dateTimesOf(result).has("ACTUAL_DELIVERY");
  if (!isDelivered && !hasSignature && !hasPhoto) return null;
  const receivedBy =
    textAt(result, "deliveryDetails", "signedByName") ?? textAt(result, "deliveryDetails", "receivedByName");
  const location = textAt(result, "deliveryDetails", "locationDescription");
  if (receivedBy === null && location === null && !hasSignature && !hasPhoto) return null;
  return { receivedBy, location, hasSignature, hasPhoto };
}

function readLinkedNumbers(trackingNumber: string, result: JsonRecord): LinkedNumber[] {
  const linked: LinkedNumber[] = [];
  for (const identifier of listAt(result, "additionalTrackingInfo", "packageIdentifiers")) {
    const relation = RELATIONS.get(textAt(identifier, "type") ?? "");
    if (relation === undefined) continue;
    for (const other of numbersOf(identifier)) {
      if (other === trackingNumber || linked.some((known) => known.trackingNumber === other)) continue;
      linked.push({ trackingNumber: other, relation, carrier: relation === "next_leg" ? partnerOf(result) : "fedex" });
    }
  }
  return linked;
}

const RELATIONS = new Map<string, LinkedNumber["relation"]>([
  ["PARTNER_CARRIER_NUMBER", "next_leg"],
  ["RETURNED_TO_SHIPPER_TRACKING_NUMBER", "return"],
  ["REROUTE_TRACKING_NUMBER", "reroute"],
  ["REROUTE", "reroute"],
]);

const MAX_LINKED = 10;

/** The specification has `value`, real answers `values`. */
function numbersOf(identifier: unknown): string[] {
  const single = textAt(identifier, "value");
  const many = listAt(identifier, "values").map((value) => textAt(value));
  return [single, ...many].filter((number) => number !== null).slice(0, MAX_LINKED);
}

/** Ground Economy (operating company FXSP) is carried on by the US Postal Service; of others the body does not say. */
function partnerOf(result: JsonRecord): string | null {
  return textAt(result, "trackingNumberInfo", "carrierCode") === "FXSP" ? "usps" : null;
}
