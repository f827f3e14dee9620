import { systemClock } from "../runtime/clock.js";
import { type ProgressLine, progressLine } from "./progress-line.js";

/** What a long command has besides a terminal. */
export interface LongRun {
  readonly progress: ProgressLine;
  /** Runs `work` with a signal that the first Ctrl-C gives; the second ends the process as ever. */
  readonly untilInterrupted: <Result>(work: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;
}

/** The progress line and the interrupts of this process. */
export function longRunOfProcess(): LongRun {
  return {
    progress: progressLine(process.stderr, systemClock),
    async untilInterrupted(work) {
      const stop = new AbortController();
      const interrupt = () => stop.abort();
      process.once("SIGINT", interrupt);
      try {
        return await work(stop.signal);
      } finally {
        process.removeListener("SIGINT", interrupt);
      }
    },
  };
}
