import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LinkedNumber, Tracking } from "../../src/domain/report.js";
import type { SubStatus } from "../../src/domain/status.js";
import { changeShipment } from "../../src/orders/change-shipment.js";
import { newOrder, newShipment } from "../../src/orders/new-order.js";
import { handOutLinks, revokeLinks } from "../../src/orders/order-links.js";
import { addShipment, takeOrder } from "../../src/orders/take-order.js";
import { createTrackingLinks } from "../../src/orders/tracking-links.js";
import { readPageFacts } from "../../src/page/read-page.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { insertConnection } from "../../src/store/connections.js";
import { findOrderOfAnyStore } from "../../src/store/orders.js";
import { PAGES_CHANGED, type PageChange, readPageChanges } from "../../src/store/page-changes.js";
import { readPageHead } from "../../src/store/page-heads.js";
import { readShipments } from "../../src/store/shipments.js";
import { insertStore } from "../../src/store/stores.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { scan, town } from "../support/given.js";
import { bodySaying, sayingCarrier } from "../support/relaying-carriers.js";
import { replayOf } from "../support/replay.js";
import { intakeFor, newId, normalizerFor, ordersFor } from "../support/store-fixture.js";

const ACME = sayingCarrier("acme");
const POST = sayingCarrier("post");
const CARRIERS = [ACME, POST];
const findCarrier = (code: string) => CARRIERS.find((one) => one.code === code) ?? null;

let test: TestDatabase;
let storeId = "";
let connectionId = "";
let orderId = "";
let number = "";
let serial = 0;
const heard: PageChange[] = [];
const marks = new Map<string, () => void>();

beforeAll(async () => {
  test = await createTestDatabase();
  await new Promise<void>((resolve) => {
    test.db.listen({
      channel: PAGES_CHANGED,
      onReconnect: resolve,
      onNotify(payload) {
        for (const change of readPageChanges(payload) ?? []) {
          heard.push(change);
          if (change.kind === "store") marks.get(change.storeId)?.();
        }
      },
    });
  });
});
afterAll(() => test.drop());

