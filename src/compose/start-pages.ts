import { findCarrier } from "../connectors/carriers/registry.js";
import { createMemoryCache } from "../page/memory-cache.js";
import type { PageRoutesOptions } from "../page/page-routes.js";
import { createRedisCache } from "../page/redis-cache.js";
import { READ_LIMIT_MS, startTrackingPages } from "../page/tracking-pages.js";
import type { ViewCache } from "../page/view-cache.js";
import { deriveKeyRing } from "../runtime/sealing.js";
import { withAnswerLimit } from "../store/database.js";
import { readVersion } from "./version.js";
import type { Workshop } from "./workshop.js";

const MIB = 1024 * 1024;

/** Layer 4 in this process: tracking pages, kept in memory or in Redis, and told to open pages as they change. */
export async function startPages(workshop: Workshop): Promise<PageRoutesOptions> {
  const { db, config, ring, now, log, metrics, lifecycle, workerId } = workshop;
  const maxBytes = Math.floor((config.pageCacheMb * MIB) / 2);
  const pages = startTrackingPages({
    // A connection that does not answer in time is given up, or all of the pool would wait with those who look.
    db: { pool: withAnswerLimit(db.pool, READ_LIMIT_MS), listen: (subscription) => db.listen(subscription) },
    ring: deriveKeyRing(ring, "links"),
    findCarrier,
    cache: (await openCache(workshop)) ?? createMemoryCache({ maxEntries: config.pageCacheOrders, maxBytes }),
    maxOrders: config.pageCacheOrders,
    maxPrintedBytes: maxBytes,
    processName: workerId,
    now,
    log,
    count: (result) => metrics.pageViews.add({ result }),
    observe: {
      found: (result) => metrics.pageCache.add({ result }),
      distrusted: () => metrics.pageCacheFlushes.add({}),
      streams: (count) => metrics.pageStreams.set({}, count),
    },
  });
  lifecycle.onStop("tracking pages", pages.stop);
  return pages;
}

/** Null without `REDIS_URL`. The library is loaded only where it is used. */
async function openCache({ config, now, log, metrics, lifecycle }: Workshop): Promise<ViewCache | null> {
  if (config.redisUrl === null) return null;
  const { openRedis } = await import("../runtime/redis.js");
  const client = openRedis(config.redisUrl, log);
  lifecycle.onStop("redis", () => client.disconnect());
  return createRedisCache({
    client,
    release: await readVersion(),
    now,
    onFailure: () => metrics.redisErrors.add({}),
  });
}
