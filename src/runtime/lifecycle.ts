import type { Clock } from "./clock.js";
import type { Logger } from "./logger.js";
import { type StartTimer, settlesWithin, startTimer } from "./timer.js";

export interface LifecycleOptions {
  readonly log: Logger;
  readonly now: Clock;
  /** For all stoppers together. */
  readonly deadlineMs: number;
  readonly start?: StartTimer;
}

/** What a process has started and how it comes to its end. */
export interface Lifecycle {
  /** Aborts when the stop begins: loops end on it, and nothing new is taken up. */
  readonly stopping: AbortSignal;
  /** Registers how to stop what was just started. Once the stop has begun, what is registered is stopped with the rest. */
  onStop(name: string, stop: () => Promise<void> | void): void;
  /**
   * Runs the stoppers one by one, the last registered first, within the deadline. A stopper that fails is logged and does
   * not keep the others from theirs. True when all of them ended well and in time. Further calls get the same answer.
   */
  stop(reason: string): Promise<boolean>;
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { log, now, deadlineMs, start = startTimer } = options;
  const stoppers: { readonly name: string; readonly stop: () => Promise<void> | void }[] = [];
  const controller = new AbortController();
  let stopped: Promise<boolean> | null = null;

  return {
    stopping: controller.signal,
    onStop(name, stop) {
      stoppers.push({ name, stop });
    },
    stop(reason) {
      stopped ??= stopAll(reason);
      return stopped;
    },
  };

  async function stopAll(reason: string): Promise<boolean> {
    log.info({ reason }, "Stopping: what is under way is finished, nothing new is taken up.");
    controller.abort();
    const endsAt = now() + deadlineMs;
    let wentWell = true;
    for (let stopper = stoppers.pop(); stopper !== undefined; stopper = stoppers.pop()) {
      const { name: part, stop } = stopper;
      try {
        const inTime = await settlesWithin(Promise.resolve().then(stop), Math.max(0, endsAt - now()), start);
        if (inTime) continue;
        const left = [part, ...stoppers.map(({ name }) => name).reverse()];
        log.error({ part, left, deadlineMs }, "The stop took too long and was cut short.");
        return false;
      } catch (error) {
        wentWell = false;
        log.error({ part, err: error }, "A part could not be stopped cleanly.");
      }
    }
    log.info({ reason }, "Stopped.");
    return wentWell;
  }
}

/** The exit codes by which a shell tells that a signal ended a process: 128 and the signal's number. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** npm passes on a Ctrl-C that the terminal has sent to us already: one keystroke then comes as two signals. */
const SAME_KEYSTROKE_MS = 500;

/**
 * Ends the process by the rules: the first SIGTERM or SIGINT stops the lifecycle and exits 0 (1 if it did not stop
 * cleanly), a later one exits at once; an error that nobody caught is logged and exits 1, since what it left behind is
 * unknown. `events` is `process`. Gives a function that takes the handlers away again.
 */
export function handleProcessEvents(options: {
  readonly lifecycle: Lifecycle;
  readonly log: Logger;
  readonly now: Clock;
  readonly events: NodeJS.EventEmitter;
  readonly exit: (code: number) => void;
}): () => void {
  const { lifecycle, log, now, events, exit } = options;
  let firstAt: number | null = null;
  const onSignal = (signal: keyof typeof SIGNALS) => {
    if (firstAt !== null) {
      if (now() - firstAt >= SAME_KEYSTROKE_MS) exit(SIGNALS[signal]);
      return;
    }
    firstAt = now();
    void lifecycle.stop(signal).then((wentWell) => exit(wentWell ? 0 : 1));
  };
  const onError = (error: unknown) => {
    log.error({ err: error }, "An error that nobody caught ends this process.");
    exit(1);
  };
  const handlers = { SIGTERM: onSignal, SIGINT: onSignal, uncaughtException: onError, unhandledRejection: onError };
  for (const [event, handler] of Object.entries(handlers)) events.on(event, handler);
  return () => {
    for (const [event, handler] of Object.entries(handlers)) events.off(event, handler);
  };
}
