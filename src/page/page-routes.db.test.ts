import { gunzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, intakeFor, normalizerFor, ordersFor, type StoreFixture } from "../../test/support/store-fixture.js";
import { type PageProcess, servePages } from "../../test/support/tracking-pages.js";
import { changeShipment } from "../orders/change-shipment.js";
import { newOrder } from "../orders/new-order.js";
import { handOutLinks, revokeLinks } from "../orders/order-links.js";
import { takeOrder } from "../orders/take-order.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import { createLogger } from "../runtime/logger.js";
import { sealingKey } from "../runtime/sealing.js";
import { buildBurst } from "../sandbox/burst.js";
import { sandboxTrackingNumber } from "../sandbox/tracking-numbers.js";
import { findOrderOfAnyStore, type OrderRow } from "../store/orders.js";
import { readShipments } from "../store/shipments.js";
import type { TrackingPagesOptions } from "./tracking-pages.js";

const RING = { current: sealingKey(Buffer.alloc(32, 1)), old: [] };
const DAY_MS = 86_400_000;
const PUBLIC_URL = "https://track.example.com";
const links = createTrackingLinks(RING, PUBLIC_URL, { now: Date.now });

let test: TestDatabase;
let store: StoreFixture;
let shown: PageProcess;
let app: FastifyInstance;
let nowMs = Date.now();
let serial = 0;
const logged: string[] = [];
const counted: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
  shown = serve(test.db);
  app = shown.app;
});
afterAll(async () => {
  await shown.close();
  await test.drop();
});

function serve(db: TrackingPagesOptions["db"]): PageProcess {
  const log = createLogger({ level: "debug", destination: { write: (line) => void logged.push(line) } });
  return servePages(db, RING, {
    now: () => nowMs,
    log,
    count: (result) => void counted.push(result),
    observeRoute: (route) => void logged.push(route),
  });
}

/** A database that fails every query, and is heard of never. */
function failing(query: (...args: readonly unknown[]) => Promise<never>): TrackingPagesOptions["db"] {
  return { pool: { query }, listen: () => {} };
}

async function get(url: string, server = app) {
  const answer = await server.inject({ method: "GET", url: url.replace(PUBLIC_URL, "") });
  return { status: answer.statusCode, html: answer.body, headers: answer.headers };
}

/** An order with parcels, its links, and the numbers on it. */
async function order(more: object = {}) {
  serial += 1;
  const given = newOrder.parse({
    number: `NL-${1000 + serial}`,
    customer: { name: "Ada Lee", email: "ada@example.org", phone: "+15125550100" },
    ...more,
  });
  const id = await test.db.transaction((tx) => takeOrder(tx, store.storeId, given, ordersFor(test.db)));
  return { id, number: given.number, row: () => read(id), links: () => show(id) };
}
async function read(id: string): Promise<OrderRow> {
  const row = await findOrderOfAnyStore(test.db.pool, id);
  if (row === null) throw new Error("The order is there.");
  return row;
}
const show = async (id: string) => {
  const row = await read(id);
  return test.db.transaction((tx) => handOutLinks(tx, row, links, "test"));
};

