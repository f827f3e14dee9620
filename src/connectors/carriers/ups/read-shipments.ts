import { withHeadline } from "../../../domain/headline.js";
import { timeAtPlace, timeOnDay, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { Notice, ProofOfDelivery, Report, Tracking } from "../../../domain/report.js";
import type { Scan, ScanTime } from "../../../domain/scan.js";
import { recordAt, textAt } from "../../../runtime/json.js";
import { deliveredTo, readLinkedNumbers, readProof } from "./delivery-facts.js";
import { deliveryDay, readClock, readEdd } from "./edd.js";
import { itemsAt, readCode, readNumber, readPlace } from "./fields.js";
import { isPlainDelivery } from "./meaning.js";
import { readWarnings } from "./notices.js";
import { readHeadlineStatus, readStatus, scanOf } from "./scan.js";
import { readScanTime } from "./scan-time.js";

/** The most parcels read from one body: UPS pages the parcels of a shipment by fifty. */
const MAX_PARCELS = 500;

/** An answer of the Track API: shipments, each with its packages, or with warnings and no package. */
export function readShipments(body: unknown): Report {
  const trackings: Tracking[] = [];
  const notices: Notice[] = [];
  for (const shipment of itemsAt(recordAt(body, "trackResponse"), "shipment").slice(0, MAX_PARCELS)) {
    const inquiryNumber = readNumber(shipment, "inquiryNumber");
    const parcels = itemsAt(shipment, "package").filter((parcel) => recordAt(parcel) !== null);
    for (const parcel of parcels) {
      const trackingNumber = readNumber(parcel, "trackingNumber") ?? inquiryNumber;
      if (trackingNumber !== null && trackings.length < MAX_PARCELS) trackings.push(readParcel(trackingNumber, parcel));
    }
    // With a package, a warning is about details that UPS left out, not about the number.
    if (parcels.length === 0) notices.push(...readWarnings(inquiryNumber, itemsAt(shipment, "warnings")));
  }
  return { trackings, notices };
}

function readParcel(trackingNumber: string, parcel: unknown): Tracking {
  const destination = readAddress(parcel, "DESTINATION");
  const proof = readProof(recordAt(parcel, "deliveryInformation"));
  const scans = itemsAt(parcel, "activity").flatMap((activity) => readActivity(activity) ?? []);
  const headline = readHeadline(parcel, destination);
  return {
    carrier: "ups",
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: textAt(parcel, "service", "description"),
    // UPS states no ship date: `pickupDate` is gone from its specification.
    shipDate: null,
    origin: readAddress(parcel, "ORIGIN"),
    destination,
    scans: sharpenDelivery(headline === null ? scans : withHeadline(scans, headline), proof),
    edd: readEdd(parcel),
    proof,
    linkedNumbers: readLinkedNumbers(parcel),
  };
}

function readActivity(activity: unknown): Scan | null {
  const place = readPlace(recordAt(activity, "location", "address"), textAt(activity, "location", "slic"));
  const time = readScanTime(
    {
      localDate: textAt(activity, "date"),
      localTime: textAt(activity, "time"),
      gmtDate: textAt(activity, "gmtDate"),
      gmtTime: textAt(activity, "gmtTime"),
      gmtOffset: textAt(activity, "gmtOffset"),
    },
    place,
  );
  return scanOf(readStatus(recordAt(activity, "status"), "statusCode"), place, time);
}

function readAddress(parcel: unknown, type: "ORIGIN" | "DESTINATION"): Place | null {
  const found = itemsAt(parcel, "packageAddress").find((address) => readCode(address, "type") === type);
  return readPlace(recordAt(found, "address"), null);
}

/** `currentStatus` as a scan, for a body without activities: at the time of delivery where that is stated, else untimed. */
function readHeadline(parcel: unknown, destination: Place | null): Scan | null {
  return scanOf(readHeadlineStatus(recordAt(parcel, "currentStatus")), null, deliveredAt(parcel, destination));
}

function deliveredAt(parcel: unknown, destination: Place | null): ScanTime {
  const day = deliveryDay(parcel, "DEL");
  if (day === null) return UNTIMED;
  const time = itemsAt(parcel, "deliveryTime").find((candidate) => readCode(candidate, "type") === "DEL");
  const clock = readClock(textAt(time, "endTime"));
  return (clock === null ? timeOnDay(day) : timeAtPlace(`${day}T${clock}`, destination)) ?? UNTIMED;
}

/** UPS says once per parcel where it was left and who signed; it belongs to the one scan that says no more than "delivered". */
function sharpenDelivery(scans: readonly Scan[], proof: ProofOfDelivery | null): readonly Scan[] {
  const meaning = deliveredTo(proof);
  if (meaning === null || scans.filter((scan) => isPlainDelivery(scan.meaning)).length !== 1) return scans;
  return scans.map((scan) => (isPlainDelivery(scan.meaning) ? { ...scan, meaning } : scan));
}
