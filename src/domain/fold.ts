import { isSamePlace, type Place } from "./place.js";
import { type Status, type SubStatus, stageOf } from "./status.js";
import type { TimelineEntry } from "./timeline.js";

/** Where a shipment stands, and the scan that says so. Null while no scan is mapped to a status. */
export type Fold = StatusByScan | null;

/** A status and the scan that gave it. */
export interface StatusByScan {
  readonly status: Status;
  /** Differs from the scan's own where the scan is read in context: `delivered` at the end of a return. */
  readonly subStatus: SubStatus;
  readonly entry: TimelineEntry;
}

/** What is known of the shipment besides its scans. */
export interface FoldContext {
  readonly destination: Place | null;
}

/** The fold in the middle of a timeline: where the shipment stands, and whether it is on its way back. */
export interface FoldState {
  readonly fold: Fold;
  readonly back: "returning_to_sender" | "returned_to_sender" | null;
}

/** Before any scan. */
export const NOTHING_SCANNED: FoldState = { fold: null, back: null };

/** The status of a shipment: `foldEntry` over its whole timeline, oldest first. */
export function foldTimeline(entries: readonly TimelineEntry[], context: FoldContext): Fold {
  return entries.reduce((state, entry) => foldEntry(state, entry, context), NOTHING_SCANNED).fold;
}

/**
 * One scan more. The latest mapped scan gives the status, except that:
 * - a label never lowers a later stage, nor does it end trouble;
 * - delivered stays delivered, unless the code is marked `revokesDelivery`;
 * - a parcel on its way back stays so whatever moves it, and what is then delivered is delivered to the sender, unless
 *   that is known to be at the shipment's destination or a code marked `cancelsReturn` came in between. A scan under a
 *   number that the carrier gave it for the way back turns it round by itself.
 */
export function foldEntry(state: FoldState, entry: TimelineEntry, { destination }: FoldContext): FoldState {
  const { meaning } = entry;
  if (meaning.kind !== "status") return state;
  const { status, subStatus } = meaning;
  if (state.fold?.status === "delivered" && meaning.revokesDelivery !== true) return state;
  if (isLabel(status) && isPast(status, state.fold)) return state;

  // Under a number that brings it back every movement is a return, even where nobody said that it turned round.
  const turned = entry.onReturnLeg === true && !isLabel(status) ? "returning_to_sender" : null;
  const back = meaning.cancelsReturn === true ? null : (state.back ?? turned);
  if (back !== null && status !== "exception") {
    if (status !== "delivered") return goBack(state, back, entry);
    if (!isSamePlace(entry.place, destination)) return goBack(state, "returned_to_sender", entry);
  }
  return { fold: { status, subStatus, entry }, back: status === "delivered" ? null : (returnIn(subStatus) ?? back) };
}

function isLabel(status: Status): boolean {
  return status === "order_confirmed" || status === "label_created";
}

function isPast(status: Status, fold: Fold): boolean {
  if (fold === null) return false;
  return (stageOf(fold.status) ?? Number.POSITIVE_INFINITY) > (stageOf(status) ?? 0);
}

/** The return goes on: nothing new, or the end of other trouble on the way back. */
function goBack(state: FoldState, back: NonNullable<FoldState["back"]>, entry: TimelineEntry): FoldState {
  if (state.fold?.subStatus === back) return state;
  return { fold: { status: "exception", subStatus: back, entry }, back };
}

function returnIn(subStatus: SubStatus): FoldState["back"] {
  return subStatus === "returning_to_sender" || subStatus === "returned_to_sender" ? subStatus : null;
}
