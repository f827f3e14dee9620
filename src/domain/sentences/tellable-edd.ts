import type { SubStatus } from "../status.js";
import { subStatusRow } from "../status.js";
import type { ParcelFacts, ShownEdd } from "./facts.js";

/**
 * The estimate that may be told beside a state, or null. Nobody waits for a date at a pickup point, after a delivery or on
 * the way back. After a failed attempt a date counts only if it is later than that attempt: else it is the one
 * that has just failed.
 */
export function tellableEdd({ subStatus, edd, at }: ParcelFacts): ShownEdd | null {
  if (edd === null) return null;
  const state = subStatus ?? "label_created";
  if (HAS_NO_DATE.has(state)) return null;
  const { status } = subStatusRow(state);
  if (status === "delivered") return null;
  if (status !== "exception") return edd;
  if (LATE.has(state)) return edd;
  const day = at?.localTime?.slice(0, "YYYY-MM-DD".length);
  return ATTEMPTED.has(state) && edd.source === "carrier" && day !== undefined && edd.to > day ? edd : null;
}

const HAS_NO_DATE: ReadonlySet<SubStatus> = new Set<SubStatus>([
  "available_for_pickup",
  "pickup_reminder",
  "pickup_failed",
]);
const LATE: ReadonlySet<SubStatus> = new Set<SubStatus>([
  "delayed",
  "delayed_weather",
  "delayed_operational",
  "missorted",
]);
const ATTEMPTED: ReadonlySet<SubStatus> = new Set<SubStatus>([
  "delivery_attempted",
  "recipient_unavailable",
  "business_closed",
]);
