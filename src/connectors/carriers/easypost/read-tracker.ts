import { withHeadline } from "../../../domain/headline.js";
import type { ProofOfDelivery, Tracking } from "../../../domain/report.js";
import type { Scan } from "../../../domain/scan.js";
import { PLAIN_SUB_STATUS } from "../../../domain/status.js";
import { textAt } from "../../../runtime/json.js";
import { carrierCodeOf } from "./carrier-names.js";
import { readEdd } from "./edd.js";
import { readPlace } from "./place.js";
import { readHeadline, readScans } from "./read-scans.js";

/** Longest text taken for a tracking number. */
const MAX_NUMBER_CHARS = 60;

/**
 * One tracker; null when it is none. A push and a poll hold the same object. Its id stays out of the report: EasyPost gives
 * a number that is used again within three months the old tracker, and a parcel that is longer on its way a new one, so
 * it tells no uses of a number apart. `is_return` says for whom the label was made, which the shipment knows.
 */
export function readTracker(tracker: unknown): Tracking | null {
  const trackingNumber = readNumber(tracker);
  if (trackingNumber === null || !isTracker(tracker)) return null;
  const scans = readScans(tracker);
  const headline = readHeadline(tracker);
  const all = headline === null ? scans : withHeadline(scans, headline);
  const proof = all.some(isDelivery) ? readProof(tracker) : null;
  return {
    // Where EasyPost names no carrier nobody knows it.
    carrier: carrierCodeOf(textAt(tracker, "carrier")) ?? "easypost",
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: textAt(tracker, "carrier_detail", "service"),
    shipDate: null,
    origin: readPlace(tracker, "carrier_detail", "origin_tracking_location"),
    destination: readPlace(tracker, "carrier_detail", "destination_tracking_location"),
    scans: proof === null ? all : sharpenDelivery(all),
    edd: readEdd(tracker),
    proof,
    // `alternate_identifier` may be any number of the carrier's, not only one to track by.
    linkedNumbers: [],
  };
}

function readNumber(tracker: unknown): string | null {
  const number = textAt(tracker, "tracking_code")?.replaceAll(/[\s-]/g, "").toUpperCase() ?? "";
  return number === "" || number.length > MAX_NUMBER_CHARS ? null : number;
}

function isTracker(tracker: unknown): boolean {
  return textAt(tracker, "object") === "Tracker" || textAt(tracker, "status") !== null;
}

/** EasyPost names who signed; it keeps no picture of the signature. */
function readProof(tracker: unknown): ProofOfDelivery | null {
  const receivedBy = textAt(tracker, "signed_by");
  return receivedBy === null ? null : { receivedBy, location: null, hasSignature: false, hasPhoto: false };
}

/** EasyPost says once per parcel who signed; it belongs to the one scan that says no more than "delivered". */
function sharpenDelivery(scans: readonly Scan[]): readonly Scan[] {
  if (scans.filter(isPlainDelivery).length !== 1) return scans;
  return scans.map((scan) =>
    isPlainDelivery(scan)
      ? { ...scan, meaning: { kind: "status", status: "delivered", subStatus: "signed_for" } }
      : scan,
  );
}

function isDelivery({ meaning }: Scan): boolean {
  return meaning.kind === "status" && meaning.status === "delivered";
}

function isPlainDelivery({ meaning }: Scan): boolean {
  return meaning.kind === "status" && meaning.subStatus === PLAIN_SUB_STATUS.delivered;
}
