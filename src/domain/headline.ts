import { meaningRank } from "./merge-versions.js";
import type { Scan } from "./scan.js";
import { scanIdentity } from "./scan-identity.js";
import { buildTimeline } from "./timeline.js";

/**
 * The scans of a body together with its headline (the carrier's "latest status"). A headline is no scan of its own: it
 * sharpens and fills in the newest scan when it has the same code, and is otherwise left out; of a body without
 * scans it is the only one. A headline without a time is built with `UNTIMED`.
 */
export function withHeadline(scans: readonly Scan[], headline: Scan): readonly Scan[] {
  const newest = buildTimeline(scans).at(-1);
  if (newest === undefined) return [headline];
  if (newest.carrier !== headline.carrier || newest.scanCode !== headline.scanCode) return scans;
  return scans.map((scan) => (scanIdentity(scan) === newest.identity ? addDetail(scan, headline) : scan));
}

function addDetail(scan: Scan, headline: Scan): Scan {
  const sharper = meaningRank(headline.meaning) > meaningRank(scan.meaning);
  return {
    ...scan,
    carrierText: scan.carrierText === "" ? headline.carrierText : scan.carrierText,
    place: scan.place ?? headline.place,
    ...(sharper && { carrierCode: headline.carrierCode, meaning: headline.meaning }),
  };
}