beforeEach(async () => {
  serial += 1;
  number = `AC${1000 + serial}`;
  storeId = newId("sto");
  connectionId = newId("con");
  await insertStore(test.db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
  await insertConnection(test.db.pool, {
    id: connectionId,
    storeId,
    family: "carrier",
    connector: "acme",
    label: "acme",
    credentialsSealed: Buffer.from("sealed"),
  });
  orderId = await register({
    number: `NL-${serial}`,
    customer: { externalId: "ada" },
    lineItems: [{ title: "Wool hat", quantity: 2 }],
    shipments: [{ carrier: "acme", trackingNumber: number }],
  });
  await hear({
    scans: [said("picked_up", 300), said("departed", 200)],
    edd: { from: "2031-05-04", to: "2031-05-04", windowFrom: null, windowTo: null },
  });
});

const orders = () => ({ ...ordersFor(test.db), carriers: CARRIERS });
const register = (order: object) =>
  test.db.transaction((tx) => takeOrder(tx, storeId, newOrder.parse(order), orders()));
const at = (minutesAgo: number) =>
  new Date(Math.floor(Date.now() / 60_000) * 60_000 - minutesAgo * 60_000).toISOString();
const said = (subStatus: SubStatus, minutesAgo: number, more: object = {}) =>
  scan(subStatus, at(minutesAgo), { place: town("Reno"), ...more });
const going = (relation: LinkedNumber["relation"], trackingNumber: string): LinkedNumber[] => [
  { relation, trackingNumber, carrier: "post" },
];

async function hear(more: Partial<Tracking>, trackingNumber = number): Promise<void> {
  await intakeFor(test.db).record({
    connectionId,
    source: "push",
    body: bodySaying("acme", trackingNumber, more),
  });
  await normalizerFor(test.db, { findCarrier, carriers: CARRIERS }).drain();
}

/** Everything that a page is made of, as text, and its version. */
async function look() {
  const head = await readPageHead(test.db.pool, orderId);
  if (head === null) return { version: null, shown: "gone" };
  const { viewVersion, ...rest } = head;
  const facts = await readPageFacts(test.db.pool, { storeId, orderId }, findCarrier);
  return { version: viewVersion, shown: JSON.stringify({ rest, facts }) };
}

/** What was notified of until now: notifications come in the order of the commits, so ours comes last. */
async function changesHeard(): Promise<PageChange[]> {
  const mark = newId("sto");
  const isHeard = new Promise<void>((resolve) => {
    marks.set(mark, resolve);
  });
  await test.db.pool.query(`select pg_notify($1, $2)`, [PAGES_CHANGED, `s:${mark}`]);
  await isHeard;
  return heard.splice(0).filter((change) => change.kind !== "store" || change.storeId !== mark);
}

async function shipmentId(): Promise<string> {
  return (await readShipments(test.db.pool, [orderId]))[0]?.id ?? "";
}
const change = async (what: Parameters<typeof changeShipment>[3]) => {
  const id = await shipmentId();
  await test.db.transaction((tx) => changeShipment(tx, storeId, id, what, orders()));
};
const order = async () => {
  const row = await findOrderOfAnyStore(test.db.pool, orderId);
  if (row === null) throw new Error("The order is there.");
  return row;
};
const add = async (shipment: object) => {
  const row = await order();
  await test.db.transaction((tx) => addShipment(tx, row, newShipment.parse(shipment), orders()));
};
const eddOf = (day: string) => ({ from: day, to: day, windowFrom: null, windowTo: null });

const WRITES: Readonly<Record<string, () => Promise<unknown>>> = {
  "a scan that moves the parcel": () => hear({ scans: [said("out_for_delivery", 10)] }),
  "an old scan that leaves the status as it is": () => hear({ scans: [said("arrived", 250)] }),
  "a richer telling of a known scan": () => hear({ scans: [said("departed", 200, { carrierText: "Left Reno" })] }),
  "a scan whose code nobody knows": () =>
    hear({
      scans: [{ ...said("departed", 5), scanCode: "?", carrierCode: "?", meaning: { kind: "unmapped" } }],
    }),
  "another estimate": () => hear({ edd: eddOf("2031-05-09") }),
  "an estimate from before the one that stands": () =>
    hear({ scans: [said("picked_up", 300)], edd: eddOf("2031-05-02") }),
  "a proof of delivery": () =>
    hear({ proof: { receivedBy: "A. Lee", location: null, hasSignature: true, hasPhoto: false } }),
  "a service level": () => hear({ serviceLevel: "Express" }),
  "a number under which the parcel goes on": () => hear({ linkedNumbers: going("next_leg", `PO${1000 + serial}`) }),
  "a shipment that is added": () => add({ carrier: "acme", trackingNumber: `${number}B` }),
  "a shipment that a carrier spoke of before": async () => {
    await hear({ scans: [said("picked_up", 60)] }, `${number}C`);
    await add({ carrier: "acme", trackingNumber: `${number}C` });
  },
  "a shipment with contents": () =>
    add({ carrier: "acme", trackingNumber: `${number}D`, items: [{ position: 0, quantity: 1 }] }),
  "a shipment that is voided": () => change({ void: true }),
  "a shipment that is replaced": () => change({ replaceWith: { carrier: "acme", trackingNumber: `${number}E` } }),
  "links that are revoked": async () => {
    const row = await order();
    await test.db.transaction((tx) => revokeLinks(tx, row, "test"));
  },
  "a replay that reads scans otherwise": () =>
    replayOf(test.db, {
      findCarrier: rereading((tracking) => ({ ...tracking, scans: tracking.scans.slice(0, 1) })),
    }),
  "a replay that reads estimates otherwise": async () => {
    await hear({ scans: [said("picked_up", 300)], edd: eddOf("2031-05-02") });
    await replayOf(test.db, {
      findCarrier: rereading((tracking) =>
        tracking.edd?.from === "2031-05-02" ? { ...tracking, edd: eddOf("2031-05-01") } : tracking,
      ),
    });
  },
};

/** The carrier with another reading of the same bodies. */
function rereading(change: (tracking: Tracking) => Tracking) {
  return (code: string) => {
    const carrier = findCarrier(code);
    if (carrier?.push === undefined) return carrier;
    const { push } = carrier;
    const parse = (body: Uint8Array) => {
      const report = push.parse(body);
      return { ...report, trackings: report.trackings.map(change) };
    };
    return { ...carrier, push: { ...push, parse } };
  };
}

describe("a write that a page shows counts its version up, and names the order to who listens", () => {
  it.each(Object.keys(WRITES))("%s", async (name) => {
    await changesHeard();
    const before = await look();
    await WRITES[name]?.();
    const after = await look();
    expect(after.shown).not.toBe(before.shown);
    expect(after.version ?? 0).toBeGreaterThan(before.version ?? 0);
    const last = (await changesHeard()).findLast((one) => one.kind === "order" && one.orderId === orderId);
    expect(last).toMatchObject({ version: after.version, linkEpoch: name === "links that are revoked" ? 1 : 0 });
  });
});

describe("what shows nothing new leaves the version as it is", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["the same told again by another body", () => hear({ scans: [said("departed", 200)], edd: eddOf("2031-05-04") })],
    [
      "links that are handed out",
      async () => {
        const links = createTrackingLinks({ current: sealingKey(Buffer.alloc(32, 1)), old: [] }, "https://t.example", {
          now: Date.now,
        });
        const row = await order();
        await test.db.transaction((tx) => handOutLinks(tx, row, links, "test"));
      },
    ],
    ["a replay that reads all as before", () => replayOf(test.db, { findCarrier })],
  ])("%s", async (_name, act) => {
    await changesHeard();
    const before = await look();
    await act();
    expect(await look()).toEqual(before);
    const named = (await changesHeard()).filter((one) => one.kind === "order" && one.orderId === orderId);
    expect(named).toEqual([]);
  });
});

