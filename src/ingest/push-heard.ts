import type { Logger } from "../runtime/logger.js";

const NOTE_EVERY_MS = 60_000;
/** Beyond this many the memory begins anew, which costs each connection one more note. */
const MAX_REMEMBERED = 10_000;

export interface PushHeardOptions {
  readonly note: (connectionId: string, at: Date) => Promise<void>;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Notes that a connection was pushed something, at most once a minute for each, so that a burst costs one write. It
 * holds up no push, and a note that fails is made with the next one.
 */
export function createPushHeard({ note, now, log }: PushHeardOptions): (connectionId: string) => void {
  const notedAt = new Map<string, number>();
  return (connectionId) => {
    const nowMs = now();
    if (nowMs - (notedAt.get(connectionId) ?? Number.NEGATIVE_INFINITY) < NOTE_EVERY_MS) return;
    if (notedAt.size >= MAX_REMEMBERED) notedAt.clear();
    notedAt.set(connectionId, nowMs);
    note(connectionId, new Date(nowMs)).catch((error: unknown) => {
      notedAt.delete(connectionId);
      log.warn({ err: error, connectionId }, "It could not be noted that this connection was pushed something.");
    });
  };
}
