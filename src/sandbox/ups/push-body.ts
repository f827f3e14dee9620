import type { ParcelFacts, ScanFact } from "../parcel.js";
import { UPS_CODES } from "./codes.js";
import { hasNoEstimate } from "./details.js";
import { upsTime } from "./printed-time.js";

/** Track Alert writes this as its user agent. */
export const UPS_USER_AGENT = "UPSPubSubTrackingService";

/**
 * One event of Track Alert: the newest of `facts.scans`. What is absent is an empty text. `version` 2 may also say who
 * received the parcel; the offset is printed with a dot and the number in UPS's own example with a leading blank.
 */
export function upsPushBody(facts: ParcelFacts, version: 1 | 2): Buffer {
  const scan = facts.scans.at(-1);
  if (scan === undefined) throw new RangeError("A push needs a scan.");
  const { type, code, statusCode, headline } = UPS_CODES[scan.what];
  const time = upsTime(scan.occurredAt, scan.where.zone);
  const delivered = scan.what === "delivered";
  return Buffer.from(
    JSON.stringify({
      trackingNumber: facts.trackingNumber,
      localActivityDate: time.date,
      localActivityTime: time.time,
      activityLocation: locationOf(scan),
      activityStatus: { type, code, description: headline, descriptionCode: statusCode },
      ...estimate(facts, scan),
      actualDeliveryDate: delivered ? time.date : "",
      actualDeliveryTime: delivered ? time.time : "",
      gmtActivityDate: time.gmtDate,
      gmtActivityTime: time.gmtTime,
      gmtOffset: time.offset.replace(":", "."),
      ...(version === 2 && { receivedBy: scan.handOver?.receivedBy ?? "" }),
    }),
  );
}

function locationOf({ what, where }: ScanFact): object {
  if (what === "label_created") return { city: "", stateProvince: "", postalCode: "", country: where.country };
  return { city: where.city, stateProvince: where.region, postalCode: where.postalCode, country: where.country };
}

function estimate({ destination }: ParcelFacts, scan: ScanFact): object {
  const { expects } = scan;
  if (expects === null || hasNoEstimate(scan)) {
    return { scheduledDeliveryDate: "", deliveryStartTime: "", deliveryEndTime: "", deliveryTimeDescription: "" };
  }
  const from = upsTime(expects.fromAt, destination.zone);
  const to = upsTime(expects.toAt, destination.zone);
  return {
    scheduledDeliveryDate: to.date,
    deliveryStartTime: expects.window ? from.time : "",
    deliveryEndTime: expects.window ? to.time : "",
    deliveryTimeDescription: expects.window ? "estimated delivery window" : "end of day",
  };
}
