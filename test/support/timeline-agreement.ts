import type { Place } from "../../src/domain/place.js";
import { scanIdentity } from "../../src/domain/scan-identity.js";
import { PLAIN_SUB_STATUS } from "../../src/domain/status.js";
import type { TimelineEntry } from "../../src/domain/timeline.js";
import type { ScanFact } from "../../src/sandbox/parcel.js";
import { wallClock } from "../../src/sandbox/wall-clock.js";

/**
 * What two timelines of the same journey say differently: scans that only one has, and fields of the same scan that both state
 * and state differently. Empty when they agree.
 */
export function disagreements(one: readonly TimelineEntry[], other: readonly TimelineEntry[]): string[] {
  const others = new Map(other.map((entry) => [scanIdentity(entry), entry]));
  const mine = new Set(one.map(scanIdentity));
  return [
    ...one.flatMap((entry) => {
      const twin = others.get(scanIdentity(entry));
      return twin === undefined ? [`only the first has ${scanIdentity(entry)}`] : differences(entry, twin);
    }),
    ...[...others.keys()]
      .filter((identity) => !mine.has(identity))
      .map((identity) => `only the second has ${identity}`),
  ];
}

function differences(one: TimelineEntry, other: TimelineEntry): string[] {
  const fields = [
    ["meaning", ...meaningsOf(one, other)],
    ["instant", one.occurredAt, other.occurredAt],
    ["local time", one.localTime, other.localTime],
    ...PLACE_FIELDS.map((field) => [field, one.place?.[field] ?? null, other.place?.[field] ?? null] as const),
  ] as const;
  return fields
    .filter(([, mine, theirs]) => mine !== null && theirs !== null && mine !== theirs)
    .map(([field, mine, theirs]) => `${scanIdentity(one)}: ${field} ${mine} or ${theirs}`);
}

/** One of the two may say no more than the status: DHL proves a signature only to who asks. */
function meaningsOf({ meaning: one }: TimelineEntry, { meaning: other }: TimelineEntry): readonly [string, string] {
  const isRough =
    one.kind === "status" &&
    other.kind === "status" &&
    [one, other].some(({ subStatus }) => subStatus === PLAIN_SUB_STATUS[one.status]);
  if (isRough) return [one.status, other.status];
  return [JSON.stringify(one), JSON.stringify(other)];
}

const PLACE_FIELDS = ["city", "region", "country", "postalCode", "facilityCode"] as const satisfies (keyof Place)[];

/**
 * What a timeline makes of what really happened: `missing` and `doubled` scans, and entries that are `invented`. By the
 * minute, since some carriers print no seconds, on the wall or in UTC, as the carrier says.
 */
export function comparedToFacts(timeline: readonly TimelineEntry[], facts: readonly ScanFact[]) {
  const matching = (fact: ScanFact) => timeline.filter((entry) => isOf(entry, fact));
  const named = (scans: readonly ScanFact[]) => scans.map(({ what }) => what);
  return {
    missing: named(facts.filter((fact) => matching(fact).length === 0)),
    doubled: named(facts.filter((fact) => matching(fact).length > 1)),
    invented: timeline.filter((entry) => !facts.some((fact) => isOf(entry, fact))).map((entry) => entry.carrierText),
  };
}

function isOf({ occurredAt, localTime }: TimelineEntry, fact: ScanFact): boolean {
  const { date, time } = wallClock(fact.occurredAt, fact.where.zone);
  const sameMinute = (ms: number) => Math.floor(ms / 60_000) === Math.floor(fact.occurredAt / 60_000);
  const onTheWall = localTime === null || localTime.slice(0, 16) === `${date}T${time}`.slice(0, 16);
  const inUtc = occurredAt === null || sameMinute(occurredAt);
  return onTheWall && inUtc && (localTime !== null || occurredAt !== null);
}
