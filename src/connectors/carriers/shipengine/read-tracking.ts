import { withHeadline } from "../../../domain/headline.js";
import type { ProofOfDelivery, Tracking } from "../../../domain/report.js";
import type { Scan } from "../../../domain/scan.js";
import { scanIdentity } from "../../../domain/scan-identity.js";
import { buildTimeline } from "../../../domain/timeline.js";
import { listAt, textAt } from "../../../runtime/json.js";
import { fromCarrierCode } from "./carrier-codes.js";
import { firstText, readNumber } from "./fields.js";
import { readEvent, readHeadline } from "./read-event.js";
import type { Resource } from "./resource.js";
import { readDay, readEdd } from "./times.js";

/**
 * Everything that `tracking_information` states, with what the address of a push (`resource`) says besides: pushes were seen
 * to name the carrier only there. Null when it names no number, or says nothing about it. ShipEngine states no service,
 * no sender and no recipient.
 */
export function readTracking(information: unknown, resource: Resource): Tracking | null {
  const trackingNumber = readNumber(textAt(information, "tracking_number")) ?? resource.trackingNumber;
  if (trackingNumber === null || !isInformation(information)) return null;
  const carrier = fromCarrierCode(textAt(information, "carrier_code")) ?? resource.carrier;
  const events = listAt(information, "events");
  const read = events.flatMap((event) => {
    const scan = readEvent(event, carrier ?? "");
    return scan === null ? [] : [{ event, scan }];
  });
  const scans = read.map(({ scan }) => scan);
  const headline = readHeadline(information, carrier ?? "", newestOf(read));
  return {
    carrier: carrier ?? "shipengine",
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: null,
    shipDate: readDay(firstText(information, "ship_date", "shipped_date")),
    origin: null,
    destination: null,
    scans: headline === null ? scans : withHeadline(scans, headline),
    edd: readEdd(information),
    proof: readProof(read),
    linkedNumbers: [],
  };
}

interface ReadEvent {
  readonly event: unknown;
  readonly scan: Scan;
}

function isInformation(information: unknown): boolean {
  const told = ["status_code", "status_detail_code", "status_description", "carrier_status_code"];
  return listAt(information, "events").length > 0 || told.some((field) => textAt(information, field) !== null);
}

/** The event that the timeline puts last, which is the one that a headline may sharpen. */
function newestOf(read: readonly ReadEvent[]): unknown {
  const newest = buildTimeline(read.map(({ scan }) => scan)).at(-1);
  return read.find(({ scan }) => scanIdentity(scan) === newest?.identity)?.event;
}

/** Who signed, where it was left, and whether there is a document that proves it. */
function readProof(read: readonly ReadEvent[]): ProofOfDelivery | null {
  const delivery = read.find(({ scan }) => scan.meaning.kind === "status" && scan.meaning.status === "delivered");
  if (delivery === undefined) return null;
  const receivedBy = textAt(delivery.event, "signer");
  const location = /^delivered, (.+)$/i.exec(delivery.scan.carrierText)?.[1] ?? null;
  const hasSignature = textAt(delivery.event, "proof_of_delivery_url") !== null;
  return receivedBy !== null || location !== null || hasSignature
    ? { receivedBy, location, hasSignature, hasPhoto: false }
    : null;
}
