import { type StartTimer, startTimer } from "../runtime/timer.js";

/**
 * A batch costs some ten milliseconds of both processors whatever it holds, so a round is not begun sooner than this after the one
 * before: at a thousand messages a second each then holds fifty instead of five. Shoppers notice nothing.
 */
const SHORTEST_ROUND_MS = 50;
/** A round that found this part of a full batch has more behind it. */
const BEHIND_AT = 0.25;

export interface RoundsOptions {
  readonly batchSize: number;
  /** Milliseconds that only go up. */
  readonly now: () => number;
  /** Called when one loop alone falls behind, so that the others help. */
  readonly wake: () => void;
  /** Default: the real one. */
  readonly start?: StartTimer;
}

/**
 * When the loops of one process normalise: the first alone while it keeps up, at a steady pace so that messages gather; all of them
 * and without a pause while there is a backlog. The first message after a quiet moment waits for nobody. `take` does one
 * round of one loop with what it is given, and says how many messages there were, or 0 when this loop is not needed.
 */
export function createRounds({ batchSize, now, wake, start = startTimer }: RoundsOptions) {
  let isBehind = false;

  return {
    async take(loop: number, normalize: () => Promise<number>): Promise<number> {
      if (loop > 0 && !isBehind) return 0;
      const begunAt = now();
      const taken = await normalize();
      const wasBehind = isBehind;
      if (loop === 0) isBehind = taken >= batchSize * BEHIND_AT;
      if (isBehind && !wasBehind) wake();
      if (!isBehind && taken > 0) await pause(begunAt + SHORTEST_ROUND_MS - now());
      return taken;
    },
  };

  function pause(ms: number): Promise<void> {
    return ms <= 0 ? Promise.resolve() : new Promise((resolve) => void start(resolve, ms));
  }
}
