import { type AcceleratedClock, realTimeOf, startClock } from "./accelerated-clock.js";
import type { Course, HandOver, Happening, Step } from "./journey.js";
import type { Town } from "./towns.js";

/** Carriers that move parcels themselves. */
export const DIRECT_CARRIERS = ["fedex", "ups", "usps", "dhl"] as const;
export type DirectCarrier = (typeof DIRECT_CARRIERS)[number];

/** The carriers that the sandbox can be. The last two only speak for others. */
export const SANDBOX_CARRIERS = [...DIRECT_CARRIERS, "easypost", "shipengine"] as const;
export type SandboxCarrier = (typeof SANDBOX_CARRIERS)[number];

/** Where a carrier pushes to, and what proves it there. UPS has two ways (Track Alert v1 and v2). */
export type Hook =
  | { readonly kind: "fedex"; readonly url: string; readonly secret: string }
  | { readonly kind: "ups_v1"; readonly url: string; readonly secret: string }
  | { readonly kind: "ups_v2"; readonly url: string; readonly clientId: string; readonly secret: string }
  | { readonly kind: "usps"; readonly url: string; readonly secret: string; readonly subscriptionId: string }
  /** `secret` goes into the header named `header`; `self` is the address of the subscription. */
  | {
      readonly kind: "dhl";
      readonly url: string;
      readonly header: string;
      readonly secret: string;
      readonly self: string;
    }
  /** Unsigned without secret. `trackedSince`: when the tracker was made (ms since the epoch). */
  | {
      readonly kind: "easypost";
      readonly url: string;
      readonly secret: string | null;
      readonly headers: Readonly<Record<string, string>>;
      readonly trackedSince: number;
    }
  /** Signed with the key that the emulator publishes. */
  | { readonly kind: "shipengine"; readonly url: string; readonly headers: Readonly<Record<string, string>> };

/** Somebody who is to hear of a parcel. */
export interface PushTarget {
  readonly hook: Hook;
  /** Told once about each push: whether it was taken in the end. */
  readonly settled?: (taken: boolean) => void;
}

/** Something that has happened to a parcel, with absolute times (ms since the epoch). */
export interface ScanFact {
  readonly what: Happening;
  readonly where: Town;
  readonly occurredAt: number;
  /** The carrier's estimate as of this scan. */
  readonly expects: { readonly fromAt: number; readonly toAt: number; readonly window: boolean } | null;
  readonly handOver: HandOver | null;
}

/** What a carrier knows about one parcel: enough to write any of its bodies. */
export interface ParcelFacts {
  readonly trackingNumber: string;
  /** Who moves it, where an aggregator speaks for somebody. */
  readonly movedBy?: DirectCarrier;
  readonly origin: Town;
  readonly destination: Town;
  /** When the journey began (ms since the epoch): tells this use of the number from another. */
  readonly shippedAt: number;
  /** Oldest first. Empty: the carrier does not know the number yet. */
  readonly scans: readonly ScanFact[];
}

/** A parcel on its way through a course. Only `moveParcel` and `advanceParcel` change it. */
export interface Parcel {
  readonly carrier: SandboxCarrier;
  /** Who moves it, for parcels of aggregators; else null. */
  readonly movedBy: DirectCarrier | null;
  readonly trackingNumber: string;
  readonly journey: string;
  readonly course: Course;
  readonly hook: Hook | null;
  /** Simulated start of the journey. Estimates count from here. */
  readonly startAt: number;
  clock: AcceleratedClock;
  readonly scans: ScanFact[];
  /** Indexes of steps whose push waits to be overtaken. */
  readonly heldBack: number[];
}

/** The facts of a parcel as of now. */
export function factsOf(parcel: Parcel): ParcelFacts {
  const { origin, destination } = parcel.course;
  const { trackingNumber, movedBy, startAt: shippedAt, scans } = parcel;
  return { trackingNumber, ...(movedBy !== null && { movedBy }), origin, destination, shippedAt, scans };
}

/** Whether everything that will happen to it has happened. */
export function hasArrived(parcel: Parcel): boolean {
  return parcel.scans.length >= parcel.course.steps.length;
}

/** Real time (ms since the epoch) at which its next step is due; null when there is none or its clock stands still. */
export function nextStepAt(parcel: Parcel): number | null {
  const step = parcel.course.steps[parcel.scans.length];
  return step === undefined ? null : realTimeOf(parcel.clock, plannedAt(parcel, step));
}

/**
 * Lets everything happen that is due at the real time `nowMs`.
 * @returns the scans to push, in the order in which the carrier sends them
 */
export function moveParcel(parcel: Parcel, nowMs: number): readonly ScanFact[] {
  const pushes: ScanFact[] = [];
  for (let dueAt = nextStepAt(parcel); dueAt !== null && dueAt <= nowMs; dueAt = nextStepAt(parcel)) {
    const step = parcel.course.steps[parcel.scans.length];
    if (step === undefined) break;
    pushes.push(...takeStep(parcel, step, plannedAt(parcel, step)));
  }
  return pushes;
}

/**
 * Lets the next step happen now, whatever the clock says, and sets the clock to that point of the journey. A step that
 * was planned for the future happens at `nowMs`: no scan is ever later than the present.
 * @returns the scans to push; null when nothing is left to happen
 */
export function advanceParcel(parcel: Parcel, nowMs: number): readonly ScanFact[] | null {
  const step = parcel.course.steps[parcel.scans.length];
  if (step === undefined) return null;
  const occurredAt = Math.min(plannedAt(parcel, step), nowMs);
  parcel.clock = startClock({ beganAt: nowMs, startAt: occurredAt, speed: parcel.clock.speed });
  return takeStep(parcel, step, occurredAt);
}

function takeStep(parcel: Parcel, step: Step, occurredAt: number): ScanFact[] {
  const index = parcel.scans.length;
  parcel.scans.push({
    what: step.what,
    where: step.where,
    occurredAt,
    expects: estimateOf(parcel, step) ?? parcel.scans.at(-1)?.expects ?? null,
    handOver: step.handOver ?? null,
  });
  return pushesAfter(parcel, index);
}

/** The step's own push, unless it is held back, then those that it overtakes. At the end nothing stays held back. */
function pushesAfter(parcel: Parcel, index: number): ScanFact[] {
  const { steps } = parcel.course;
  const order: number[] = [];
  const overtakenBy = steps[index]?.pushedAfterStep;
  if (overtakenBy !== undefined && overtakenBy > index) parcel.heldBack.push(index);
  else order.push(index);
  const isLast = index === steps.length - 1;
  const released = parcel.heldBack.filter((held) => isLast || steps[held]?.pushedAfterStep === index);
  for (const held of released) parcel.heldBack.splice(parcel.heldBack.indexOf(held), 1);
  order.push(...released);
  return order.flatMap((at) => {
    const scan = parcel.scans[at];
    return scan === undefined ? [] : Array.from({ length: steps[at]?.pushes ?? 1 }, () => scan);
  });
}

function estimateOf(parcel: Parcel, { expects }: Step): ScanFact["expects"] {
  if (expects === undefined) return null;
  const { fromMinutes, toMinutes, window } = expects;
  return {
    fromAt: parcel.startAt + fromMinutes * MINUTE_MS,
    toAt: parcel.startAt + toMinutes * MINUTE_MS,
    window,
  };
}

function plannedAt(parcel: Parcel, step: Step): number {
  return parcel.startAt + step.afterMinutes * MINUTE_MS;
}

const MINUTE_MS = 60_000;
