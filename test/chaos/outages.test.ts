import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addConnection } from "../../src/ingest/add-connection.js";
import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { loadKeyRing } from "../../src/runtime/secret-key.js";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { migrate } from "../../src/store/migrate.js";
import { findStore, insertStore } from "../../src/store/stores.js";
import { SENDERS, type Senders, startSenders } from "../support/carrier-senders.js";
import { type FailingCluster, startFailingCluster } from "../support/cluster.js";
import { takeOrderOf } from "../support/orders.js";
import { findRedis, NO_REDIS, startRedis, type TestRedis } from "../support/redis.js";
import { newId } from "../support/store-fixture.js";
import { startWaybillProcess } from "../support/waybill-process.js";

/*
 * One `waybill start` with all roles under load from carriers that send again and carriers that give up, some with large bodies, and
 * from shoppers. PostgreSQL hangs, PostgreSQL is stopped, Redis is stopped: each time pushes are refused quickly and in bounded
 * memory, pages go on and say so, and afterwards everything goes on by itself.
 */
const AWAY_MS = 30_000;
const HANGS_MS = 8_000;
const LOOK_EVERY_MS = 250;
const LARGE_BYTES = 512 * 1024;
/** What the bodies may take (`WAYBILL_INGEST_MAX_WAITING_MB`), and as much again for what the process makes of them on their way. */
const MORE_MEMORY_MB = 150;
/** Four seconds of waiting for the database, and what a busy machine adds. */
const SLOWEST_ANSWER_MS = 9_000;
const PUSH_TOKEN = "outage-push-token";
const WAIT = { timeout: 60_000, interval: 100 };
const TEST_MS = 300_000;
/** The next poll after an outage may be a good minute away. */
const UNTIL_POLLED = { timeout: 180_000, interval: 250 };
/** Where it is day, for nobody asks about a parcel where it is night. */
const DAYTIME =
  new Date().getUTCHours() >= 8 && new Date().getUTCHours() < 20
    ? { city: "London", country: "GB", postalCode: "SW1A 1AA" }
    : { city: "Auckland", country: "NZ", postalCode: "1010" };
const STEPS_UNTIL_OUT = 8;
const HOURS_UNTIL_OUT = 40;
/** The headline of a parcel that is out for delivery and whose carrier says until when. */
const OUT = /^arriving/i;
const AS_OF = "This is how things stood at";

const redisPath = findRedis();
if (redisPath === null && process.env.CI !== "true")
  it("goes through outages of PostgreSQL and Redis", ({ skip }) => skip(NO_REDIS));
else describe("outages", defineOutages);

