import { afterAll, beforeAll, expect, it } from "vitest";
import { newOrder } from "../../src/orders/new-order.js";
import { addShipment, takeOrder } from "../../src/orders/take-order.js";
import { buildBurst } from "../../src/sandbox/burst.js";
import { dropUnregisteredShipments } from "../../src/store/shipments.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { addStore, intakeFor, newId, normalizerFor, ordersFor } from "../support/store-fixture.js";

let test: TestDatabase;
let serial = 100;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** A parcel of three scans that the carrier has spoken of, and nobody registered. */
async function spokenOf(endAt = Date.now()) {
  const fixture = await addStore(test.db);
  serial += 1;
  const burst = buildBurst({
    carrier: "fedex",
    pushes: 4,
    parcels: 1,
    seed: serial,
    secret: "s",
    endAt,
    firstSerial: serial,
    shuffled: false,
  });
  const intake = intakeFor(test.db);
  const tell = async (pushes = burst.pushes) => {
    for (const { body } of pushes)
      await intake.record({ connectionId: fixture.connections.fedex ?? "", source: "push", body });
    await normalizerFor(test.db).drain();
  };
  await tell(burst.pushes.slice(0, 3));
  return {
    ...fixture,
    trackingNumber: burst.pushes[0]?.trackingNumber ?? "",
    tellRest: () => tell(burst.pushes.slice(3)),
  };
}

const register = (storeId: string, trackingNumber: string, more: object = {}) =>
  test.db.transaction((tx) =>
    takeOrder(
      tx,
      storeId,
      newOrder.parse({ number: `N-${trackingNumber}`, ...more, shipments: [{ carrier: "fedex", trackingNumber }] }),
      ordersFor(test.db),
    ),
  );

async function shipmentsOf(storeId: string) {
  const { rows } = await test.db.pool.query<{
    id: string;
    order_id: string | null;
    status: string;
    use_number: number;
    scans: number;
    news: boolean[];
  }>(
    `select s.id, s.order_id, s.status, s.use_number, (select count(*)::int from scan_events e where e.shipment_id = s.id) as scans,
       (select array_agg(t.announced order by t.id) from transitions t where t.shipment_id = s.id) as news
     from shipments s where s.store_id = $1 order by s.id`,
    [storeId],
  );
  return rows;
}

const jobsOf = async (orderId: string) =>
  (await test.db.pool.query(`select from graphile_worker._private_jobs where key = $1`, [`notify:${orderId}`]))
    .rowCount;

it("a number that nobody registered has a timeline, no order, and nothing to tell", async () => {
  const { storeId } = await spokenOf();
  expect(await shipmentsOf(storeId)).toMatchObject([
    { order_id: null, status: "out_for_delivery", scans: 3, news: [false] },
  ]);
});

it("registering it claims the same row with its scans, and its latest fresh news becomes news after all", async () => {
  const { storeId, trackingNumber, tellRest } = await spokenOf();
  const [before] = await shipmentsOf(storeId);
  const orderId = await register(storeId, trackingNumber);
  expect(await shipmentsOf(storeId)).toMatchObject([{ id: before?.id, order_id: orderId, scans: 3, news: [true] }]);
  expect(await jobsOf(orderId)).toBe(1);
  const { rows } = await test.db.pool.query(`select status from orders where id = $1`, [orderId]);
  expect(rows).toEqual([{ status: "out_for_delivery" }]);
  await tellRest();
  expect(await shipmentsOf(storeId)).toMatchObject([{ status: "delivered", scans: 4, news: [true, true] }]);
});

it("registering it later than news lives announces nothing", async () => {
  const { storeId, trackingNumber } = await spokenOf(Date.now() - 100 * 3_600_000);
  await register(storeId, trackingNumber);
  expect(await shipmentsOf(storeId)).toMatchObject([{ scans: 3, news: [false] }]);
});

it("registering it with an imported order announces nothing, then or later", async () => {
  const { storeId, trackingNumber, tellRest } = await spokenOf();
  await register(storeId, trackingNumber, { silent: true });
  await tellRest();
  expect(await shipmentsOf(storeId)).toMatchObject([{ status: "delivered", news: [false, false] }]);
});

