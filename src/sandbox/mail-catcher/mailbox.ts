import { simpleParser } from "mailparser";
import type { Clock } from "../../runtime/clock.js";
import { type Acceptance, openAcceptanceLog, readAcceptances, type Span } from "./acceptance-log.js";

/** An accepted mail without its body. */
export interface MailSummary extends Omit<Acceptance, "raw"> {
  readonly bytes: number;
}

/** Every acceptance, in the file; the newest also in memory. */
export interface Mailbox {
  /** Keeps a mail. Resolves when it is on disk. @throws MailboxFullError; an Error when the disk fails */
  keep(mail: { readonly from: string; readonly to: readonly string[]; readonly raw: Buffer }): Promise<MailSummary>;
  /** Newest first. */
  newest(limit: number): readonly MailSummary[];
  find(id: number): MailSummary | null;
  /** The mail as received; null when it is no longer among those in memory. */
  raw(id: number): Promise<Buffer | null>;
  /** All acceptances ever, duplicates included. */
  total(): number;
  close(): Promise<void>;
}

export class MailboxFullError extends Error {
  override readonly name = "MailboxFullError";
}

/** Summaries in memory; older mails stay in the file. */
export const MAX_SUMMARIES = 5_000;
const MAX_FILE_BYTES = 2 * 1024 ** 3;

/** Opens the mailbox in `file`, with what earlier runs have accepted. */
export async function openMailbox(file: string, now: Clock): Promise<Mailbox> {
  const entries = new Map<number, { summary: MailSummary; span: Span }>();
  let lastId = 0;
  let total = 0;
  const log = await openAcceptanceLog(file);
  for await (const { acceptance, span } of readAcceptances(file)) remember(acceptance, span);

  function remember({ raw, ...rest }: Acceptance, span: Span): MailSummary {
    const summary = { ...rest, bytes: Buffer.byteLength(raw, "base64") };
    entries.set(summary.id, { summary, span });
    for (const oldest of entries.keys()) {
      if (entries.size <= MAX_SUMMARIES) break;
      entries.delete(oldest);
    }
    lastId = Math.max(lastId, summary.id);
    total += 1;
    return summary;
  }

  return {
    async keep({ from, to, raw }) {
      if (log.sizeBytes() + raw.byteLength * 1.4 > MAX_FILE_BYTES)
        throw new MailboxFullError("The mail catcher's file is full.");
      const { messageId, subject } = await readHeaders(raw);
      lastId += 1;
      const id = lastId;
      const acceptedAt = new Date(now()).toISOString();
      const acceptance: Acceptance = { id, acceptedAt, messageId, from, to, subject, raw: raw.toString("base64") };
      return remember(acceptance, await log.append(acceptance));
    },
    newest: (limit) =>
      [...entries.values()]
        .map(({ summary }) => summary)
        .sort((a, b) => b.id - a.id)
        .slice(0, limit),
    find: (id) => entries.get(id)?.summary ?? null,
    async raw(id) {
      const entry = entries.get(id);
      return entry === undefined ? null : Buffer.from((await log.read(entry.span)).raw, "base64");
    },
    total: () => total,
    close: () => log.close(),
  };
}

/** Only the header block is parsed at this point: acceptance must not depend on a body that is hard to read. */
async function readHeaders(raw: Buffer): Promise<{ messageId: string | null; subject: string }> {
  const end = raw.indexOf("\r\n\r\n");
  const { messageId, subject } = await simpleParser(end < 0 ? raw : raw.subarray(0, end + 4));
  return { messageId: messageId ?? null, subject: subject ?? "" };
}
