import { SILENT_USE_MS } from "../domain/number-use.js";
import type { Tracking } from "../domain/report.js";
import type { Scan } from "../domain/scan.js";

const DAY_MS = 86_400_000;

/** A use of a number cannot have scans from more than this before its ship date: carriers recycle numbers. */
const BEFORE_SHIP_DATE_MS = 3 * DAY_MS;

/** A registered or found use of a number, as far as attribution needs it. */
export interface NumberUse {
  readonly id: string;
  readonly useNumber: number;
  readonly carrierUniqueId: string | null;
  /** `YYYY-MM-DD` */
  readonly shipDate: string | null;
  readonly createdAt: Date;
}

/** Which scans of a body belong to which use. */
export interface Attribution {
  readonly use: NumberUse;
  readonly tracking: Tracking;
  readonly scans: readonly Scan[];
}

/**
 * Gives everything a body says about one number to the right uses of it: by the carrier's own unique id where it
 * gives one, else by time, where a scan belongs to the newest use whose ship date, less three days, it does not precede.
 * A parcel with a unique id is one parcel: all of it goes to one use. What fits no use is left out; it stays in the raw body.
 */
export function attributeTrackings(trackings: readonly Tracking[], uses: readonly NumberUse[]): Attribution[] {
  const newestFirst = uses.toSorted((a, b) => b.useNumber - a.useNumber);
  const fresh = trackings.length > 1 ? nearestPerFreeUse(trackings, newestFirst) : null;
  return trackings.flatMap((tracking) => {
    const known = newestFirst.find(
      (use) => use.carrierUniqueId !== null && use.carrierUniqueId === tracking.carrierUniqueId,
    );
    if (known !== undefined) return [{ use: known, tracking, scans: tracking.scans }];
    if (fresh !== null && !fresh.has(tracking)) return [];
    const open = newestFirst.filter((use) => mayBe(use, tracking));
    return tracking.carrierUniqueId === null ? splitByTime(tracking, open) : wholeByTime(tracking, open);
  });
}

/** A parcel that no use is known to be: the newest use that its latest word does not precede. */
function wholeByTime(tracking: Tracking, uses: readonly NumberUse[]): Attribution[] {
  const latest = newestScanMs(tracking) ?? (tracking.shipDate === null ? null : Date.parse(tracking.shipDate));
  const use = uses.find((candidate) => latest === null || latest >= earliestMs(candidate));
  return use === undefined ? [] : [{ use, tracking, scans: tracking.scans }];
}

/** A use that already has another unique id is another parcel. */
function mayBe(use: NumberUse, tracking: Tracking): boolean {
  return use.carrierUniqueId === null || tracking.carrierUniqueId === null;
}

/**
 * A carrier that lists several parcels under one number means several uses. For each use without unique id only the
 * parcel whose ship date lies nearest may claim it, or a stale delivery would become the new order's.
 */
function nearestPerFreeUse(trackings: readonly Tracking[], uses: readonly NumberUse[]): Set<Tracking> {
  const claimedIds = new Set(uses.map((use) => use.carrierUniqueId));
  const chosen = new Set<Tracking>();
  for (const use of uses.filter((candidate) => candidate.carrierUniqueId === null)) {
    const nearest = trackings
      .filter(
        (tracking) =>
          !chosen.has(tracking) && !(tracking.carrierUniqueId !== null && claimedIds.has(tracking.carrierUniqueId)),
      )
      .toSorted(
        (a, b) => distanceMs(a, use) - distanceMs(b, use) || compareText(a.carrierUniqueId, b.carrierUniqueId),
      )[0];
    if (nearest !== undefined) chosen.add(nearest);
  }
  return chosen;
}

function distanceMs(tracking: Tracking, use: NumberUse): number {
  const shipped = tracking.shipDate === null ? newestScanMs(tracking) : Date.parse(tracking.shipDate);
  return shipped === null ? Number.MAX_SAFE_INTEGER : Math.abs(shipped - shipDateMs(use));
}

function splitByTime(tracking: Tracking, uses: readonly NumberUse[]): Attribution[] {
  const scansByUse = new Map<NumberUse, Scan[]>();
  for (const scan of tracking.scans) {
    const at = roughMs(scan);
    const use = uses.find((candidate) => at === null || at >= earliestMs(candidate));
    if (use === undefined) continue;
    const scans = scansByUse.get(use);
    if (scans === undefined) scansByUse.set(use, [scan]);
    else scans.push(scan);
  }
  // A body may state a delivery date before any scan: it belongs to the newest use.
  const newest = uses[0];
  if (tracking.scans.length === 0 && newest !== undefined) scansByUse.set(newest, []);
  return [...scansByUse].map(([use, scans]) => ({ use, tracking, scans }));
}

/** Before this moment a scan cannot belong to the use. */
function earliestMs(use: NumberUse): number {
  return use.shipDate === null
    ? use.createdAt.getTime() - SILENT_USE_MS
    : Date.parse(use.shipDate) - BEFORE_SHIP_DATE_MS;
}

function shipDateMs(use: NumberUse): number {
  return use.shipDate === null ? use.createdAt.getTime() : Date.parse(use.shipDate);
}

/** Good to a day, which is all that telling uses apart needs. */
function roughMs(scan: Scan): number | null {
  if (scan.occurredAt !== null) return scan.occurredAt;
  return scan.localTime === null ? null : Date.parse(`${scan.localTime}Z`);
}

function newestScanMs(tracking: Tracking): number | null {
  const times = tracking.scans.map(roughMs).filter((ms) => ms !== null);
  return times.length === 0 ? null : Math.max(...times);
}

function compareText(a: string | null, b: string | null): number {
  const [left, right] = [a ?? "", b ?? ""];
  return left < right ? -1 : Number(left > right);
}
