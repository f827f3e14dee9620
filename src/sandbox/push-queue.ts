import type { Logger } from "../runtime/logger.js";

/** Something to push: `send` makes one attempt and says whether it was taken (2xx). */
export interface Push {
  /** For the log; holds no secret. */
  readonly label: string;
  readonly send: (signal: AbortSignal) => Promise<boolean>;
  /** Waits between attempts. Empty: one attempt only. */
  readonly retryDelaysMs: readonly number[];
  /** Told once whether it was taken in the end; not told of pushes dropped at the stop. */
  readonly settled?: (taken: boolean) => void;
}

export interface PushQueueOptions {
  readonly concurrency: number;
  readonly log: Logger;
  /** Waits; rejects when the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
}

export const MAX_WAITING_PUSHES = 100_000;
const STOP_GRACE_MS = 2_000;

/** Counts since the start. */
export interface PushCounts {
  readonly waiting: number;
  readonly taken: number;
  readonly givenUp: number;
}

/** Sends pushes in order, at most `concurrency` at once. A push that waits for its next attempt holds no place. */
export interface PushQueue {
  /** @throws RangeError when too many are waiting */
  add(push: Push): void;
  counts(): PushCounts;
  /** Resolves when nothing is waiting, under way or to be tried again. */
  idle(): Promise<void>;
  /** Lets what is under way end within two seconds, and drops the rest. */
  stop(): Promise<void>;
}

export function createPushQueue(options: PushQueueOptions): PushQueue {
  const stopping = new AbortController();
  const cutting = new AbortController();
  const waiting: { push: Push; attempt: number }[] = [];
  const retries = new Set<Promise<void>>();
  const idlers: (() => void)[] = [];
  let running = 0;
  let taken = 0;
  let givenUp = 0;

  function drain(): void {
    while (running < options.concurrency && !stopping.signal.aborted) {
      const next = waiting.shift();
      if (next === undefined) break;
      running += 1;
      void attempt(next.push, next.attempt).finally(() => {
        running -= 1;
        drain();
      });
    }
    if (running === 0 && (waiting.length === 0 || stopping.signal.aborted) && retries.size === 0) {
      for (const tell of idlers.splice(0)) tell();
    }
  }

  async function attempt(push: Push, number: number): Promise<void> {
    const ok = await push.send(cutting.signal).catch((error: unknown) => {
      options.log.warn({ err: error, push: push.label }, "A push met no answer.");
      return false;
    });
    if (ok) {
      taken += 1;
      push.settled?.(true);
      return;
    }
    const delayMs = push.retryDelaysMs[number];
    if (delayMs === undefined || stopping.signal.aborted) {
      givenUp += 1;
      options.log.warn({ push: push.label, attempts: number + 1 }, "A push was given up.");
      push.settled?.(false);
      return;
    }
    const retry = options
      .wait(delayMs, stopping.signal)
      .then(
        () => void waiting.push({ push, attempt: number + 1 }),
        () => void (givenUp += 1),
      )
      .finally(() => {
        retries.delete(retry);
        drain();
      });
    retries.add(retry);
  }

  const idle = () =>
    new Promise<void>((tell) => {
      idlers.push(tell);
      drain();
    });

  return {
    add(push) {
      if (stopping.signal.aborted) return;
      if (waiting.length >= MAX_WAITING_PUSHES) throw new RangeError("Too many pushes are waiting.");
      waiting.push({ push, attempt: 0 });
      drain();
    },
    counts: () => ({ waiting: waiting.length + running + retries.size, taken, givenUp }),
    idle,
    async stop() {
      stopping.abort();
      waiting.length = 0;
      const cut = setTimeout(() => cutting.abort(), STOP_GRACE_MS);
      await idle();
      clearTimeout(cut);
    },
  };
}
