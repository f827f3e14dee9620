import type { ParcelFacts, ScanFact } from "../parcel.js";
import { uspsCode } from "./codes.js";
import { uspsTime } from "./printed-time.js";

/**
 * The events of a parcel, newest first. Three hours after every departure that nothing has followed by then, USPS says "In
 * Transit to Next Facility" without place: a heartbeat, no scan. `nowMs` tells whether the last one was due.
 */
export function trackEvents({ scans }: ParcelFacts, nowMs: number): object[] {
  return scans
    .flatMap((scan, index) => {
      const next = scans[index + 1]?.occurredAt ?? nowMs;
      return hasHeartbeat(scan, next) ? [scanEvent(scan), heartbeat(scan)] : [scanEvent(scan)];
    })
    .reverse();
}

/** The newest event, and the heartbeat before it where there was one: what a push says. */
export function newestEvents({ scans }: ParcelFacts): object[] {
  const [scan, before] = [scans.at(-1), scans.at(-2)];
  if (scan === undefined) return [];
  const wasSilent = before !== undefined && hasHeartbeat(before, scan.occurredAt);
  return wasSilent ? [scanEvent(scan), heartbeat(before)] : [scanEvent(scan)];
}

/** A list of one comes as the thing itself. */
export function oneOrMany<T>(items: readonly T[]): T | readonly T[] {
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : items;
}

const HEARTBEAT_AFTER_MS = 3 * 3_600_000;

function hasHeartbeat({ what, occurredAt }: ScanFact, nextAt: number): boolean {
  return what === "departed" && nextAt > occurredAt + HEARTBEAT_AFTER_MS;
}

function scanEvent(scan: ScanFact): object {
  const { code, text } = uspsCode(scan);
  const { what, where, handOver } = scan;
  const time = uspsTime(scan.occurredAt, where.zone);
  return {
    eventType: text,
    eventTimestamp: time.eventTimestamp,
    // Label events come without GMT.
    GMTTimestamp: what === "label_created" ? null : time.GMTTimestamp,
    GMTOffset: what === "label_created" ? null : time.GMTOffset,
    eventCountry: null,
    eventCity: where.city.toUpperCase(),
    eventState: where.region,
    eventZIP: where.postalCode,
    firm: null,
    name: handOver?.receivedBy ?? null,
    authorizedAgent: "false",
    eventCode: code,
    additionalProp: null,
  };
}

function heartbeat({ occurredAt, where }: ScanFact): object {
  return {
    eventType: "In Transit to Next Facility",
    ...uspsTime(occurredAt + HEARTBEAT_AFTER_MS, where.zone),
    eventCountry: null,
    eventCity: null,
    eventState: null,
    eventZIP: null,
    firm: null,
    name: null,
    authorizedAgent: "false",
    eventCode: "TL",
    additionalProp: null,
  };
}
