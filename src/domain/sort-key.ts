import type { Meaning, Scan } from "./scan.js";

/** The sort key of a scan without any time: before every scan that has one, so that it can never hide them. */
export const UNTIMED_SORT_KEY = Number.MIN_SAFE_INTEGER;

/**
 * Where a scan stands in its timeline, in milliseconds, from the scan alone: its instant, or where that is unknown its
 * local reading taken as early as it can have been (UTC+14) for labels and movement, as late as it can have been
 * (UTC-12) for out for delivery, delivery and returns, and as UTC for the rest. A stage is so never undone by a scan
 * of an earlier stage whose zone is not known.
 */
export function sortKey(scan: Scan): number {
  if (scan.occurredAt !== null) return scan.occurredAt;
  if (scan.localTime === null) return UNTIMED_SORT_KEY;
  return Date.parse(`${scan.localTime}Z`) - assumedOffsetHours(scan.meaning) * 3_600_000;
}

function assumedOffsetHours(meaning: Meaning): number {
  if (meaning.kind !== "status") return 0;
  const { status, subStatus } = meaning;
  if (status === "exception")
    return subStatus === "returning_to_sender" || subStatus === "returned_to_sender" ? LATEST : 0;
  return status === "out_for_delivery" || status === "delivered" ? LATEST : EARLIEST;
}

/** Offsets (hours) between which every clock on earth lies: ahead of UTC a reading is early, behind it late. */
const EARLIEST = 14;
const LATEST = -12;
