import { type StartTimer, settlesWithin, startTimer } from "./timer.js";

/** Knows what is under way, so that a stop can wait for it. */
export interface WorkTracker {
  /** Passes the promise through and counts it until it settles. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Waits until nothing is under way, at most `limitMs`; gives how much still is then. Failures are their owners' affair. */
  drain(limitMs: number): Promise<number>;
  readonly size: number;
}

export function createWorkTracker(start: StartTimer = startTimer): WorkTracker {
  const underWay = new Set<Promise<unknown>>();
  const idle = async () => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };

  return {
    track(work) {
      underWay.add(work);
      void Promise.allSettled([work]).then(() => underWay.delete(work));
      return work;
    },
    async drain(limitMs) {
      await settlesWithin(idle(), limitMs, start);
      return underWay.size;
    },
    get size() {
      return underWay.size;
    },
  };
}
