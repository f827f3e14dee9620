import { createHash } from "node:crypto";
import type { ParcelFacts, ScanFact } from "../parcel.js";
import { scanWords } from "../scan-words.js";
import type { Town } from "../towns.js";
import { wallClock } from "../wall-clock.js";
import { EASYPOST_CODES } from "./codes.js";

/** What makes a tracker, whatever is known of its parcel. */
export interface TrackerHead {
  readonly id: string;
  readonly trackingCode: string;
  /** EasyPost's name of the carrier. */
  readonly carrier: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly mode: "production" | "test";
}

/** The same code with the same carrier is the same tracker. */
export function trackerId(carrier: string, trackingCode: string): string {
  return `trk_${createHash("sha256").update(`${carrier.toLowerCase()} ${trackingCode}`).digest("hex").slice(0, 32)}`;
}

/** A Tracker with all its details, oldest first. Without facts nothing is known yet. */
export function trackerObject(head: TrackerHead, facts: ParcelFacts | null): Record<string, unknown> {
  const latest = facts?.scans.at(-1);
  return {
    ...emptyTracker(head),
    ...(latest && {
      status: EASYPOST_CODES[latest.what].status,
      status_detail: EASYPOST_CODES[latest.what].detail,
      updated_at: iso(Math.max(head.createdAt, latest.occurredAt)),
      signed_by: latest.handOver?.signed === true ? latest.handOver.receivedBy : null,
      finalized: ["delivered", "returned_to_sender"].includes(latest.what),
    }),
    ...(facts !== null && knownFrom(facts, head.carrier)),
  };
}

/** A tracker of which nothing is known. */
export function emptyTracker({ id, trackingCode, carrier, createdAt, mode }: TrackerHead): Record<string, unknown> {
  return {
    id,
    object: "Tracker",
    mode,
    tracking_code: trackingCode,
    status: "unknown",
    status_detail: "unknown",
    created_at: iso(createdAt),
    updated_at: iso(createdAt),
    signed_by: null,
    weight: null,
    est_delivery_date: null,
    shipment_id: null,
    carrier,
    tracking_details: [],
    carrier_detail: null,
    finalized: false,
    is_return: false,
    public_url: `https://track.easypost.example/${id}`,
  };
}

/** One entry of `tracking_details`. A town that is not known is null everywhere. */
export function trackingDetail(
  said: { readonly message: string; readonly code: string | null; readonly status: string; readonly detail: string },
  atMs: number,
  source: string,
  where: Town | null,
): object {
  return {
    object: "TrackingDetail",
    message: said.message,
    description: "",
    status: said.status,
    status_detail: said.detail,
    datetime: iso(atMs),
    source,
    carrier_code: said.code,
    tracking_location: location(where),
    est_delivery_date: null,
  };
}

/** `2026-11-24T18:00:00Z` */
export function iso(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}

function knownFrom(facts: ParcelFacts, carrier: string): Record<string, unknown> {
  const { scans, origin, destination } = facts;
  const day = estimatedDay(scans.at(-1), destination);
  return {
    tracking_details: scans.map((scan) => detailOf(scan, facts, carrier)),
    // A day is printed as midnight in UTC.
    est_delivery_date: day === null ? null : `${day}T00:00:00Z`,
    carrier_detail: {
      object: "CarrierDetail",
      service: "Ground",
      container_type: null,
      est_delivery_date_local: day,
      est_delivery_time_local: null,
      origin_location: oneLine(origin),
      origin_tracking_location: location(origin),
      destination_location: oneLine(destination),
      destination_tracking_location: location(destination),
      guaranteed_delivery_date: null,
      alternate_identifier: null,
      initial_delivery_attempt: null,
    },
  };
}

function detailOf(scan: ScanFact, { movedBy, trackingNumber }: ParcelFacts, carrier: string): object {
  const { code, text } = scanWords(movedBy ?? "usps", trackingNumber, scan);
  const { status, detail } = EASYPOST_CODES[scan.what];
  return trackingDetail({ message: text, code, status, detail }, scan.occurredAt, carrier, scan.where);
}

function estimatedDay(latest: ScanFact | undefined, destination: Town): string | null {
  if (latest?.expects === undefined || latest.expects === null) return null;
  if (["delivered", "refused", "returning_to_sender", "returned_to_sender"].includes(latest.what)) return null;
  return wallClock(latest.expects.toAt, destination.zone).date;
}

function location(where: Town | null): object {
  return {
    object: "TrackingLocation",
    city: where?.city.toUpperCase() ?? null,
    state: where?.region ?? null,
    country: where?.country ?? null,
    zip: where?.postalCode ?? null,
  };
}

function oneLine({ city, region, postalCode }: Town): string {
  return `${city.toUpperCase()} ${region}, ${postalCode}`;
}
