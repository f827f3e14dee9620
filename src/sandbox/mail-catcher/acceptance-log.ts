import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** A mail that was accepted, as one line of JSON in the file. Nothing is ever left out as a duplicate. */
export interface Acceptance {
  /** 1, 2, 3… in the order of acceptance, also over restarts. */
  readonly id: number;
  /** ISO 8601, UTC. */
  readonly acceptedAt: string;
  /** With its angle brackets, or null when the mail has none. */
  readonly messageId: string | null;
  /** Addresses of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  /** The mail as received, Base64. */
  readonly raw: string;
}

/** Where an acceptance stands in the file. */
export interface Span {
  readonly offset: number;
  readonly bytes: number;
}

/** An append-only file of acceptances. */
export interface AcceptanceLog {
  /** Resolves once the line is on disk (fsync). Lines that come together share one write. @throws when the disk fails */
  append(acceptance: Acceptance): Promise<Span>;
  /** The acceptance at a place given out by `append` or `readAcceptances`. */
  read(span: Span): Promise<Acceptance>;
  sizeBytes(): number;
  close(): Promise<void>;
}

/** Opens the file, or makes it. A line that a killed process left unfinished is ended, so that the next one is whole. */
export async function openAcceptanceLog(file: string): Promise<AcceptanceLog> {
  const handle = await open(file, "a+", 0o600);
  let size = await endTornLine(handle);
  let waiting: { line: Buffer; done: (span: Span) => void; failed: (error: unknown) => void }[] = [];
  let writing: Promise<void> | null = null;
  let broken: Error | null = null;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        if (broken !== null) throw broken;
        await handle.appendFile(Buffer.concat(batch.map(({ line }) => line)));
        await handle.datasync();
        for (const { line, done } of batch) {
          done({ offset: size, bytes: line.byteLength });
          size += line.byteLength;
        }
      } catch (error) {
        // How much was written is not known, so no later place in the file would be right.
        broken = new Error("The file of acceptances can no longer be written.", { cause: error });
        for (const { failed } of batch) failed(broken);
      }
    }
    writing = null;
  }

  return {
    append: (acceptance) =>
      new Promise((done, failed) => {
        waiting.push({ line: Buffer.from(`${JSON.stringify(acceptance)}\n`), done, failed });
        writing ??= writeAll();
      }),
    async read({ offset, bytes }) {
      const line = Buffer.alloc(bytes);
      await handle.read(line, 0, bytes, offset);
      const acceptance = parseLine(line);
      if (acceptance === null) throw new Error("The file of acceptances was changed by somebody else.");
      return acceptance;
    },
    sizeBytes: () => size,
    async close() {
      await writing;
      await handle.close();
    },
  };
}

/**
 * Reads a file of acceptances from its beginning, oldest first. Lines that are none (torn by a kill before the mail was
 * acknowledged) are passed over. A file that is not there has none.
 */
export async function* readAcceptances(file: string): AsyncGenerator<{ acceptance: Acceptance; span: Span }> {
  let rest = Buffer.alloc(0);
  let offset = 0;
  try {
    for await (const chunk of createReadStream(file)) {
      if (!Buffer.isBuffer(chunk)) continue;
      let bytes = Buffer.concat([rest, chunk]);
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE)) {
        const acceptance = parseLine(bytes.subarray(0, end));
        if (acceptance !== null) yield { acceptance, span: { offset, bytes: end + 1 } };
        offset += end + 1;
        bytes = bytes.subarray(end + 1);
      }
      rest = bytes;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}

/**
 * How often each Message-ID was accepted, over all runs that used this file: what a test of "at most once" counts.
 * Mails without one count under an empty text.
 */
export async function countAcceptances(file: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for await (const { acceptance } of readAcceptances(file)) {
    const id = acceptance.messageId ?? "";
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

const NEWLINE = 0x0a;

async function endTornLine(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  if (size === 0) return 0;
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] === NEWLINE) return size;
  await handle.appendFile("\n");
  return size + 1;
}

function parseLine(line: Buffer): Acceptance | null {
  try {
    const value: unknown = JSON.parse(line.toString("utf8"));
    return isAcceptance(value) ? value : null;
  } catch {
    return null;
  }
}

function isAcceptance(value: unknown): value is Acceptance {
  return (
    typeof value === "object" &&
    value !== null &&
    "id" in value &&
    Number.isInteger(value.id) &&
    "raw" in value &&
    typeof value.raw === "string"
  );
}
