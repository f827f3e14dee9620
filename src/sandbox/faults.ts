import type { SandboxCarrier } from "./parcel.js";

/** Which calls a fault spoils. `subscribe`: any call about subscriptions. */
export const FAULTY_CALLS = ["token", "track", "subscribe"] as const;
export type FaultyCall = (typeof FAULTY_CALLS)[number];

/**
 * What goes wrong: 429 (with Retry-After where the carrier sends one), 500, an answer that comes late, the first half of the
 * right answer, or an access token (or API key) that the carrier suddenly takes for expired (not at token endpoints).
 */
export const FAULT_KINDS = ["rate_limited", "server_error", "slow", "truncated", "expired_token"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly carrier: SandboxCarrier;
  readonly call: FaultyCall;
  readonly kind: FaultKind;
  /** How many calls it spoils. */
  readonly calls: number;
  /** For `rate_limited`; default 1. */
  readonly retryAfterSeconds: number;
  /** For `slow`; default 1,000. */
  readonly delayMs: number;
}

export const MAX_FAULTS = 100;

/** The faults that wait to happen, first come, first served per carrier and call. */
export interface Faults {
  /** @throws RangeError when too many are waiting */
  inject(fault: Fault): void;
  /** The fault that spoils this call, used up by one; null when it may go right. */
  take(carrier: SandboxCarrier, call: FaultyCall): Fault | null;
  waiting(): readonly Fault[];
  clear(): void;
}

export function createFaults(): Faults {
  let faults: Fault[] = [];

  return {
    inject(fault) {
      if (faults.length >= MAX_FAULTS) throw new RangeError(`At most ${MAX_FAULTS} faults can wait.`);
      if (fault.calls > 0) faults.push(fault);
    },
    take(carrier, call) {
      const fault = faults.find((waiting) => waiting.carrier === carrier && waiting.call === call);
      if (fault === undefined) return null;
      const left = { ...fault, calls: fault.calls - 1 };
      faults = faults.flatMap((waiting) => (waiting !== fault ? [waiting] : left.calls > 0 ? [left] : []));
      return fault;
    },
    waiting: () => faults,
    clear: () => {
      faults = [];
    },
  };
}
