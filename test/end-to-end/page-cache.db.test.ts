import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { handOutLinks, revokeLinks } from "../../src/orders/order-links.js";
import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import type { TrackingPagesOptions } from "../../src/page/tracking-pages.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { findOrderOfAnyStore } from "../../src/store/orders.js";
import { type CuttableLine, layLine } from "../support/cuttable-line.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { takeOrderOf, voidShipment } from "../support/orders.js";
import { daysAgo, upsSays } from "../support/replay.js";
import { addStore, intakeFor, normalizerFor, type StoreFixture } from "../support/store-fixture.js";
import { type PageProcess, servePages } from "../support/tracking-pages.js";

const RING = { current: sealingKey(Buffer.alloc(32, 5)), old: [] };
const PUBLIC_URL = "https://track.example.com";
const NUMBER = sandboxTrackingNumber("ups", 1);
const MINUTE_MS = 60_000;
/** The headline of a parcel that is out for delivery. The progress line names the stage on every page. */
const OUT = /<h1[^>]*>[^<]*out for delivery/i;

let test: TestDatabase;
let store: StoreFixture;
let orderId = "";
let links: { readonly trackingUrl: string; readonly shortUrl: string };
let shiftMs = 0;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  shiftMs = 0;
  test = await createTestDatabase();
  store = await addStore(test.db);
  orderId = await takeOrderOf(test.db, store.storeId, {
    number: "NL-1",
    destination: { city: "Reno", region: "NV", country: "US", postalCode: "89501" },
    shipments: [{ carrier: "ups", trackingNumber: NUMBER }],
  });
  await hear("I", "DP", 0);
  links = await handOut();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await test.drop();
});

async function hear(type: string, code: string, minute: number): Promise<void> {
  const body = upsSays({ trackingNumber: NUMBER, type, code, minute, day: daysAgo(1) });
  await intakeFor(test.db).record({ connectionId: store.connections.ups ?? "", source: "push", body });
  await normalizerFor(test.db).drain();
}

async function orderRow() {
  const row = await findOrderOfAnyStore(test.db.pool, orderId);
  if (row === null) throw new Error("The order is there.");
  return row;
}

async function handOut() {
  const row = await orderRow();
  const maker = createTrackingLinks(RING, PUBLIC_URL, { now: Date.now });
  return test.db.transaction((tx) => handOutLinks(tx, row, maker, "test"));
}

async function revoke() {
  const row = await orderRow();
  await test.db.transaction((tx) => revokeLinks(tx, row, "test"));
}

interface Process extends PageProcess {
  readonly db: Database;
  readonly get: (
    url: string,
  ) => Promise<{ readonly status: number; readonly html: string; readonly cacheControl: string }>;
}

/** One http process with a pool and a listener of its own. */
async function startProcess(url = test.url, overrides: Partial<TrackingPagesOptions> = {}): Promise<Process> {
  const db = await openDatabase({ url, applicationName: "waybill-pages", poolSize: 3, log: silentLogger });
  const pages = servePages(db, RING, { now: () => Date.now() + shiftMs, ...overrides });
  closers.push(
    () => db.close(),
    () => pages.close(),
  );
  return {
    ...pages,
    db,
    async get(link) {
      const answer = await pages.app.inject({ method: "GET", url: link.replace(PUBLIC_URL, "") });
      const { statusCode: status, body: html } = answer;
      return { status, html, cacheControl: String(answer.headers["cache-control"]) };
    },
  };
}

/** Until notifications are proved to arrive: then a page that is kept is shown without a look at the database. */
async function untilTrusted({ get, found }: Process): Promise<void> {
  await expect.poll(async () => [(await get(links.trackingUrl)).status, found.at(-1)], WAIT).toEqual([200, "hit"]);
}

const WAIT = { timeout: 30_000, interval: 20 };

