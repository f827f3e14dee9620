import type { Status } from "../domain/status.js";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** After this long without any scan a label is probably never used; it is asked about once a day, then no more. */
const SILENT_AFTER_DAYS = 30;
const GIVE_UP_AFTER_DAYS = 90;

/** Multiples of the base interval, by status. A parcel on the van is worth asking about often, a fresh label is not. */
const INTERVALS: Readonly<Record<Status, number>> = {
  order_confirmed: 3,
  label_created: 3,
  in_transit: 1,
  out_for_delivery: 0.25,
  delivered: 6,
  exception: 1,
};

export interface PollSubject {
  readonly status: Status | null;
  readonly terminal: boolean;
  /** When the last scan happened, else when the shipment was registered. */
  readonly quietSinceMs: number;
}

/**
 * When to ask about a shipment again (ms since the epoch), or null for never. After a terminal status it is asked about
 * for two more days, since carriers correct themselves, then left alone as they ask of us.
 */
export function nextPollAt(subject: PollSubject, nowMs: number, baseMinutes: number): number | null {
  const quietDays = (nowMs - subject.quietSinceMs) / DAY_MS;
  if (subject.terminal && quietDays > 2) return null;
  if (quietDays > GIVE_UP_AFTER_DAYS) return null;
  if (quietDays > SILENT_AFTER_DAYS) return nowMs + DAY_MS;
  return nowMs + INTERVALS[subject.status ?? "label_created"] * baseMinutes * MINUTE_MS;
}