it("is claimed by one of two orders that register it at once; the other is told", async () => {
  const { storeId, trackingNumber } = await spokenOf();
  const orders = await Promise.all(
    ["A", "B"].map((number) =>
      test.db.transaction((tx) => takeOrder(tx, storeId, newOrder.parse({ number }), ordersFor(test.db))),
    ),
  );
  const results = await Promise.allSettled(
    orders.map((id) =>
      test.db.transaction((tx) =>
        addShipment(
          tx,
          { id, storeId, silent: false },
          { carrier: "fedex", trackingNumber, direction: "outbound" },
          ordersFor(test.db),
        ),
      ),
    ),
  );
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(results.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "number_in_use" } });
  expect(await shipmentsOf(storeId)).toHaveLength(1);
});

it("is spoken of and registered at the same moment without making two of it", async () => {
  const { storeId, connections } = await addStore(test.db);
  serial += 1;
  const { pushes } = buildBurst({
    carrier: "fedex",
    pushes: 20,
    parcels: 5,
    seed: serial,
    secret: "s",
    endAt: Date.now(),
    firstSerial: serial * 10,
  });
  const intake = intakeFor(test.db);
  await Promise.all(
    pushes.map(({ body }) => intake.record({ connectionId: connections.fedex ?? "", source: "push", body })),
  );
  const numbers = [...new Set(pushes.map(({ trackingNumber }) => trackingNumber))];
  await Promise.all([
    normalizerFor(test.db, { batchSize: 3 }).drain(),
    normalizerFor(test.db, { batchSize: 7 }).drain(),
    ...numbers.map((trackingNumber) => register(storeId, trackingNumber)),
  ]);
  const rows = await shipmentsOf(storeId);
  expect(rows.map(({ use_number }) => use_number)).toEqual([1, 1, 1, 1, 1]);
  expect(rows.every(({ order_id, scans, status }) => order_id !== null && scans === 4 && status === "delivered")).toBe(
    true,
  );
});

it("numbers of one order are locked by id with the normaliser's, so that neither waits for the other in a circle", async () => {
  const { storeId } = await addStore(test.db);
  // Made in this order, so that the order of ids is not the order of numbers.
  const numbers = ["ZZ00000001", "AA00000001"];
  const ids = numbers.map(() => newId("shp"));
  for (const [index, trackingNumber] of numbers.entries()) {
    await test.db.pool.query(
      `insert into shipments (id, store_id, carrier, tracking_number, shipment_month) values ($1, $2, 'fedex', $3, '2026-03-01')`,
      [ids[index], storeId, trackingNumber],
    );
  }
  const order = newOrder.parse({
    number: "1",
    shipments: numbers.map((trackingNumber) => ({ carrier: "fedex", trackingNumber })),
  });
  const { taken } = await test.db.transaction(async (normalizer) => {
    const lock = (id: string | undefined) =>
      normalizer.query(`select from shipments where id = $1 for no key update`, [id]);
    await lock(ids[0]);
    const started = test.db.transaction((tx) => takeOrder(tx, storeId, order, ordersFor(test.db)));
    while (!(await isSomebodyWaiting())) continue;
    await lock(ids[1]);
    return { taken: started };
  });
  const rows = await shipmentsOf(storeId);
  expect(await taken).toMatch(/^ord_/);
  expect(rows).toHaveLength(2);
});

async function isSomebodyWaiting(): Promise<boolean> {
  const { rowCount } = await test.db.pool.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount !== 0;
}

it("is dropped with its scans after 30 days, while a registered one stays", async () => {
  const kept = await spokenOf();
  await register(kept.storeId, kept.trackingNumber);
  const dropped = await spokenOf();
  const young = await spokenOf();
  await test.db.pool.query(`update shipments set created_at = now() - interval '31 days' where store_id = any($1)`, [
    [kept.storeId, dropped.storeId],
  ]);
  expect(await test.db.transaction((tx) => dropUnregisteredShipments(tx))).toBe(1);
  expect(await shipmentsOf(dropped.storeId)).toEqual([]);
  expect(await shipmentsOf(kept.storeId)).toMatchObject([{ scans: 3 }]);
  expect(await shipmentsOf(young.storeId)).toMatchObject([{ scans: 3 }]);
  const { rows } = await test.db.pool.query(`select count(*)::int as n from scan_events where tracking_number = $1`, [
    dropped.trackingNumber,
  ]);
  expect(rows).toEqual([{ n: 0 }]);
});
