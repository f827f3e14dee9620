import type { ParcelFacts, ScanFact } from "../parcel.js";
import { scanWords } from "../scan-words.js";
import { wallClock } from "../wall-clock.js";
import { SHIPENGINE_CODES } from "./codes.js";

/** The tracking information of a number, newest event first. It never names the carrier; answers add that. */
export function trackingInformation(trackingNumber: string, facts: ParcelFacts | null): object {
  const latest = facts?.scans.at(-1);
  if (facts === null || latest === undefined) {
    return { ...EMPTY, tracking_number: trackingNumber, status_code: "NY", status_description: "Not Yet In System" };
  }
  const { status, statusText, detail, detailText } = SHIPENGINE_CODES[latest.what];
  const words = scanWords(facts.movedBy ?? "usps", trackingNumber, latest);
  return {
    ...EMPTY,
    tracking_number: trackingNumber,
    status_code: status,
    status_detail_code: detail,
    status_description: statusText,
    status_detail_description: detailText,
    carrier_status_code: words.code ?? "",
    carrier_status_description: words.text,
    // Both without offset: local at the two ends of the way.
    ship_date: local(facts.shippedAt, facts.origin.zone),
    estimated_delivery_date: estimatedDay(latest, facts),
    actual_delivery_date: latest.what === "delivered" ? utc(latest.occurredAt) : null,
    exception_description: status === "EX" ? detailText : null,
    events: facts.scans.map((scan) => event(scan, facts)).reverse(),
  };
}

/** `2026-11-24T18:00:00Z` */
export function utc(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}

const EMPTY = {
  tracking_url: null,
  status_detail_code: null,
  status_detail_description: null,
  carrier_status_code: "",
  carrier_detail_code: null,
  carrier_status_description: "",
  ship_date: null,
  estimated_delivery_date: null,
  actual_delivery_date: null,
  exception_description: null,
  events: [],
};

/** Empty texts stand for what is missing; an arrival is told in the carrier's words only. */
function event(scan: ScanFact, { movedBy, trackingNumber }: ParcelFacts): object {
  const { where, occurredAt, what, handOver } = scan;
  const words = scanWords(movedBy ?? "usps", trackingNumber, scan);
  const { status, statusText, detail, detailText } = SHIPENGINE_CODES[what];
  const coded = what !== "arrived";
  return {
    occurred_at: utc(occurredAt),
    carrier_occurred_at: local(occurredAt, where.zone),
    description: words.text,
    city_locality: where.city.toUpperCase(),
    state_province: where.region,
    postal_code: where.postalCode,
    country_code: where.country,
    company_name: "",
    signer: handOver?.signed === true ? (handOver.receivedBy ?? "") : "",
    event_code: words.code ?? "",
    event_description: words.text,
    carrier_detail_code: null,
    status_code: coded ? status : "",
    status_description: coded ? statusText : "",
    status_detail_code: coded ? detail : null,
    status_detail_description: coded ? detailText : null,
    carrier_status_code: words.code ?? "",
    carrier_status_description: words.text,
    latitude: null,
    longitude: null,
    proof_of_delivery_url: null,
  };
}

function estimatedDay({ what, expects }: ScanFact, { destination }: ParcelFacts): string | null {
  if (expects === null || ["delivered", "refused", "returning_to_sender", "returned_to_sender"].includes(what))
    return null;
  return `${wallClock(expects.toAt, destination.zone).date}T00:00:00`;
}

function local(atMs: number, zone: string): string {
  const { date, time } = wallClock(atMs, zone);
  return `${date}T${time}`;
}
