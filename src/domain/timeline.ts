import { dropEchoes } from "./echoes.js";
import { groupBy } from "./group-by.js";
import { mergeVersions } from "./merge-versions.js";
import type { Meaning, Scan } from "./scan.js";
import { scanIdentity } from "./scan-identity.js";
import { sortKey } from "./sort-key.js";
import { isTerminal, stageOf } from "./status.js";

/** One scan of a timeline: the best of all its versions, with what identifies and places it. */
export interface TimelineEntry extends Scan {
  readonly identity: string;
  /** Milliseconds; see `sortKey`. */
  readonly sortKey: number;
}

/**
 * The timeline of one shipment, oldest first, from every version of every scan ever received for it; what aggregators only
 * repeat is left out. Depends on the set of versions alone: neither their order nor their number nor the bodies they came
 * in can change it.
 */
export function buildTimeline(scans: readonly Scan[]): readonly TimelineEntry[] {
  const entries = [...groupBy(scans, scanIdentity)].map(([identity, versions]) =>
    toEntry(identity, mergeVersions(versions)),
  );
  return dropEchoes(entries.sort(compareEntries));
}

/** Field by field: the normaliser makes several for each scan that it reads, and a spread costs many times as much. */
function toEntry(identity: string, scan: Scan): TimelineEntry {
  const entry: Written<TimelineEntry> = {
    carrier: scan.carrier,
    scanCode: scan.scanCode,
    carrierCode: scan.carrierCode,
    carrierText: scan.carrierText,
    occurredAt: scan.occurredAt,
    localTime: scan.localTime,
    utcOffset: scan.utcOffset,
    zone: scan.zone,
    precision: scan.precision,
    place: scan.place,
    meaning: scan.meaning,
    identity,
    sortKey: sortKey(scan),
  };
  if (scan.relayed) entry.relayed = true;
  if (scan.onReturnLeg) entry.onReturnLeg = true;
  return entry;
}

type Written<Type> = { -readonly [Field in keyof Type]: Type[Field] };

/** Timeline order: sort key; then trouble before progress; then stage; then identity. Total over one timeline. */
function compareEntries(a: TimelineEntry, b: TimelineEntry): number {
  return (
    a.sortKey - b.sortKey ||
    tieRank(a.meaning) - tieRank(b.meaning) ||
    (a.identity < b.identity ? -1 : Number(a.identity > b.identity))
  );
}

/** Trouble that ends the road comes after trouble on the road; what moves nothing comes first. */
function tieRank(meaning: Meaning): number {
  if (meaning.kind !== "status") return -3;
  return stageOf(meaning.status) ?? (isTerminal(meaning.subStatus) ? -1 : -2);
}
