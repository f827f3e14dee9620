/** One line that tells how far something is, over and over in the same place. */
export interface ProgressLine {
  /** `what` says what is done (`reading messages`). */
  readonly show: (what: string, done: number, total: number) => void;
  /** Takes the line away, so that what is printed next stands alone. */
  readonly clear: () => void;
}

/** What of standard error is needed; `isTTY` is not set where nobody looks. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

const BAR_WIDTH = 24;
/** Often enough for the eye, rarely enough to cost nothing. */
const PAUSE_MS = 100;

/** A bar on a terminal; silent into a file or a pipe. */
export function progressLine(stream: ProgressStream, now: () => number): ProgressLine {
  if (stream.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(what, done, total) {
      if (done < total && now() - shownAt < PAUSE_MS) return;
      shownAt = now();
      stream.write(`\r\u001b[K${what} ${bar(done, total)} ${done} of ${total}`);
    },
    clear() {
      if (shownAt === Number.NEGATIVE_INFINITY) return;
      shownAt = Number.NEGATIVE_INFINITY;
      stream.write("\r\u001b[K");
    },
  };
}

function bar(done: number, total: number): string {
  const full = total <= 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * Math.min(done, total)) / total);
  return `[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}]`;
}
