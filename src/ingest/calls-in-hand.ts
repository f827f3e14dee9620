import type { TakenCalls } from "../store/call-budget.js";

/** The most calls taken from the shared budget at once: few enough to leave others some, enough to spare the row. */
const MAX_AT_ONCE = 5;

/** Calls that one run of one process may make for one connection. */
export interface CallsInHand {
  /** Takes the next call; false when there is none now. Those who are put off by the budget are told how long by `onWait`. */
  next(): Promise<boolean>;
  /** The last call was not made after all. */
  undo(): void;
  /** Gives back what was taken and not used. */
  giveBack(): Promise<void>;
}

/** At most `limit` calls, taken a few at a time. */
export function createCallsInHand(options: {
  readonly limit: number;
  readonly take: (wanted: number) => Promise<TakenCalls>;
  readonly giveBack: (unused: number) => Promise<void>;
  readonly onWait: (waitMs: number) => void;
}): CallsInHand {
  let inHand = 0;
  let used = 0;
  return {
    async next() {
      if (used >= options.limit) return false;
      if (inHand === 0) {
        const { granted, waitMs } = await options.take(Math.min(MAX_AT_ONCE, options.limit - used));
        if (granted === 0) {
          options.onWait(waitMs);
          return false;
        }
        inHand = granted;
      }
      inHand -= 1;
      used += 1;
      return true;
    },
    undo() {
      inHand += 1;
      used -= 1;
    },
    async giveBack() {
      const unused = inHand;
      inHand = 0;
      if (unused > 0) await options.giveBack(unused);
    },
  };
}
