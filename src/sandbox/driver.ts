import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/logger.js";
import { moveParcel, nextStepAt } from "./parcel.js";
import type { Parcels } from "./parcels.js";
import type { PushScans } from "./push-scans.js";

export interface DriverOptions {
  readonly parcels: Parcels;
  readonly pushScans: PushScans;
  readonly now: Clock;
  readonly log: Logger;
  /** Waits; rejects when the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
}

/** Walks all parcels through their journeys and pushes what happens to them. */
export interface Driver {
  /** Lets everything happen that is due now. */
  move(): void;
  /** Goes on moving, as often as anything is due, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

const MIN_WAIT_MS = 5;
/** A parcel registered meanwhile waits for at most this long. */
const MAX_WAIT_MS = 250;

export function createDriver({ parcels, pushScans, now, log, wait }: DriverOptions): Driver {
  function move(): void {
    const nowMs = now();
    for (const parcel of parcels.all()) {
      try {
        pushScans(parcel, moveParcel(parcel, nowMs));
      } catch (error) {
        log.warn({ err: error, carrier: parcel.carrier }, "A parcel's news could not be pushed.");
      }
    }
  }

  function waitMs(): number {
    const dueAt = parcels.all().flatMap((parcel) => nextStepAt(parcel) ?? []);
    const untilDue = dueAt.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY) - now();
    return Math.min(Math.max(untilDue, MIN_WAIT_MS), MAX_WAIT_MS);
  }

  return {
    move,
    async run(signal) {
      while (!signal.aborted) {
        move();
        await wait(waitMs(), signal).catch(() => {});
      }
    },
  };
}
