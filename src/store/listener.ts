import pg from "pg";
import type { Logger } from "../runtime/logger.js";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** How often the connection is asked whether it still lives, and how long it may take to say so. */
const PROBE_EVERY_MS = 10_000;
const ANSWER_MS = 10_000;

export interface Subscription {
  readonly channel: string;
  readonly onNotify: (payload: string) => void;
  /** From now on it is heard, for the first time or after the connection was away: look for yourself what was missed. */
  readonly onReconnect: () => void;
  /** The connection was lost: from now on nothing is heard. */
  readonly onLost?: () => void;
}

/** For tests, which have no time. */
export interface ListenerTimes {
  readonly probeEveryMs?: number;
  readonly answerMs?: number;
}

export interface Listener {
  subscribe(subscription: Subscription): void;
  close(): Promise<void>;
}

/**
 * One connection of its own for LISTEN, outside the pool: a pooled connection would lose its subscriptions, and behind a
 * transaction pooler none would ever be heard (then the loops' own clocks carry on, slower). Connects when first needed. It is asked
 * now and then whether it lives, since one whose server has vanished or hangs hears nothing and is not told so.
 */
export function startListener(
  config: pg.ClientConfig,
  log: Logger,
  { probeEveryMs = PROBE_EVERY_MS, answerMs = ANSWER_MS }: ListenerTimes = {},
): Listener {
  const subscriptions: Subscription[] = [];
  let client: pg.Client | null = null;
  let connecting: Promise<void> | null = null;
  let closed = false;
  let pauseMs = FIRST_PAUSE_MS;
  let timer: NodeJS.Timeout | null = null;
  let probing: pg.Client | null = null;
  const probes = setInterval(probe, probeEveryMs);
  probes.unref();

  return {
    subscribe(subscription) {
      subscriptions.push(subscription);
      if (client === null) startConnecting();
      else {
        const asked = client;
        asked
          .query(`listen ${pg.escapeIdentifier(subscription.channel)}`)
          .then(() => !closed && subscription.onReconnect())
          // The next connection listens to all.
          .catch(() => breakOff(asked));
      }
    },
    async close() {
      closed = true;
      clearInterval(probes);
      if (timer !== null) clearTimeout(timer);
      await connecting;
      await client?.end().catch(() => undefined);
    },
  };

  function startConnecting(): void {
    if (closed) return;
    connecting ??= connect().finally(() => {
      connecting = null;
    });
  }

  async function connect(): Promise<void> {
    const next = new pg.Client({ ...config, query_timeout: answerMs });
    next.on("error", () => lost(next));
    next.on("end", () => lost(next));
    next.on("notification", ({ channel, payload }) => {
      for (const subscription of subscriptions)
        if (subscription.channel === channel) subscription.onNotify(payload ?? "");
    });
    try {
      await next.connect();
      // Also goes over what is subscribed meanwhile. To listen twice is to listen once.
      for (const { channel } of subscriptions) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      client = next;
      pauseMs = FIRST_PAUSE_MS;
      if (!closed) for (const subscription of subscriptions) subscription.onReconnect();
    } catch (error) {
      await next.end().catch(() => undefined);
      log.warn({ err: error }, "The connection for notifications could not be made.");
      reconnectLater();
    }
  }

  function probe(): void {
    const asked = client;
    if (asked === null || probing === asked) return;
    probing = asked;
    asked
      .query("select")
      .catch(() => breakOff(asked))
      .finally(() => {
        if (probing === asked) probing = null;
      });
  }

  /** A client that is ended while it owes an answer does not wait for it. Its connection is then found to be lost. */
  function breakOff(which: pg.Client): void {
    which.end().catch(() => undefined);
  }

  function lost(which: pg.Client): void {
    if (which !== client) return;
    client = null;
    for (const subscription of subscriptions) subscription.onLost?.();
    reconnectLater();
  }

  function reconnectLater(): void {
    if (closed || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      startConnecting();
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}