describe("what stands on many pages names its owner", () => {
  it("a store's name, brand, language and time zone", async () => {
    for (const set of [
      `name = 'Polar'`,
      `brand = '{"accentColor":"#123456"}'`,
      `language = 'de'`,
      `time_zone = 'Asia/Tokyo'`,
    ]) {
      await changesHeard();
      const before = await look();
      await test.db.pool.query(`update stores set ${set} where id = $1`, [storeId]);
      expect((await look()).shown, set).not.toBe(before.shown);
      expect(await changesHeard()).toEqual([{ kind: "store", storeId }]);
    }
  });

  it("a customer's language, which a later order may state", async () => {
    await changesHeard();
    await register({ number: `NL-${serial}b`, customer: { externalId: "ada", language: "de" } });
    const head = await readPageHead(test.db.pool, orderId);
    expect(head?.locale).toBe("de");
    expect(await changesHeard()).toContainEqual({ kind: "customer", customerId: head?.customerId });
  });

  it("an order that is deleted is gone", async () => {
    const other = await register({ number: `NL-${serial}c` });
    await changesHeard();
    await test.db.pool.query(`delete from orders where id = $1`, [other]);
    expect(await changesHeard()).toEqual([{ kind: "gone", orderId: other }]);
  });
});

it("one statement of many orders makes few notifications, each within the 8,000 bytes that PostgreSQL takes", async () => {
  await test.db.pool.query(
    `insert into orders (id, store_id, number, placed_at, view_version)
     select 'ord_' || lpad(n::text, 26, '0'), $1, 'M-' || n, now(), 999999999999999 - 1 from generate_series(1, 250) n`,
    [storeId],
  );
  await changesHeard();
  const payloads: string[] = [];
  let isListening = () => {};
  const listening = new Promise<void>((resolve) => {
    isListening = resolve;
  });
  test.db.listen({ channel: PAGES_CHANGED, onReconnect: () => isListening(), onNotify: (text) => payloads.push(text) });
  await listening;
  await test.db.pool.query(`update orders set view_version = view_version + 1 where number like 'M-%'`);
  expect((await changesHeard()).length).toBe(250);
  expect(payloads.slice(0, -1).length).toBe(3);
  expect(Math.max(...payloads.map((text) => Buffer.byteLength(text)))).toBeLessThan(8_000);
});
