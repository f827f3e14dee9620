import { type Fold, foldTimeline } from "../../src/domain/fold.js";
import { timeWithOffset, UNTIMED } from "../../src/domain/local-time.js";
import type { Place } from "../../src/domain/place.js";
import type { Scan } from "../../src/domain/scan.js";
import { type SubStatus, subStatusRow } from "../../src/domain/status.js";
import { buildTimeline, type TimelineEntry } from "../../src/domain/timeline.js";

/** A scan that means `subStatus`, at a time with offset (`2026-03-02T08:00:00Z`), otherwise plain. Its code is its meaning. */
export function scan(subStatus: SubStatus, at: string, more: Partial<Scan> & { flags?: Flags } = {}): Scan {
  const { flags, ...fields } = more;
  return {
    carrier: "acme",
    scanCode: subStatus,
    carrierCode: subStatus,
    carrierText: "",
    ...(timeWithOffset(at) ?? UNTIMED),
    place: null,
    meaning: { kind: "status", status: subStatusRow(subStatus).status, subStatus, ...flags },
    ...fields,
  };
}

interface Flags {
  readonly revokesDelivery?: true;
  readonly cancelsReturn?: true;
}

/** A place in a town, country US unless said otherwise. */
export function town(city: string, more: Partial<Place> = {}): Place {
  return { city, region: null, country: "US", postalCode: null, facilityCode: null, ...more };
}

/** Scans as they came in, and what becomes of them. */
export interface Story {
  readonly timeline: readonly TimelineEntry[];
  readonly fold: Fold;
  /** `status/sub_status`, or null. */
  readonly status: string | null;
}

/** The story that scans tell, of a parcel on its way to `destination`. */
export function given(scans: readonly Scan[], destination: Place | null = null): Story {
  const timeline = buildTimeline(scans);
  const fold = foldTimeline(timeline, { destination });
  return { timeline, fold, status: fold && `${fold.status}/${fold.subStatus}` };
}