describe("the page of an order", () => {
  it("is shown by its sealed and by its short link, with its number, before anything is shipped", async () => {
    const { number, links: linksOf } = await order({ lineItems: [{ title: "Wool hat", quantity: 2 }] });
    const { trackingUrl, shortUrl } = await linksOf();
    for (const url of [trackingUrl, shortUrl]) {
      const { status, html, headers } = await get(url);
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
      expect(html).toContain(number);
      expect(html).toContain("Wool hat");
      expect(html).toContain("Nordlicht");
    }
    expect(counted.slice(-2)).toEqual(["shown", "shown"]);
  });

  it("is sent in gzip to whoever takes it, and says that it depends on that", async () => {
    const { links: linksOf } = await order();
    const url = (await linksOf()).trackingUrl.replace(PUBLIC_URL, "");
    const ask = (acceptEncoding: string) =>
      app.inject({ method: "GET", url, headers: { "accept-encoding": acceptEncoding } });
    const [packed, plain] = [await ask("gzip, br"), await ask("identity")];
    expect([packed, plain].map(({ headers }) => [headers["content-encoding"], headers.vary])).toEqual([
      ["gzip", "accept-encoding"],
      [undefined, "accept-encoding"],
    ]);
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body);
    expect(plain.body).toContain("</html>");
  });

  it("shows the timeline with the carrier's words, and no street, address or telephone number", async () => {
    const trackingNumber = sandboxTrackingNumber("fedex", 500);
    const { links: linksOf } = await order({
      shipments: [{ carrier: "fedex", trackingNumber }],
      destination: {
        name: "Ada Lee",
        lines: ["12 Hidden Lane"],
        city: "Austin",
        region: "TX",
        postalCode: "78701",
        country: "US",
      },
    });
    const { pushes } = buildBurst({
      carrier: "fedex",
      pushes: 5,
      parcels: 1,
      seed: 2,
      secret: "s",
      endAt: Date.now(),
      firstSerial: 500,
    });
    const intake = intakeFor(test.db);
    for (const { body } of pushes)
      await intake.record({ connectionId: store.connections.fedex ?? "", source: "push", body });
    await normalizerFor(test.db).drain();
    const { status, html } = await get((await linksOf()).trackingUrl);
    expect(status).toBe(200);
    expect(html).toContain(trackingNumber);
    expect(html).toMatch(/Delivered/);
    expect(html).toContain("Picked up");
    expect(html).not.toMatch(/Hidden Lane|ada@example|5125550100|78701/);
  });

  it("does not show voided and replaced parcels", async () => {
    const [kept, voided, replaced, next] = [601, 602, 603, 604].map((at) => sandboxTrackingNumber("ups", at)) as [
      string,
      string,
      string,
      string,
    ];
    const { id, links: linksOf } = await order({
      shipments: [kept, voided, replaced].map((trackingNumber) => ({ carrier: "ups", trackingNumber })),
    });
    const byNumber = new Map(
      (await readShipments(test.db.pool, [id])).map((shipment) => [shipment.trackingNumber, shipment.id]),
    );
    const change = (number: string, what: Parameters<typeof changeShipment>[3]) =>
      test.db.transaction((tx) =>
        changeShipment(tx, store.storeId, byNumber.get(number) ?? "", what, ordersFor(test.db)),
      );
    await change(voided, { void: true });
    await change(replaced, { replaceWith: { carrier: "ups", trackingNumber: next } });
    const { html } = await get((await linksOf()).trackingUrl);
    expect([kept, next].map((number) => html.includes(number))).toEqual([true, true]);
    expect([voided, replaced].map((number) => html.includes(number))).toEqual([false, false]);
  });

  it("may be kept by nobody, indexed by nobody, framed by nobody, and runs nothing but its own script", async () => {
    const { links: linksOf } = await order();
    const { headers, html } = await get((await linksOf()).trackingUrl);
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toMatch(/script-src 'sha256-[\w+/=]+';/);
    expect(headers["cache-control"]).toMatch(/^private, no-(cache|store)$/);
    expect(headers["referrer-policy"]).toBe("no-referrer");
    expect(headers["x-robots-tag"]).toContain("noindex");
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/<script src|\son[a-z]+="|javascript:/i);
  });
});

