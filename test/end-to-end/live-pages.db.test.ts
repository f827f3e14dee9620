import { get, type IncomingMessage } from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { handOutLinks, revokeLinks } from "../../src/orders/order-links.js";
import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import { openDatabase } from "../../src/store/database.js";
import { findOrderOfAnyStore } from "../../src/store/orders.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { takeOrderOf } from "../support/orders.js";
import { daysAgo, upsSays } from "../support/replay.js";
import { addStore, intakeFor, normalizerFor, type StoreFixture } from "../support/store-fixture.js";
import { type PageProcess, servePages } from "../support/tracking-pages.js";

const RING = { current: sealingKey(Buffer.alloc(32, 5)), old: [] };
const NUMBER = sandboxTrackingNumber("ups", 1);
const links = createTrackingLinks(RING, "", { now: Date.now });

let test: TestDatabase;
let store: StoreFixture;
let orderId = "";
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
  orderId = await takeOrderOf(test.db, store.storeId, {
    number: "NL-1",
    shipments: [{ carrier: "ups", trackingNumber: NUMBER }],
  });
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  await test.drop();
});

async function startProcess(): Promise<PageProcess & { readonly origin: string }> {
  const db = await openDatabase({ url: test.url, applicationName: "waybill-pages", poolSize: 3, log: silentLogger });
  const pages = servePages(db, RING);
  closers.push(
    () => db.close(),
    () => pages.close(),
  );
  return { ...pages, origin: await pages.app.listen({ host: "127.0.0.1", port: 0 }) };
}

async function orderRow() {
  const row = await findOrderOfAnyStore(test.db.pool, orderId);
  if (row === null) throw new Error("The order is there.");
  return row;
}

async function linksOfOrder() {
  const row = await orderRow();
  return test.db.transaction((tx) => handOutLinks(tx, row, links, "test"));
}

/** The events of an open page as a browser reads them, one by one; null at the end. */
async function openStream(url: string) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A connection of its own, and no other: a pool's spare ones would keep the server from closing.
    get(url, { agent: false }, resolve).on("error", reject);
  });
  closers.push(() => Promise.resolve(answer.destroy()));
  const chunks = answer.setEncoding("utf8")[Symbol.asyncIterator]();
  let text = "";
  const next = async (): Promise<string | null> => {
    for (;;) {
      const event = /event: version\ndata: (.*)\n\n/.exec(text);
      if (event !== null) {
        text = text.slice(event.index + event[0].length);
        return event[1] ?? "";
      }
      const chunk = await chunks.next();
      if (chunk.done === true) return null;
      text += String(chunk.value);
    }
  };
  /** The first event with this version; what comes before may be older. */
  const until = async (version: number) => {
    for (let event = await next(); event !== null; event = await next()) if (event === String(version)) return true;
    return false;
  };
  return { status: answer.statusCode, headers: answer.headers, next, until, close: () => answer.destroy() };
}

async function hear(code: string, minute: number): Promise<number> {
  const body = upsSays({ trackingNumber: NUMBER, type: "I", code, minute, day: daysAgo(1) });
  await intakeFor(test.db).record({ connectionId: store.connections.ups ?? "", source: "push", body });
  await normalizerFor(test.db).drain();
  return (await orderRow()).viewVersion;
}

it("an open page is told its version at once, and each new one, whichever process serves it and by either link", async () => {
  const [a, b] = [await startProcess(), await startProcess()];
  const { trackingUrl, shortUrl } = await linksOfOrder();
  const streams = [
    await openStream(`${a.origin}${trackingUrl}/events`),
    await openStream(`${b.origin}${trackingUrl}/events`),
    await openStream(`${b.origin}${shortUrl}/events`),
  ];
  const { viewVersion } = await orderRow();
  for (const { status, headers, until } of streams) {
    expect([status, headers["content-type"], headers["cache-control"]]).toEqual([200, "text/event-stream", "no-store"]);
    expect(await until(viewVersion)).toBe(true);
  }
  const version = await hear("OT", 20);
  expect(version).toBeGreaterThan(viewVersion);
  for (const { until } of streams) expect(await until(version)).toBe(true);
  expect([a.log.streams, b.log.streams]).toEqual([1, 2]);
  for (const { close } of streams) close();
  await expect.poll(() => [a.log.streams, b.log.streams], { timeout: 30_000 }).toEqual([0, 0]);
});

it("a link that opens no page opens no stream", async () => {
  const { origin } = await startProcess();
  const { trackingUrl, shortUrl } = await linksOfOrder();
  const row = await orderRow();
  await test.db.transaction((tx) => revokeLinks(tx, row, "test"));
  const statuses = [];
  for (const path of [trackingUrl, shortUrl, `${trackingUrl}x`, `/s/${"A".repeat(22)}`])
    statuses.push((await openStream(`${origin}${path}/events`)).status);
  expect(statuses).toEqual([410, 404, 404, 404]);
});

it("one order may not take all streams: beyond its share it is answered 503, and told when to come back", async () => {
  const { origin, log } = await startProcess();
  const { trackingUrl } = await linksOfOrder();
  for (let at = 0; at < 20; at += 1) expect((await openStream(`${origin}${trackingUrl}/events`)).status).toBe(200);
  const refused = await openStream(`${origin}${trackingUrl}/events`);
  expect([refused.status, refused.headers["retry-after"], log.streams]).toEqual([503, "60", 20]);
});

it("a stop ends the streams, and does not wait for their readers", async () => {
  const pages = await startProcess();
  const { trackingUrl } = await linksOfOrder();
  const stream = await openStream(`${pages.origin}${trackingUrl}/events`);
  await stream.next();
  await pages.close();
  let event = await stream.next();
  while (event !== null) event = await stream.next();
  expect(event).toBeNull();
});
