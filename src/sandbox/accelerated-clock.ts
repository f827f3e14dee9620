/** A clock that begins in the past, runs faster, and stops running ahead once it has caught up with the present. */
export interface AcceleratedClock {
  /** Real time (ms since the epoch) at which the clock was set going. */
  readonly beganAt: number;
  /** Simulated time (ms since the epoch) that it showed then; not later than `beganAt`. */
  readonly startAt: number;
  /** Simulated seconds per real second; 0 stands still. */
  readonly speed: number;
}

export const MAX_SPEED = 1_000_000;

/**
 * Sets a clock going.
 * @throws RangeError when it would start in the future or `speed` is not 0..1,000,000
 */
export function startClock(clock: AcceleratedClock): AcceleratedClock {
  if (clock.startAt > clock.beganAt) throw new RangeError("Simulated time cannot start in the future.");
  if (!(clock.speed >= 0 && clock.speed <= MAX_SPEED)) throw new RangeError(`A speed is 0 to ${MAX_SPEED}.`);
  return clock;
}

/** The simulated time at the real time `nowMs`: start plus elapsed times speed, and never later than `nowMs`. */
export function simulatedTime(clock: AcceleratedClock, nowMs: number): number {
  const elapsedMs = Math.max(nowMs - clock.beganAt, 0);
  return Math.min(clock.startAt + elapsedMs * clock.speed, nowMs);
}

/** The earliest real time at which the clock shows `simulatedMs` or later; null when it never will. */
export function realTimeOf(clock: AcceleratedClock, simulatedMs: number): number | null {
  if (simulatedMs <= clock.startAt) return clock.beganAt;
  if (clock.speed === 0) return null;
  return Math.max(Math.ceil(clock.beganAt + (simulatedMs - clock.startAt) / clock.speed), simulatedMs);
}
