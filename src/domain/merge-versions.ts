import type { Place } from "./place.js";
import type { Meaning, Scan } from "./scan.js";
import { scanDigest } from "./scan-identity.js";
import { subStatusRow } from "./status.js";

/**
 * The best of every version of one scan, field by field: known over unknown, filled over empty, and where two are as
 * good the greater digest, so that the choice does not depend on who came first. What belongs together stays together:
 * the time; the place; the code with its meaning.
 * @throws RangeError when there is no version at all
 */
export function mergeVersions(versions: readonly Scan[]): Scan {
  const [first, ...others] = versions;
  if (first === undefined) throw new RangeError("A scan has at least one version.");
  if (others.length === 0) return first;

  const byDigest = versions
    .map((scan) => ({ scan, digest: scanDigest(scan) }))
    .sort((a, b) => (a.digest > b.digest ? -1 : 1));
  const best = (rank: (scan: Scan) => number): Scan =>
    byDigest.reduce((winner, { scan }) => (rank(scan) > rank(winner) ? scan : winner), byDigest[0]?.scan ?? first);

  const said = best((scan) => 2 * meaningRank(scan.meaning) + Number(scan.carrierCode !== ""));
  const { occurredAt, localTime, utcOffset, zone, precision } = best(timeRank);
  return {
    carrier: first.carrier,
    scanCode: first.scanCode,
    carrierCode: said.carrierCode,
    carrierText: best((scan) => Number(scan.carrierText !== "")).carrierText,
    occurredAt,
    localTime,
    utcOffset,
    zone,
    precision,
    place: best((scan) => placeRank(scan.place)).place,
    meaning: said.meaning,
    ...(first.relayed && { relayed: true }),
    ...(versions.some((version) => version.onReturnLeg) && { onReturnLeg: true }),
  };
}

/** How much a meaning tells: unmapped 0, information 1, a status 2, a status with a sub-status of its own 3. */
export function meaningRank(meaning: Meaning): number {
  if (meaning.kind === "unmapped") return 0;
  if (meaning.kind === "information") return 1;
  return subStatusRow(meaning.subStatus).generic === true ? 2 : 3;
}

/** An instant by a stated offset, then one by the place, then a local reading; of equals the more exact. */
function timeRank(scan: Scan): number {
  const source = scan.occurredAt === null ? 0 : scan.zone === "offset" ? 2 : 1;
  return 3 * source + ["day", "minute", "second"].indexOf(scan.precision);
}

function placeRank(place: Place | null): number {
  return place === null ? -1 : Object.values(place).filter((field) => field !== null).length;
}
