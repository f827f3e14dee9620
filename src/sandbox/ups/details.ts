import type { ParcelFacts, ScanFact } from "../parcel.js";
import type { Town } from "../towns.js";
import { UPS_CODES } from "./codes.js";
import { upsTime } from "./printed-time.js";

/** The body of `GET /api/track/v1/details/{number}`, newest activity first. */
export function trackDetails(facts: ParcelFacts): object {
  const { trackingNumber, origin, destination, scans } = facts;
  const latest = scans.at(-1);
  const parcel = {
    trackingNumber,
    deliveryDate: deliveryDates(facts),
    ...deliveryTime(latest, destination),
    activity: scans.map(activity).reverse(),
    ...(latest && {
      currentStatus: { description: UPS_CODES[latest.what].headline, code: UPS_CODES[latest.what].statusCode },
    }),
    packageAddress: [
      { type: "ORIGIN", address: address(origin) },
      { type: "DESTINATION", address: address(destination) },
    ],
    service: { code: "518", levelCode: "003", description: "UPS Ground" },
    referenceNumber: [],
    ...deliveryInformation(latest),
    packageCount: 1,
  };
  return { trackResponse: { shipment: [{ inquiryNumber: trackingNumber, package: [parcel] }] } };
}

/** What UPS answers, with HTTP 200, about a number that it has heard nothing of. */
export function unknownNumber(): object {
  const warnings = [{ code: "TW0001", message: "Tracking Information Not Found" }];
  return { trackResponse: { shipment: [{ warnings }] } };
}

function activity({ what, where, occurredAt }: ScanFact): object {
  const { type, code, statusCode, text } = UPS_CODES[what];
  const { date, time, offset, gmtDate, gmtTime } = upsTime(occurredAt, where.zone);
  const location =
    what === "label_created"
      ? { address: { country: where.country, countryCode: where.country } }
      : { address: address(where), slic: where.facility };
  return {
    location,
    status: { type, description: text, code, statusCode },
    date,
    time,
    gmtDate,
    gmtOffset: offset,
    // Answers print GMT with colons and the local time without.
    gmtTime: gmtTime.replace(/(..)(..)(..)/, "$1:$2:$3"),
  };
}

/** DEL once delivered; else SDD, and RDD beside it when the day has moved. */
function deliveryDates({ scans, destination }: ParcelFacts): object[] {
  const latest = scans.at(-1);
  if (latest?.what === "delivered") return [{ type: "DEL", date: upsTime(latest.occurredAt, latest.where.zone).date }];
  if (latest === undefined || hasNoEstimate(latest)) return [];
  const days = scans.flatMap(({ expects }) => (expects === null ? [] : [upsTime(expects.toAt, destination.zone).date]));
  const [scheduled, current] = [days[0], days.at(-1)];
  if (scheduled === undefined) return [];
  return [{ type: "SDD", date: scheduled }, ...(current === scheduled ? [] : [{ type: "RDD", date: current }])];
}

function deliveryTime(latest: ScanFact | undefined, destination: Town): object {
  if (latest === undefined) return {};
  if (latest.what === "delivered") {
    return { deliveryTime: { type: "DEL", endTime: upsTime(latest.occurredAt, latest.where.zone).time } };
  }
  if (latest.expects === null || hasNoEstimate(latest)) return {};
  if (!latest.expects.window) return { deliveryTime: { type: "EOD" } };
  const startTime = upsTime(latest.expects.fromAt, destination.zone).time;
  const endTime = upsTime(latest.expects.toAt, destination.zone).time;
  return { deliveryTime: { type: "EDW", startTime, endTime } };
}

/** Whether UPS says nothing about a delivery to come. */
export function hasNoEstimate({ what }: ScanFact): boolean {
  return ["delivered", "refused", "returning_to_sender", "returned_to_sender"].includes(what);
}

const LEFT_AT = { front_door: "Front Door", front_desk: "Front Desk", residence: "Residential" } as const;

function deliveryInformation(latest: ScanFact | undefined): object {
  const handOver = latest?.handOver;
  if (!handOver) return {};
  const { receivedBy, leftAt } = handOver;
  return { deliveryInformation: { ...(receivedBy !== null && { receivedBy }), location: LEFT_AT[leftAt] } };
}

function address(town: Town): object {
  return { city: town.city, stateProvince: town.region, countryCode: town.country, country: town.country };
}
