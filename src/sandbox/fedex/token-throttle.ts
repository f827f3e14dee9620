/**
 * FedEx's guard of its token endpoint: more than 3 requests a second over 5 seconds, or more than 1 a second over 2
 * minutes, is answered 403 for 10 minutes, and every call during the penalty starts the 10 minutes anew.
 */
export interface TokenThrottle {
  /** Counts one call (ms since the epoch); false when it is to be answered 403. */
  admit(nowMs: number): boolean;
}

const BURST = { calls: 15, withinMs: 5_000 };
const AVERAGE = { calls: 120, withinMs: 120_000 };
const PENALTY_MS = 10 * 60_000;

export function createTokenThrottle(): TokenThrottle {
  let calls: number[] = [];
  let penaltyUntil = Number.NEGATIVE_INFINITY;

  return {
    admit(nowMs) {
      calls = calls.filter((at) => at > nowMs - AVERAGE.withinMs);
      if (calls.length <= AVERAGE.calls) calls.push(nowMs);
      const inBurst = calls.filter((at) => at > nowMs - BURST.withinMs).length;
      if (nowMs >= penaltyUntil && inBurst <= BURST.calls && calls.length <= AVERAGE.calls) return true;
      penaltyUntil = nowMs + PENALTY_MS;
      return false;
    },
  };
}
