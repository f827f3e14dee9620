import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { takeOrderOf } from "../../test/support/orders.js";
import { findRedis, NO_REDIS, startRedis, type TestRedis } from "../../test/support/redis.js";
import { addStore } from "../../test/support/store-fixture.js";
import { type PageProcess, servePages } from "../../test/support/tracking-pages.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import { silentLogger } from "../runtime/logger.js";
import { openRedis, type RedisClient } from "../runtime/redis.js";
import { sealingKey } from "../runtime/sealing.js";
import { createRedisCache } from "./redis-cache.js";
import type { CachedFacts, ViewCache } from "./view-cache.js";

const RING = { current: sealingKey(Buffer.alloc(32, 5)), old: [] };
const ORDER = "ord_1";
const WAIT = { timeout: 30_000, interval: 20 };

if (findRedis() === null) it("pages in Redis", ({ skip }) => skip(NO_REDIS));
else describe("pages in Redis", () => define());

function define(): void {
  let redis: TestRedis;
  let failures = 0;
  let nowMs = 1_000_000;
  const clients: RedisClient[] = [];
  const closers: (() => Promise<void>)[] = [];

  beforeEach(async () => {
    failures = 0;
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
    for (const client of clients.splice(0)) client.disconnect();
    await redis.stop();
  });

  async function open(release = "1.0.0", now = () => nowMs): Promise<{ cache: ViewCache; client: RedisClient }> {
    const client = openRedis(redis.url, silentLogger);
    clients.push(client);
    await new Promise<void>((resolve) => {
      client.once("ready", resolve);
    });
    const cache = createRedisCache({
      client,
      release,
      now,
      onFailure: () => {
        failures += 1;
      },
    });
    return { cache, client };
  }

  it("gives the entry of exactly the version that is asked for, or whichever there is", async () => {
    const { cache } = await open();
    await cache.put(ORDER, entry(7));
    expect([await cache.get(ORDER, 7), await cache.get(ORDER, null)]).toEqual([entry(7), entry(7)]);
    expect([await cache.get(ORDER, 6), await cache.get(ORDER, 8), await cache.get("ord_2", 7)]).toEqual([
      null,
      null,
      null,
    ]);
    await cache.forget(ORDER);
    expect(await cache.get(ORDER, null)).toBeNull();
    expect(failures).toBe(0);
  });

  it("an older version never overwrites a newer one, whoever writes last", async () => {
    const [a, b] = [await open(), await open()];
    const versions = Array.from({ length: 60 }, (_, index) => (index * 37) % 60);
    await Promise.all(versions.map((version) => (version % 2 === 0 ? a : b).cache.put(ORDER, entry(version))));
    expect((await a.cache.get(ORDER, null))?.version).toBe(59);
    await b.cache.put(ORDER, { ...entry(59), readAtMs: 5 });
    expect((await a.cache.get(ORDER, 59))?.readAtMs).toBe(5);
  });

  it("an entry goes by itself after hours, and is not read by another release", async () => {
    const { cache, client } = await open();
    await cache.put(ORDER, entry(1));
    const [key = ""] = await client.keys("*");
    expect(key).toBe("waybill:page:1.0.0:ord_1");
    expect(await client.ttl(key)).toBeGreaterThan(3_600);
    expect(await (await open("1.0.1")).cache.get(ORDER, 1)).toBeNull();
    await client.set(key, "1 {garbage");
    expect(await cache.get(ORDER, 1)).toBeNull();
    expect(failures).toBe(0);
  });

  it("a Redis that is killed is a miss at once, is asked again after a rest, and serves when it is back", async () => {
    const { cache } = await open();
    await cache.put(ORDER, entry(1));
    await redis.kill();
    expect(await cache.get(ORDER, 1)).toBeNull();
    expect(failures).toBe(1);
    await cache.put(ORDER, entry(2));
    await cache.forget(ORDER);
    expect(failures).toBe(1);
    nowMs += 1_000;
    expect(await cache.get(ORDER, 1)).toBeNull();
    expect(failures).toBe(2);
    await redis.start();
    await expect
      .poll(async () => {
        nowMs += 1_000;
        await cache.put(ORDER, entry(3));
        return (await cache.get(ORDER, 3))?.version;
      }, WAIT)
      .toBe(3);
  });

  it("a Redis that does not answer is given up, and not waited for by the next page", async () => {
    const { cache } = await open();
    redis.freeze();
    expect(await cache.get(ORDER, 1)).toBeNull();
    expect(failures).toBe(1);
    expect(await cache.get(ORDER, 1)).toBeNull();
    expect(failures).toBe(1);
    redis.thaw();
  });

  describe("in front of PostgreSQL", () => {
    let test: TestDatabase;
    let url = "";
    let storeId = "";
    beforeEach(async () => {
      test = await createTestDatabase();
      closers.push(() => test.drop());
      ({ storeId } = await addStore(test.db));
      const id = await takeOrderOf(test.db, storeId, { number: "NL-1" });
      url = createTrackingLinks(RING, "", { now: Date.now }).sealed({ id, storeRef: 1, linkEpoch: 0 });
    });

    async function startProcess(): Promise<PageProcess> {
      const pages = servePages(test.db, RING, { cache: (await open("1.0.0", Date.now)).cache });
      closers.push(() => pages.close());
      return pages;
    }
    const get = async ({ app }: PageProcess) => app.inject({ method: "GET", url });

    it("what one process read, another shows after one look at its head", async () => {
      const [a, b] = [await startProcess(), await startProcess()];
      const pages = [await get(a), await get(b), await get(b)].map(({ statusCode, body }) => [statusCode, body]);
      expect(pages[1]).toEqual(pages[0]);
      expect(a.found).toEqual(["miss"]);
      expect(b.found[0]).toBe("checked");
    });

    it("pages stay right and up while Redis is killed in the middle, and when it comes back", async () => {
      const pages = await startProcess();
      expect((await get(pages)).statusCode).toBe(200);
      await redis.kill();
      await test.db.pool.query(`update orders set number = 'NL-2', view_version = view_version + 1`);
      await expect.poll(async () => (await get(pages)).body, WAIT).toContain("NL-2");
      expect(failures).toBeGreaterThan(0);
      expect(new Set(pages.counted)).toEqual(new Set(["shown"]));
      await redis.start();
      await expect.poll(async () => (await get(pages)).statusCode === 200 && pages.found.at(-1), WAIT).toBe("hit");
      await test.db.pool.query(`update orders set number = 'NL-3', view_version = view_version + 1`);
      await expect.poll(async () => (await get(pages)).body, WAIT).toContain("NL-3");
      expect(new Set(pages.counted)).toEqual(new Set(["shown"]));
    });
  });
}

function entry(version: number): CachedFacts {
  return {
    version,
    readAtMs: 1,
    facts: {
      order: {
        number: "NL-1",
        placedAtMs: 0,
        status: "order_confirmed",
        counts: {
          order_confirmed: 0,
          label_created: 0,
          in_transit: 0,
          out_for_delivery: 0,
          delivered: 0,
          exception: 0,
        },
        promised: null,
        zone: null,
        unshippedItems: [],
        destination: null,
      },
      parcels: [],
    },
  };
}