function defineOutages(): void {
  const directory = mkdtempSync(join(tmpdir(), "waybill-outages-"));
  let cluster: FailingCluster;
  let redis: TestRedis;
  let sandbox: Sandbox;
  let db: Database;
  let waybill: Awaited<ReturnType<typeof startWaybillProcess>>;
  let url = "";
  let senders: Senders;
  let storeId = "";
  let hookUrl = "";
  let pathOf: (orderId: string) => string;
  let serial = 0;

  beforeAll(async () => {
    // In the run's folder, where the next run finds what a killed one left behind.
    cluster = await startFailingCluster(join(process.env.WAYBILL_TEST_DIRECTORY ?? directory, "outages"));
    redis = await startRedis();
    sandbox = await startSandbox({ now: Date.now, log: silentLogger, driven: false, fedexRetryDelaysMs: [] });
    db = await openDatabase({ url: cluster.url, applicationName: "outage-test", poolSize: 2, log: silentLogger });
    await migrate(db, Date.now());
    const secretKey = randomBytes(32);
    const ring = await loadKeyRing({ secretKey, secretKeysOld: [] }, directory);
    storeId = newId("sto");
    await insertStore(db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
    const store = await findStore(db.pool, storeId);
    const id = newId("con");
    // Pushed by the carrier's portal, without subscriptions: so it is asked about as often as nobody had pushed.
    const credentials = { ...sandbox.client, baseUrl: sandbox.urls.fedex, pushToken: PUSH_TOKEN };
    await addConnection(
      db.pool,
      ring,
      { id, storeId, family: "carrier", connector: "fedex", label: "", credentials },
      [],
    );
    waybill = await startWaybillProcess(["start", "--json"], {
      DATABASE_URL: cluster.url,
      REDIS_URL: redis.url,
      WAYBILL_DATA_DIR: join(directory, "data"),
      WAYBILL_SECRET_KEY: secretKey.toString("base64"),
      WAYBILL_POLL_INTERVAL_MINUTES: "1",
      WAYBILL_LOG_LEVEL: "warn",
      PORT: "0",
    });
    url = (JSON.parse(waybill.firstLine) as { url: string }).url;
    hookUrl = `${url}/hooks/fedex/${id}`;
    const links = createTrackingLinks(ring, "", { now: Date.now });
    pathOf = (orderId) => links.sealed({ id: orderId, storeRef: store?.storeRef ?? 0, linkEpoch: 0 });
    senders = startSenders(hookUrl, PUSH_TOKEN, LARGE_BYTES);
  });

  afterAll(async () => {
    cluster?.thaw();
    await senders?.stop();
    waybill?.child.kill("SIGKILL");
    await waybill?.ended;
    await sandbox?.stop();
    await db?.close();
    await redis?.stop();
    await cluster?.stop();
    rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });

  /** An order whose parcel is out for delivery, as its carrier has pushed. */
  async function orderOnItsWay(): Promise<{ readonly trackingNumber: string; readonly path: string }> {
    serial += 1;
    const trackingNumber = sandboxTrackingNumber("fedex", serial);
    const shipments = [{ carrier: "fedex", trackingNumber }];
    const id = await takeOrderOf(db, storeId, { number: `NL-${serial}`, destination: DAYTIME, shipments });
    const startAt = Date.now() - HOURS_UNTIL_OUT * 3_600_000;
    const hook = { kind: "fedex", url: hookUrl, secret: PUSH_TOKEN } as const;
    sandbox.register({ carrier: "fedex", trackingNumber, journey: "straight", speed: 0, startAt, hook });
    for (let step = 0; step < STEPS_UNTIL_OUT; step += 1) sandbox.advance("fedex", trackingNumber);
    return { trackingNumber, path: pathOf(id) };
  }

  async function look(path: string) {
    const answer = await fetch(`${url}${path}`);
    const html = await answer.text();
    return { status: answer.status, headline: /<h1[^>]*>([^<]*)/.exec(html)?.[1] ?? "", isOld: html.includes(AS_OF) };
  }

  const headlineOf = async (path: string) => (await look(path)).headline;

  async function metric(name: string, label: string): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^${name}\\{.*"${label}".*\\} (\\d+)`, "m").exec(text)?.[1] ?? 0);
  }

  /** Resident memory of the process in MiB. */
  function residentMb(): number {
    const status = readFileSync(`/proc/${waybill.child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
  }

  /** The most memory that the process has within some time, and everything that pages said meanwhile. */
  async function watchFor(ms: number, paths: readonly string[]) {
    const looks: Awaited<ReturnType<typeof look>>[] = [];
    let mostMb = 0;
    const untilMs = performance.now() + ms;
    while (performance.now() < untilMs) {
      mostMb = Math.max(mostMb, residentMb());
      for (const path of paths) looks.push(await look(path));
      await delay(LOOK_EVERY_MS);
    }
    return { mostMb, looks };
  }

  /** Which answers there were while so many more pushes were taken as there are senders, twice. */
  async function answers(): Promise<string[]> {
    senders.take();
    const before = senders.taken();
    await expect.poll(() => senders.taken() - before, WAIT).toBeGreaterThan(2 * SENDERS);
    return Object.keys(senders.take().counts);
  }

  /** Pushes are taken again, those that were refused as well, and nobody had to start anything. */
  async function expectTakenAgain(): Promise<void> {
    await expect.poll(answers, WAIT).toEqual(["200"]);
    expect(waybill.child.exitCode, waybill.log()).toBeNull();
  }

  let quietMb = 0;

  it(
    "takes pushes of all sizes and shows pages while nothing is amiss",
    async () => {
      const { path } = await orderOnItsWay();
      await expect.poll(() => headlineOf(path), WAIT).toMatch(OUT);
      quietMb = (await watchFor(5_000, [path])).mostMb;
      await expect.poll(answers, WAIT).toEqual(["200"]);
    },
    TEST_MS,
  );

  it(
    "PostgreSQL hangs: pushes are refused within seconds and in bounded memory, and taken again by themselves",
    async () => {
      senders.take();
      cluster.freeze();
      const { mostMb } = await watchFor(HANGS_MS, []);
      const { counts, withoutRetryAfter, slowestMs } = senders.take();
      cluster.thaw();
      expect(counts[503]).toBeGreaterThan(20);
      expect([Object.keys(counts).filter((status) => status !== "200" && status !== "503"), withoutRetryAfter]).toEqual(
        [[], 0],
      );
      expect(slowestMs).toBeLessThan(SLOWEST_ANSWER_MS);
      expect(mostMb - quietMb).toBeLessThan(MORE_MEMORY_MB);
      process.stdout.write(`outages: hanging, ${JSON.stringify(counts)}, slowest ${Math.round(slowestMs)} ms, `);
      process.stdout.write(`memory ${Math.round(quietMb)} to ${Math.round(mostMb)} MiB\n`);
      await expectTakenAgain();
    },
    TEST_MS,
  );

  it(
    "PostgreSQL is stopped: pages are shown as they were, and polling learns what was never pushed again",
    async () => {
      const [seen, unseen] = [await orderOnItsWay(), await orderOnItsWay()];
      await expect.poll(() => headlineOf(seen.path), WAIT).toMatch(OUT);
      await sandbox.pushesSettled();
      senders.take();
      await cluster.stop();
      await expect.poll(async () => (await look(seen.path)).isOld, WAIT).toBe(true);
      senders.take();
      sandbox.advance("fedex", seen.trackingNumber);
      const { mostMb, looks } = await watchFor(AWAY_MS, [seen.path]);
      const { counts, withoutRetryAfter, slowestMs } = senders.take();
      expect(looks.filter(({ status, headline, isOld }) => !(status === 200 && isOld && OUT.test(headline)))).toEqual(
        [],
      );
      expect((await look(unseen.path)).status).toBe(503);
      expect([Object.keys(counts), withoutRetryAfter]).toEqual([["503"], 0]);
      expect(slowestMs).toBeLessThan(SLOWEST_ANSWER_MS);
      expect(mostMb - quietMb).toBeLessThan(MORE_MEMORY_MB);
      // The carrier has given up: nobody will push the delivery again.
      await sandbox.pushesSettled();
      process.stdout.write(`outages: stopped, ${JSON.stringify(counts)}, slowest ${Math.round(slowestMs)} ms, `);
      process.stdout.write(`memory ${Math.round(quietMb)} to ${Math.round(mostMb)} MiB, ${looks.length} old pages\n`);
      await cluster.start();
      await expectTakenAgain();
      await expect.poll(() => look(seen.path), WAIT).toMatchObject({ status: 200, isOld: false });
      await expect.poll(() => headlineOf(seen.path), UNTIL_POLLED).toMatch(/delivered/i);
      await expect.poll(async () => (await look(unseen.path)).status, WAIT).toBe(200);
      const { rows } = await db.pool.query<{ source: string }>(
        `select m.source from scan_events s join carrier_messages m on m.id = s.message_id
       where s.tracking_number = $1 and s.carrier_code = 'DL'`,
        [seen.trackingNumber],
      );
      expect(rows).toEqual([{ source: "poll" }]);
    },
    TEST_MS,
  );

  it(
    "Redis is stopped: pushes are taken, pages are right, and it is used again when it is back",
    async () => {
      const order = await orderOnItsWay();
      await expect.poll(() => headlineOf(order.path), WAIT).toMatch(OUT);
      senders.take();
      await redis.kill();
      const early = await watchFor(AWAY_MS / 2, [order.path]);
      sandbox.advance("fedex", order.trackingNumber);
      await expect.poll(() => headlineOf(order.path), WAIT).toMatch(/delivered/i);
      const late = await watchFor(AWAY_MS / 2, [order.path]);
      const looks = [...early.looks, ...late.looks];
      expect(looks.every(({ status, isOld }) => status === 200 && !isOld)).toBe(true);
      expect(late.looks.every(({ headline }) => /delivered/i.test(headline))).toBe(true);
      expect(Object.keys(senders.take().counts)).toEqual(["200"]);
      await redis.start();
      const hitsBefore = await metric("waybill_page_cache_total", "hit");
      await expect
        .poll(async () => (await look(order.path)).status && (await metric("waybill_page_cache_total", "hit")), WAIT)
        .toBeGreaterThan(hitsBefore);
      await expectTakenAgain();
    },
    TEST_MS,
  );
}
