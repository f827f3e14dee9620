import { type EddStatement, isEddPast, lastEdd, previousEdd } from "./edd.js";
import { foldTimeline } from "./fold.js";
import { todayIn } from "./local-time.js";
import { replayMilestones } from "./milestones.js";
import type { Place } from "./place.js";
import type { EddClaim } from "./report.js";
import type { ParcelFacts, ShownEdd } from "./sentences/facts.js";
import { type Status, stageOf } from "./status.js";
import type { TimelineEntry } from "./timeline.js";
import { zoneOf } from "./zones.js";

/** What is stored of a parcel, as far as telling about it needs it. */
export interface StoredParcel {
  readonly carrierName: string;
  readonly timeline: readonly TimelineEntry[];
  /** The carrier's statements and ours. */
  readonly eddStatements: readonly EddStatement[];
  /** What the store promised with the order, and when the order was placed. */
  readonly promise: { readonly from: string; readonly to: string; readonly madeAt: Date } | null;
  readonly destination: Place | null;
}

/** The facts that sentences are made of, with the status they belong to. */
export interface ToldParcel extends ParcelFacts {
  readonly status: Status | null;
  /** The furthest stage the parcel ever reached: what a progress line shows while there is trouble. */
  readonly furthestStage: number;
}

/** A registered parcel has its label, whether or not a carrier has spoken of it. */
const LABEL_STAGE = 1;

/** What is told of a parcel, before anybody asks what day it is: nothing in it depends on the moment. Plain data. */
export interface ParcelStory extends Omit<ToldParcel, "edd" | "previousEdd" | "today"> {
  /** The last estimate that anybody stated, past or not; null once delivered. */
  readonly lastEdd: ShownEdd | null;
  readonly previousEdd: EddClaim | null;
  /** IANA zone of the destination, or null where it is not known. */
  readonly zone: string | null;
}

/** Brings together what page and messages say of a parcel, so that they say the same. Pure. */
export function toldParcel(parcel: StoredParcel, nowMs: number): ToldParcel {
  return tellAt(parcelStory(parcel), nowMs);
}

/** The part that the moment decides: what is past is not shown, and which day is today. Pure. */
export function tellAt(
  { lastEdd: last, previousEdd: previous, zone, ...told }: ParcelStory,
  nowMs: number,
): ToldParcel {
  const edd = last === null || isEddPast(last, nowMs, zone) ? null : last;
  return {
    ...told,
    edd,
    previousEdd: edd && previous,
    today: zone === null ? null : todayIn(zone, nowMs),
  };
}

/** The part that holds until something new is written. Pure. */
export function parcelStory(parcel: StoredParcel): ParcelStory {
  const { timeline, destination } = parcel;
  const fold = foldTimeline(timeline, { destination });
  const status = fold?.status ?? null;
  const statements = [...promiseStatement(parcel), ...parcel.eddStatements];
  const edd = lastEdd(statements, status);
  const stages = replayMilestones(timeline, { destination }).map((milestone) => stageOf(milestone.status) ?? 0);
  return {
    status,
    subStatus: fold?.subStatus ?? null,
    furthestStage: Math.max(LABEL_STAGE, ...stages),
    carrierName: parcel.carrierName,
    lastEdd: edd && { ...edd.claim, source: edd.source },
    previousEdd: edd && (previousEdd(statements)?.claim ?? null),
    at: fold?.entry ?? null,
    city: fold?.entry.place?.city ?? null,
    zone: zoneOf(destination),
  };
}

function promiseStatement({ promise }: StoredParcel): EddStatement[] {
  if (promise === null) return [];
  const claim = { from: promise.from, to: promise.to, windowFrom: null, windowTo: null };
  return [{ claim, source: "promised", newestScanKey: null, receivedAt: promise.madeAt }];
}
