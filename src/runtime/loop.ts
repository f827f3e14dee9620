import type { Logger } from "./logger.js";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

export interface LoopOptions {
  readonly name: string;
  /** Does a piece of work and says how much there was; 0 means nothing waits. */
  readonly work: () => Promise<number>;
  /** How long to rest when nothing waits and nobody wakes us: the safety net of lost notifications. */
  readonly idleMs: number;
  readonly log: Logger;
}

export interface Loop {
  /** There may be work. Cheap, and remembered while the loop is busy. */
  wake(): void;
  /** Ends after the piece of work in hand. */
  stop(): Promise<void>;
}

/**
 * Works as long as there is work, rests when there is none, and pauses longer and longer while work fails, so that an
 * absent database is neither hammered nor a reason to die.
 */
export function startLoop({ name, work, idleMs, log }: LoopOptions): Loop {
  let stopping = false;
  let woken = false;
  let endRest: (() => void) | null = null;
  const finished = run();

  return {
    wake() {
      woken = true;
      endRest?.();
    },
    stop() {
      stopping = true;
      endRest?.();
      return finished;
    },
  };

  async function run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping) {
      woken = false;
      try {
        const done = await work();
        pauseMs = FIRST_PAUSE_MS;
        if (done === 0 && !woken) await rest(idleMs);
      } catch (error) {
        log.error({ err: error, loop: name, pauseMs }, "Work failed; trying again after a pause.");
        woken = false;
        await rest(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  function rest(ms: number): Promise<void> {
    if (stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      endRest = done;
      function done() {
        clearTimeout(timer);
        endRest = null;
        resolve();
      }
    });
  }
}