describe("a page that is kept", () => {
  it("is read once, and shown from then on without the database, by its sealed and by its short link", async () => {
    const pages = await startProcess();
    await pages.get(links.trackingUrl);
    expect(pages.found).toEqual(["miss"]);
    await untilTrusted(pages);
    const before = (await pages.get(links.shortUrl)).html;
    pages.found.splice(0);
    const queries = countQueries(pages.db);
    for (const url of [links.trackingUrl, links.shortUrl, links.trackingUrl])
      expect((await pages.get(url)).html).toBe(before);
    expect([pages.found, queries()]).toEqual([["hit", "hit", "hit"], 0]);
  });

  it("shows what another process wrote, in every process, as soon as they hear of it", async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    for (const one of [a, b]) {
      await untilTrusted(one);
      expect((await one.get(links.trackingUrl)).html).not.toMatch(OUT);
    }
    await hear("I", "OT", 20);
    for (const { get } of [a, b]) await expect.poll(async () => (await get(links.trackingUrl)).html, WAIT).toMatch(OUT);
    for (const one of [a, b]) await untilTrusted(one);
    const { rows } = await test.db.pool.query<{ id: string }>(`select id from shipments where order_id = $1`, [
      orderId,
    ]);
    await voidShipment(test.db, store.storeId, rows[0]?.id ?? "");
    for (const { get } of [a, b])
      await expect.poll(async () => (await get(links.trackingUrl)).html, WAIT).not.toContain(NUMBER);
  });

  it("is refused once its links are revoked, and opens by the new ones", async () => {
    const pages = await startProcess();
    await pages.get(links.shortUrl);
    await untilTrusted(pages);
    await revoke();
    await expect.poll(async () => (await pages.get(links.trackingUrl)).status, WAIT).toBe(410);
    expect((await pages.get(links.shortUrl)).status).toBe(404);
    const next = await handOut();
    expect([(await pages.get(next.trackingUrl)).status, (await pages.get(next.shortUrl)).status]).toEqual([200, 200]);
    expect((await pages.get(links.trackingUrl)).status).toBe(410);
  });

  it("carries the store's new name, and is gone with its order", async () => {
    const pages = await startProcess();
    await untilTrusted(pages);
    await test.db.pool.query(`update stores set name = 'Polarlicht' where id = $1`, [store.storeId]);
    await expect.poll(async () => (await pages.get(links.trackingUrl)).html, WAIT).toContain("Polarlicht");
    const other = await takeOrderOf(test.db, store.storeId, { number: "NL-2" });
    const link = createTrackingLinks(RING, PUBLIC_URL, { now: Date.now }).sealed({
      id: other,
      storeRef: 1,
      linkEpoch: 0,
    });
    expect((await pages.get(link)).status).toBe(200);
    await test.db.pool.query(`delete from orders where id = $1`, [other]);
    await expect.poll(async () => (await pages.get(link)).status, WAIT).toBe(404);
  });
});

describe("where notifications may be lost", () => {
  it("a process that cannot hear looks at the head of a page each time, and shows what is right", async () => {
    const pages = await startProcess(test.url);
    const deaf = servePages({ pool: pages.db.pool, listen: () => {} }, RING);
    closers.push(() => deaf.close());
    const get = async () =>
      (await deaf.app.inject({ method: "GET", url: links.trackingUrl.replace(PUBLIC_URL, "") })).body;
    await get();
    await get();
    await hear("I", "OT", 20);
    expect(await get()).toMatch(OUT);
    await get();
    expect(deaf.found).toEqual(["miss", "checked", "miss", "checked"]);
  });

  it("nothing kept is relied upon once the listening connection was lost, until it is back and was looked at again", async () => {
    const pages = await startProcess();
    await untilTrusted(pages);
    const times = pages.log.distrusted;
    await test.db.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'waybill-pages' and query like 'listen %'`,
    );
    await expect
      .poll(async () => (await pages.get(links.trackingUrl)).status && pages.found.at(-1), WAIT)
      .toBe("checked");
    await hear("I", "OT", 20);
    expect((await pages.get(links.trackingUrl)).html).toMatch(OUT);
    await expect.poll(() => pages.log.distrusted, WAIT).toBe(times + 1);
    await untilTrusted(pages);
  });
});

describe("while PostgreSQL is away", () => {
  let line: CuttableLine;
  let pages: Process;
  beforeEach(async () => {
    line = await layLine(test.url);
    closers.push(() => line.close());
    pages = await startProcess(line.url);
    await pages.get(links.shortUrl);
    await untilTrusted(pages);
  });

  it("a kept page is shown and says since when, for five minutes; then and otherwise a calm one, until it is back", async () => {
    line.cut();
    await expect
      .poll(async () => (await pages.get(links.trackingUrl)).html, WAIT)
      .toContain("This is how things stood at");
    const stale = await pages.get(links.shortUrl);
    expect([stale.status, stale.cacheControl, pages.found.at(-1), pages.counted.at(-1)]).toEqual([
      200,
      "no-store",
      "stale",
      "stale",
    ]);
    expect(stale.html).toContain(NUMBER);
    const unseen = createTrackingLinks(RING, PUBLIC_URL, { now: Date.now });
    const other = unseen.sealed({ id: orderId.replace(/.$/, "0"), storeRef: 1, linkEpoch: 0 });
    expect((await pages.get(other)).status).toBe(503);
    shiftMs = 5 * MINUTE_MS - 30_000;
    expect((await pages.get(links.trackingUrl)).status).toBe(200);
    shiftMs = 5 * MINUTE_MS + 1_000;
    expect((await pages.get(links.trackingUrl)).status).toBe(503);
    line.mend();
    await hear("I", "OT", 20);
    await expect.poll(async () => (await pages.get(links.trackingUrl)).html, WAIT).toMatch(OUT);
    expect((await pages.get(links.trackingUrl)).html).not.toContain("how things stood");
    await untilTrusted(pages);
  });

  it("a link that was heard to be revoked is not opened from what is kept", async () => {
    await revoke();
    await expect.poll(async () => (await pages.get(links.trackingUrl)).status, WAIT).toBe(410);
    line.cut();
    await expect
      .poll(async () => [(await pages.get(links.trackingUrl)).status, (await pages.get(links.shortUrl)).status], WAIT)
      .toEqual([410, 503]);
  });
});

/** How many queries go over the pool from now on. The beat that proves the hearing is not a reader. */
function countQueries({ pool }: Database): () => number {
  let count = 0;
  pool.on("acquire", () => {
    count += 1;
  });
  return () => count;
}
