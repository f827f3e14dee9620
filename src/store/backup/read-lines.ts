import { BackupError } from "./backup-source.js";
import { END_OF_ROWS } from "./write-backup.js";

/** Reads a backup's text piece by piece; nothing longer than a line of JSON is ever held. */
export interface BackupText {
  /** The next line without its end; null at the end of the text. */
  line(): Promise<string | null>;
  /** The rows up to the line that ends them, in pieces. */
  rows(): AsyncGenerator<Buffer>;
}

/** Heads list tables, columns and months: far below this. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;
const LINE_FEED = 10;
const MARK = Buffer.from(`\n${END_OF_ROWS}\n`);

/** Reads from the pieces of a text. */
export function readText(pieces: AsyncIterable<Buffer>): BackupText {
  const source = pieces[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);

  return {
    async line() {
      for (;;) {
        const at = pending.indexOf(LINE_FEED);
        if (at >= 0) {
          const line = pending.subarray(0, at).toString("utf8");
          pending = pending.subarray(at + 1);
          return line;
        }
        if (pending.length > MAX_LINE_BYTES)
          throw new BackupError("A line of the file is longer than any of a backup.");
        if (await more()) continue;
        if (pending.length === 0) return null;
        throw cutOff();
      }
    },
    async *rows() {
      // The line before counts as the first line feed of the mark: a table may have no rows.
      let held = MARK.subarray(0, 1);
      let before = 1;
      for (;;) {
        const window = Buffer.concat([held, pending]);
        pending = window.subarray(0, 0);
        const at = window.indexOf(MARK);
        const cut = at >= 0 ? at + 1 : window.length - Math.min(MARK.length - 1, window.length);
        if (cut > before) yield window.subarray(before, cut);
        if (at >= 0) {
          pending = window.subarray(at + MARK.length);
          return;
        }
        // The mark may begin in these bytes.
        held = window.subarray(cut);
        before = Math.max(0, before - cut);
        if (!(await more())) throw cutOff();
      }
    },
  };

  async function more(): Promise<boolean> {
    const next = await source.next();
    if (next.done === true) return false;
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
    return true;
  }
}

/** What a file that ends too early is refused with. */
export function cutOff(): BackupError {
  return new BackupError("The file ends in the middle: it was not copied whole. Take another copy of it.");
}
