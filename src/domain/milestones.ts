import { type FoldContext, foldEntry, NOTHING_SCANNED, type StatusByScan } from "./fold.js";
import { newsSubStatus, type Status, type SubStatus } from "./status.js";
import type { TimelineEntry } from "./timeline.js";

/** A change of the fold, with the scan that made it. */
export interface Milestone extends StatusByScan {
  /** Whether it changes what a shopper would want to know; a parcel that goes from one hub to the next does not. */
  readonly isNews: boolean;
}

/** Every change of status or sub-status, replayed in timeline order. The history as we know it today, not as it was told. */
export function replayMilestones(entries: readonly TimelineEntry[], context: FoldContext): readonly Milestone[] {
  const milestones: Milestone[] = [];
  let state = NOTHING_SCANNED;
  for (const entry of entries) {
    const before = state.fold;
    state = foldEntry(state, entry, context);
    const after = state.fold;
    if (after === null || (after.status === before?.status && after.subStatus === before.subStatus)) continue;
    milestones.push({ ...after, isNews: isNews(before, after) });
  }
  return milestones;
}

/** Whether a status differs from the one before in a way worth telling. */
export function isNews(before: StatusPair | null, after: StatusPair): boolean {
  return before?.status !== after.status || newsSubStatus(before.subStatus) !== newsSubStatus(after.subStatus);
}

/** A status with its sub-status. */
export interface StatusPair {
  readonly status: Status;
  readonly subStatus: SubStatus;
}
