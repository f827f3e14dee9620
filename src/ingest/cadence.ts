import type { Place } from "../domain/place.js";
import { isTerminal, type Status, type SubStatus } from "../domain/status.js";
import { offsetAt, zoneOf } from "../domain/zones.js";
import {
  CADENCE,
  ENDED_FOR_DAYS,
  GIVE_UP_AFTER_DAYS,
  MORNING_MINUTES,
  NIGHT,
  NOT_FOUND_AT_MOST_MINUTES,
  type PollRank,
  type PollStage,
  PUSHED_AT_LEAST_MINUTES,
  SILENCE,
} from "./cadence-table.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const FRESH_LABEL_DAYS = 2;

/** What is known of a shipment when its next poll is planned. Of a leg, status and EDD are those of its shipment. */
export interface PollSubject {
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  /** `YYYY-MM-DD`, both ends included. */
  readonly edd: { readonly from: string; readonly to: string } | null;
  readonly destination: Place | null;
  /** Ms since the epoch. */
  readonly lastScanAtMs: number | null;
  readonly registeredAtMs: number;
  /** The carrier's last word about the number was that it does not know it. */
  readonly notFound: boolean;
  /** The carrier pushes it, and its pushes were heard of late. */
  readonly pushed: boolean;
}

/** When to ask next (ms since the epoch), and who comes first when there are more questions than calls. */
export interface PollPlan {
  readonly atMs: number;
  readonly rank: PollRank;
  /**
   * If it waits for its turn until then it waits no longer, and is of rank 0: its delivery day begins, or it has ended for so long
   * that it is left alone. Null for never.
   */
  readonly urgentAtMs: number | null;
}

/**
 * Plans the next question about a shipment by the tables of `cadence-table.ts`; null when it is not to be asked about any more.
 * `baseMinutes` is 60 for the intervals of the table. `spread`, from 0 up to 1, says where in the morning its turn is.
 */
export function planPoll(
  subject: PollSubject,
  nowMs: number,
  { baseMinutes, spread }: { readonly baseMinutes: number; readonly spread: number },
): PollPlan | null {
  const zone = zoneOf(subject.destination);
  const offsetMs = zone === null ? 0 : offsetAt(zone, nowMs) * MINUTE_MS;
  const silentDays = (nowMs - (subject.lastScanAtMs ?? subject.registeredAtMs)) / DAY_MS;
  if (silentDays > GIVE_UP_AFTER_DAYS) return null;
  const stage = stageOf(subject, nowMs, offsetMs);
  if (stage === "ended" && silentDays > ENDED_FOR_DAYS) return null;
  const { rank, everyMinutes } = CADENCE[stage];
  const minutes = Math.max(1, (everyMinutes * baseMinutes) / 60, ...stretches(subject, rank, silentDays, nowMs));
  const atMs = nowMs + minutes * MINUTE_MS;
  return {
    atMs: zone === null ? atMs : afterNight(atMs, zone, spread),
    rank: subject.pushed ? CADENCE.ended.rank : rank,
    urgentAtMs: urgentAt(subject, stage, zone, nowMs, spread),
  };
}

/** The first row of the table that fits. Dates are those at the destination, by UTC where its zone is not known. */
function stageOf(
  { status, subStatus, edd, lastScanAtMs, registeredAtMs }: PollSubject,
  nowMs: number,
  offsetMs: number,
): PollStage {
  if (subStatus !== null && isTerminal(subStatus)) return "ended";
  if (subStatus === "available_for_pickup" || subStatus === "pickup_reminder") return "waiting_for_pickup";
  if (status === "out_for_delivery" && nowMs - (lastScanAtMs ?? 0) <= DAY_MS) return "out_for_delivery";
  if (status === null || status === "order_confirmed" || status === "label_created")
    return nowMs - registeredAtMs <= FRESH_LABEL_DAYS * DAY_MS ? "fresh_label" : "label";
  if (subStatus === "returning_to_sender") return "returning";
  const today = dateText(nowMs + offsetMs);
  if (edd !== null && edd.from <= today && today <= edd.to) return "edd_today";
  if (status === "exception") return "exception";
  if (edd === null) return "in_transit";
  if (edd.to < today) return "edd_over";
  return edd.from === dateText(nowMs + offsetMs + DAY_MS) ? "edd_tomorrow" : "edd_later";
}

function urgentAt(
  subject: PollSubject,
  stage: PollStage,
  zone: string | null,
  nowMs: number,
  spread: number,
): number | null {
  // A minute later, since the clocks of the database and of processes differ.
  if (stage === "ended") return (subject.lastScanAtMs ?? subject.registeredAtMs) + ENDED_FOR_DAYS * DAY_MS + MINUTE_MS;
  return subject.pushed ? null : deliveryDayOf(subject, stage, zone, nowMs, spread);
}

/** The morning of the EDD at the destination, for what is on its way and expected later than today. */
function deliveryDayOf(
  { edd }: PollSubject,
  stage: PollStage,
  zone: string | null,
  nowMs: number,
  spread: number,
): number | null {
  if (edd === null || !(stage === "exception" || stage === "edd_tomorrow" || stage === "edd_later")) return null;
  const localMs =
    Date.parse(`${edd.from}T00:00:00Z`) + NIGHT.toHour * HOUR_MS + Math.floor(spread * MORNING_MINUTES) * MINUTE_MS;
  const atMs = zone === null ? localMs : localMs - offsetAt(zone, localMs) * MINUTE_MS;
  return atMs > nowMs ? atMs : null;
}

/** Intervals in minutes that hold at the least. */
function stretches(
  { notFound, pushed, lastScanAtMs, registeredAtMs }: PollSubject,
  rank: PollRank,
  silentDays: number,
  nowMs: number,
): number[] {
  const silence = SILENCE.filter(
    ({ afterDays, onDeliveryDay }) => silentDays > afterDays && (rank > 0 || onDeliveryDay),
  );
  const ageMinutes = (nowMs - registeredAtMs) / MINUTE_MS;
  return [
    ...silence.map(({ atLeastMinutes }) => atLeastMinutes),
    ...(notFound && lastScanAtMs === null ? [Math.min(NOT_FOUND_AT_MOST_MINUTES, ageMinutes / 2)] : []),
    ...(pushed ? [PUSHED_AT_LEAST_MINUTES] : []),
  ];
}

/** The same moment, or the next morning where it is night there. */
function afterNight(atMs: number, zone: string, spread: number): number {
  const offsetMs = offsetAt(zone, atMs) * MINUTE_MS;
  const hour = Math.floor(((atMs + offsetMs) % DAY_MS) / HOUR_MS);
  if (hour < NIGHT.fromHour && hour >= NIGHT.toHour) return atMs;
  const midnightMs = Math.floor((atMs + offsetMs + (24 - NIGHT.fromHour) * HOUR_MS) / DAY_MS) * DAY_MS;
  const morningMs = midnightMs + NIGHT.toHour * HOUR_MS + Math.floor(spread * MORNING_MINUTES) * MINUTE_MS;
  // Clocks may be changed in between.
  return morningMs - offsetAt(zone, morningMs - offsetMs) * MINUTE_MS;
}

function dateText(localAsUtcMs: number): string {
  return new Date(localAsUtcMs).toISOString().slice(0, 10);
}
