import { Redis } from "ioredis";
import type { Logger } from "./logger.js";

const CONNECT_MS = 2_000;
/** A shopper waits for this; what takes longer is slower than PostgreSQL would have been. */
const COMMAND_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** A connection that comes back by itself. While it is away every command fails at once instead of waiting. */
export type RedisClient = Redis;

/** Connects in the background; whether Redis is there shows with the first command. Logs when it goes and when it comes. */
export function openRedis(url: string, log: Logger): RedisClient {
  const client = new Redis(url, {
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 10), LONGEST_PAUSE_MS),
  });
  let isAway = false;
  client.on("error", (error: unknown) => {
    if (isAway) return;
    isAway = true;
    log.warn({ err: error }, "Redis is away: tracking pages are read from PostgreSQL.");
  });
  client.on("ready", () => {
    if (isAway) log.info({}, "Redis is back.");
    isAway = false;
  });
  return client;
}

/** Asks once whether Redis answers, and with which version. @throws when it does not */
export async function askRedis(url: string): Promise<string> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Without a listener the library prints what `connect` throws as well.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const info = await client.info("server");
    return /redis_version:(\S+)/.exec(info)?.[1] ?? "of an unknown version";
  } finally {
    client.disconnect();
  }
}