describe("a link that leads nowhere", () => {
  it("is 404 alike for garbage, another installation's, a cut or changed one, and an order that is gone", async () => {
    const { row } = await order();
    const { id, linkEpoch } = await row();
    const foreign = createTrackingLinks({ current: sealingKey(Buffer.alloc(32, 9)), old: [] }, PUBLIC_URL, {
      now: Date.now,
    });
    const good = links.sealed({ id, storeRef: 1, linkEpoch });
    const gone = links.sealed({ id: id.replace(/.{4}$/, "0000"), storeRef: 1, linkEpoch });
    const tampered = `${good.slice(0, -1)}${good.endsWith("A") ? "B" : "A"}`;
    const answers = await Promise.all(
      [
        "/t/x",
        "/t/%00",
        "/t/..%2f..%2fetc",
        good.slice(0, -1),
        tampered,
        gone,
        foreign.sealed({ id, storeRef: 1, linkEpoch }),
        links.sealed({ id, storeRef: 999_999, linkEpoch }),
        "/s/x",
        `/s/${"A".repeat(22)}`,
        "/s/%00",
      ].map((url) => get(url)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    expect(new Set(answers.map(({ html }) => html)).size).toBe(1);
    expect(answers[0]?.headers["x-robots-tag"]).toContain("noindex");
    expect(answers[0]?.html).not.toContain("Nordlicht");
  });

  it("is 404 when it names an order of another store", async () => {
    const other = await addStore(test.db, "Another");
    const { rows } = await test.db.pool.query<{ ref: number }>(`select store_ref as ref from stores where id = $1`, [
      other.storeId,
    ]);
    const { row } = await order();
    const { id, linkEpoch } = await row();
    expect((await get(links.sealed({ id, storeRef: rows[0]?.ref ?? 0, linkEpoch }))).status).toBe(404);
  });

  it("is gone after revocation, sealed and short; new links work", async () => {
    const { number, row, links: linksOf } = await order();
    const before = await linksOf();
    const given = await row();
    expect(await test.db.transaction((tx) => revokeLinks(tx, given, "test"))).toBe(true);
    const sealed = await get(before.trackingUrl);
    expect(sealed.status).toBe(410);
    expect(sealed.html).toContain("Nordlicht");
    expect(sealed.html).not.toContain(number);
    expect((await get(before.shortUrl)).status).toBe(404);
    const after = await linksOf();
    expect([(await get(after.trackingUrl)).status, (await get(after.shortUrl)).status]).toEqual([200, 200]);
  });

  it("is gone from 180 days after the order closed, not before, and never while it is open", async () => {
    const { id, links: linksOf } = await order();
    const { trackingUrl, shortUrl } = await linksOf();
    const statusAfter = async (days: number) => {
      nowMs = Date.now() + days * DAY_MS;
      const statuses = [(await get(trackingUrl)).status, (await get(shortUrl)).status];
      nowMs = Date.now();
      return statuses;
    };
    expect(await statusAfter(1000)).toEqual([200, 200]);
    await test.db.pool.query(`update orders set closed_at = now() where id = $1`, [id]);
    expect(await statusAfter(179)).toEqual([200, 200]);
    expect(await statusAfter(180.01)).toEqual([410, 410]);
  });
});

describe("trouble", () => {
  it("gets the shopper a calm page that asks to come back, and the operator the reason", async () => {
    const { links: linksOf } = await order();
    const { trackingUrl } = await linksOf();
    const away = serve(
      failing(() =>
        Promise.reject(Object.assign(new Error("connect ECONNREFUSED 10.0.0.9:5432"), { code: "ECONNREFUSED" })),
      ),
    );
    const { status, html, headers } = await get(trackingUrl, away.app);
    expect([status, headers["retry-after"], headers["content-type"]]).toEqual([503, "60", "text/html; charset=utf-8"]);
    expect(html).not.toMatch(/ECONNREFUSED|10\.0\.0\.9/);
    expect(logged.join("")).toContain("ECONNREFUSED");
    await away.close();
  });

  it("never brings a link into a log or a metric", async () => {
    const { links: linksOf } = await order();
    const { trackingUrl, shortUrl } = await linksOf();
    const broken = serve(
      failing((_text, values) =>
        Promise.reject(new Error(`cannot answer ${JSON.stringify(values)} for ${trackingUrl} or ${shortUrl}`)),
      ),
    );
    for (const url of [trackingUrl, shortUrl, `${trackingUrl}x`]) {
      await get(url);
      await get(url, broken.app);
    }
    await broken.close();
    const text = logged.join("\n");
    expect(text).toContain("/t/:token");
    expect(text).not.toContain(trackingUrl.split("/t/")[1]);
    expect(text).not.toContain(shortUrl.split("/s/")[1]);
  });
});
