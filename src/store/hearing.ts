import type { Database, Queryable } from "./database.js";

/** How often it is tried whether notifications still come. */
const BEAT_MS = 3_000;

/** Whether, and until when, everything that was notified has been heard. */
export interface Hearing {
  /** Everything committed before this time (ms since the epoch, our clock) has been heard; null before the first proof. */
  heardUntilMs(): number | null;
  /** False from the moment in which the connection is known to be lost until the next proof. */
  isHearing(): boolean;
  stop(): void;
}

export interface HearingOptions {
  readonly db: Pick<Database, "listen"> & { readonly pool: Queryable };
  readonly now: () => number;
  /** A channel of this process alone. Letters, digits and `_`. */
  readonly channel: string;
  readonly beatMs?: number;
}

/**
 * Proves again and again that notifications reach this process: sends itself one over the pool and waits for it on the
 * listening connection. A session gets them in the order of the commits, so whoever hears the one sent at T has heard all
 * of before T. A connection that died without a word, and a transaction pooler in between, are found out in the same way:
 * nothing comes back.
 */
export function startHearing({ db, now, channel, beatMs = BEAT_MS }: HearingOptions): Hearing {
  let heardUntil: number | null = null;
  let hearing = false;
  // What was sent over an earlier connection proves nothing about this one.
  let sentAfter = Number.POSITIVE_INFINITY;
  let sending = false;

  db.listen({
    channel,
    onNotify(payload) {
      const sentAt = Number(payload);
      if (!(sentAt >= sentAfter)) return;
      heardUntil = sentAt;
      hearing = true;
    },
    onReconnect() {
      hearing = false;
      sentAfter = now();
      void beat();
    },
    onLost() {
      hearing = false;
      sentAfter = Number.POSITIVE_INFINITY;
    },
  });
  const timer = setInterval(() => void beat(), beatMs);
  timer.unref();

  return {
    heardUntilMs: () => heardUntil,
    isHearing: () => hearing,
    stop: () => clearInterval(timer),
  };

  async function beat(): Promise<void> {
    if (sending) return;
    sending = true;
    try {
      await db.pool.query(`select pg_notify($1, $2)`, [channel, String(now())]);
    } catch {
      // The database is away. Whoever asks sees that nothing was proved.
    } finally {
      sending = false;
    }
  }
}
