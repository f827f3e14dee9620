import type { Town } from "./towns.js";
import { wallClock } from "./wall-clock.js";

/** What can happen to a parcel, in no carrier's words: each emulator has its own code for each. */
export const HAPPENINGS = [
  "label_created",
  "picked_up",
  "departed",
  "arrived",
  "arrived_at_local_facility",
  "out_for_delivery",
  "delivered",
  "delayed_by_weather",
  "recipient_not_available",
  "refused",
  "returning_to_sender",
  "returned_to_sender",
] as const;

export type Happening = (typeof HAPPENINGS)[number];

/** How a parcel was handed over. */
export interface HandOver {
  readonly receivedBy: string | null;
  readonly leftAt: "front_door" | "front_desk" | "residence";
  readonly signed: boolean;
}

/** When the carrier expects to deliver, in minutes after the journey's start. `window`: it promises the hours too. */
export interface Expectation {
  readonly fromMinutes: number;
  readonly toMinutes: number;
  readonly window: boolean;
}

/** One thing that happens to one parcel. */
export interface Step {
  /** Simulated minutes after the journey's start. Whole, rising, and never the same twice in one parcel. */
  readonly afterMinutes: number;
  readonly what: Happening;
  readonly where: Town;
  /** What the carrier expects from here on; absent: as before. */
  readonly expects?: Expectation;
  readonly handOver?: HandOver;
  /** How often the carrier pushes it; absent: once. */
  readonly pushes?: number;
  /** Index of the later step whose push overtakes this one's. */
  readonly pushedAfterStep?: number;
}

/** The way of one parcel. */
export interface Course {
  readonly origin: Town;
  readonly destination: Town;
  readonly steps: readonly Step[];
}

/** A story of one order: one course per parcel. */
export interface Journey {
  /** kebab-case, the name in the control API. */
  readonly code: string;
  readonly title: string;
  /** `HH:mm` on the wall at the first parcel's origin when the first step happens. */
  readonly startsAtLocal: string;
  readonly parcels: readonly Course[];
}

/**
 * The longest a journey may take in simulated minutes. With up to a day lost to waiting for `startsAtLocal` it still
 * began less than 71 hours ago when it ends now, so that every scan of it is fresh enough to be told.
 */
export const MAX_SPAN_MINUTES = 46 * 60;

/** Minutes from the journey's start to its last step. */
export function spanMinutes(journey: Journey): number {
  return Math.max(...journey.parcels.map(({ steps }) => steps.at(-1)?.afterMinutes ?? 0));
}

/**
 * The latest start (ms since the epoch) at the journey's own hour that lets every step lie in the past at `nowMs`: the
 * whole story can be told without waiting, and its parcels are out for delivery in daylight.
 */
export function latestStart(journey: Journey, nowMs: number): number {
  const latest = nowMs - spanMinutes(journey) * MINUTE_MS;
  const zone = journey.parcels[0]?.origin.zone ?? "UTC";
  const [hours = 0, minutes = 0] = journey.startsAtLocal.split(":").map(Number);
  const { time } = wallClock(latest, zone);
  const [nowHours = 0, nowMinutes = 0, nowSeconds = 0] = time.split(":").map(Number);
  const pastMinutes = ((((nowHours - hours) * 60 + nowMinutes - minutes) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const start = latest - pastMinutes * MINUTE_MS - nowSeconds * 1_000;
  return start - (start % 1_000);
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
