import type { RedisClient } from "../runtime/redis.js";
import type { CachedFacts, ViewCache } from "./view-cache.js";

/** Long enough for the visits that one version of a page gets; what nobody asks for goes. */
const KEPT_SECONDS = 6 * 3600;
/** After a failure Redis is left alone for this long, so that a slow one does not slow every page down. */
const REST_MS = 1_000;

/** The version stands before the text, so that the script need not read all of it. Versions have at most 15 digits. */
const SET_UNLESS_NEWER = `
local kept = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 15), '^(%d+) '))
if kept and kept > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'EX', ARGV[3])
return 1`;

export interface RedisCacheOptions {
  readonly client: Pick<RedisClient, "get" | "eval" | "del">;
  /** Releases do not share entries: what one keeps another may not understand. */
  readonly release: string;
  readonly now: () => number;
  /** Redis failed at something; the page is read from PostgreSQL instead. */
  readonly onFailure: () => void;
}

/** Keeps facts in Redis, for all processes. A Redis that is away, slow or empty is a miss. */
export function createRedisCache({ client, release, now, onFailure }: RedisCacheOptions): ViewCache {
  let restUntilMs = 0;
  const keyOf = (orderId: string) => `waybill:page:${release}:${orderId}`;

  return {
    async get(orderId, version) {
      const text = await attempt(() => client.get(keyOf(orderId)));
      const entry = text === null ? null : readEntry(text);
      return entry === null || (version !== null && entry.version !== version) ? null : entry;
    },
    async put(orderId, entry) {
      const { version } = entry;
      await attempt(() =>
        client.eval(SET_UNLESS_NEWER, 1, keyOf(orderId), version, JSON.stringify(entry), KEPT_SECONDS),
      );
    },
    async forget(orderId) {
      await attempt(() => client.del(keyOf(orderId)));
    },
  };

  async function attempt<Result>(work: () => Promise<Result>): Promise<Result | null> {
    if (now() < restUntilMs) return null;
    try {
      return await work();
    } catch {
      restUntilMs = now() + REST_MS;
      onFailure();
      return null;
    }
  }
}

function readEntry(text: string): CachedFacts | null {
  try {
    const entry = JSON.parse(text.slice(text.indexOf(" ") + 1)) as Partial<CachedFacts> | null;
    const isWhole =
      typeof entry?.version === "number" && typeof entry.readAtMs === "number" && entry.facts !== undefined;
    return isWhole ? (entry as CachedFacts) : null;
  } catch {
    return null;
  }
}
