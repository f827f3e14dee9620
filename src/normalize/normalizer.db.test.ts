import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, intakeFor, newId, normalizerFor, type StoreFixture } from "../../test/support/store-fixture.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { buildBurst } from "../sandbox/burst.js";
import { sandboxTrackingNumber } from "../sandbox/tracking-numbers.js";
import { unknownNumber } from "../sandbox/ups/details.js";
import { leaseCarrierMessages } from "../store/carrier-messages.js";
import type { Queryable } from "../store/database.js";
import { normalizeBatch } from "./normalizer.js";
import { readMessages } from "./read-messages.js";
import { LeaseLostError, recordBatch } from "./record-batch.js";

let test: TestDatabase;
let store: StoreFixture;
let serial = 0;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  store = await addStore(test.db);
  await test.db.pool.query("truncate carrier_message_queue");
});
afterAll(() => test.drop());

async function push(count: number, parcels = 1) {
  serial += 10;
  const { pushes } = buildBurst({
    carrier: "ups",
    pushes: count,
    parcels,
    seed: serial,
    secret: "s",
    endAt: Date.now(),
    firstSerial: serial,
  });
  const intake = intakeFor(test.db);
  await Promise.all(
    pushes.map(({ body }) => intake.record({ connectionId: store.connections.ups ?? "", source: "push", body })),
  );
}

const count = async (table: string) => {
  const { rows } = await test.db.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? 0;
};
const TABLES = [
  "shipments",
  "scan_events",
  "transitions",
  "edd_statements",
  "parked_messages",
  "carrier_code_sightings",
  "graphile_worker._private_jobs",
];
const counts = () => Promise.all(TABLES.map(count));

const record = async (tx: Queryable, lease: string, beforehand: () => Promise<unknown> = async () => undefined) => {
  const messages = await leaseCarrierMessages(test.db.pool, lease, { batchSize: 100, leaseSeconds: 60 });
  await beforehand();
  return recordBatch(
    tx,
    { lease, ...readMessages(messages, findCarrier) },
    { newId, nowMs: Date.now(), newsMaxAgeHours: 72, carriers: CARRIERS },
  );
};

describe("a batch", () => {
  it("whose lease ran out and was taken over leaves no trace, and the new owner does the work", async () => {
    await push(6, 2);
    await intakeFor(test.db).record({
      connectionId: store.connections.ups ?? "",
      source: "push",
      body: Buffer.from("<html>"),
    });
    const before = await counts();
    const lost = test.db.transaction((tx) =>
      record(tx, "lse_slow", () =>
        test.db.pool.query(
          `update carrier_message_queue set lease = 'lse_other' where message_id in (select max(message_id) from carrier_message_queue)`,
        ),
      ),
    );
    await expect(lost).rejects.toBeInstanceOf(LeaseLostError);
    expect(await counts()).toEqual(before);
    expect(await count("carrier_message_queue")).toBe(7);

    await test.db.pool.query(`update carrier_message_queue set leased_until = now() - interval '1 second'`);
    expect(await normalizeBatch(normalizerFor(test.db).options)).toBe(7);
    expect(await count("carrier_message_queue")).toBe(0);
    expect((await counts())[1]).toBe((before[1] ?? 0) + 6);
  });

  it("gives its messages back at once when the database goes away under it", async () => {
    await push(3);
    const down = Object.assign(new Error("terminating connection"), { code: "57P01" });
    const { options } = normalizerFor(test.db, { db: { ...test.db, transaction: () => Promise.reject(down) } });
    await expect(normalizeBatch(options)).rejects.toThrow("terminating connection");
    expect(await count("parked_messages where connection_id = '" + store.connections.ups + "'")).toBe(0);
    expect(await normalizeBatch(normalizerFor(test.db).options)).toBe(3);
  });

  it("that was broken off again and again gives up its oldest message, and the others go through", async () => {
    await push(4, 4);
    const { rows } = await test.db.pool.query<{ id: string }>(
      "update carrier_message_queue set attempts = 10 returning message_id as id",
    );
    const [scans, parked] = [await count("scan_events"), await count("parked_messages")];
    await normalizerFor(test.db).drain();
    expect(await count("parked_messages")).toBe(parked + 1);
    expect(await count("scan_events")).toBe(scans + 3);
    const oldest = rows.map(({ id }) => id).sort()[0];
    const { rows: reasons } = await test.db.pool.query<{ reason: string }>(
      "select reason from parked_messages where message_id = $1",
      [oldest],
    );
    expect(reasons[0]?.reason).toMatch(/broken off/);
  });

  it("that takes longer than its lease stays with its normaliser while that lives", async () => {
    await push(4);
    let [write, begin] = [() => {}, () => {}];
    const isBegun = new Promise<void>((resolve) => (begin = resolve));
    const mayWrite = new Promise<void>((resolve) => (write = resolve));
    const waits: { callback: () => void; delayMs: number }[] = [];
    const slow = normalizerFor(test.db, {
      leaseSeconds: 9,
      startTimer(callback, delayMs) {
        const wait = { callback, delayMs };
        waits.push(wait);
        return () => waits.splice(waits.indexOf(wait), 1);
      },
      db: {
        ...test.db,
        async transaction(work) {
          begin();
          await mayWrite;
          return test.db.transaction(work);
        },
      },
    });
    const working = normalizeBatch(slow.options);
    await isBegun;
    for (let round = 0; round < 3; round += 1) {
      await test.db.pool.query(`update carrier_message_queue set leased_until = now() - interval '1 second'`);
      const [wait] = waits.splice(0);
      expect(wait?.delayMs).toBe(3_000);
      wait?.callback();
      await expect.poll(() => waits.length).toBe(1);
      expect(await normalizeBatch(normalizerFor(test.db).options)).toBe(0);
    }
    write();
    expect(await working).toBe(4);
    expect(waits).toEqual([]);
    expect(slow.results.map(({ messages }) => messages)).toEqual([4]);
    expect(await count("carrier_message_queue")).toBe(0);
  });

  it("is not taken by two normalisers: what one holds, the other skips", async () => {
    await push(4);
    const [first, second] = await Promise.all(
      ["lse_a", "lse_b"].map((lease) => leaseCarrierMessages(test.db.pool, lease, { batchSize: 2, leaseSeconds: 60 })),
    );
    const ids = [...(first ?? []), ...(second ?? [])].map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    expect(await leaseCarrierMessages(test.db.pool, "lse_c", { batchSize: 2, leaseSeconds: 60 })).toEqual([]);
  });
});

describe("a body that says nothing new", () => {
  it("adds no scan, no transition and no change of the page", async () => {
    await push(4);
    await normalizerFor(test.db).drain();
    const before = await counts();
    const { rows } = await test.db.pool.query(`select updated_at from shipments where store_id = $1`, [store.storeId]);
    await test.db.pool.query(
      `insert into carrier_message_queue (message_id, received_month) select id, received_month from carrier_messages where connection_id = $1`,
      [store.connections.ups],
    );
    const again = normalizerFor(test.db);
    await again.drain();
    expect(again.results.map(({ messages, newScans, transitions }) => [messages, newScans, transitions])).toEqual([
      [4, 0, 0],
    ]);
    expect(await counts()).toEqual(before);
    expect(
      (await test.db.pool.query(`select updated_at from shipments where store_id = $1`, [store.storeId])).rows,
    ).toEqual(rows);
  });
});

describe("a notice", () => {
  const trackingNumber = sandboxTrackingNumber("ups", 4711);
  const noticeOf = async () => {
    const { rows } = await test.db.pool.query<{ notice_kind: string | null; status: string | null }>(
      `select notice_kind, status from shipments where store_id = $1 and tracking_number = $2`,
      [store.storeId, trackingNumber],
    );
    return rows;
  };
  const answer = () =>
    intakeFor(test.db).record({
      connectionId: store.connections.ups ?? "",
      source: "poll",
      body: Buffer.from(JSON.stringify(unknownNumber())),
      askedNumbers: [trackingNumber],
    });
  const register = () =>
    test.db.pool.query(
      `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month) values ($1, $2, $3, 'ups', $4, date_trunc('month', now()))`,
      [newId("shp"), store.storeId, store.connections.ups, trackingNumber],
    );

  it("marks the shipment that was asked about and moves nothing", async () => {
    await register();
    const before = await count("transitions");
    await answer();
    await normalizerFor(test.db).drain();
    expect(await noticeOf()).toEqual([{ notice_kind: "not_found", status: null }]);
    expect(await count("transitions")).toBe(before);
  });

  it("about a number that no row knows makes no row", async () => {
    await answer();
    await normalizerFor(test.db).drain();
    expect(await noticeOf()).toEqual([]);
  });

  it("that was overtaken by a later one does not come back when it is worked on late", async () => {
    await register();
    await test.db.pool.query(
      `update shipments set notice_kind = 'too_old', notice_at = now() + interval '1 hour' where store_id = $1`,
      [store.storeId],
    );
    await answer();
    await normalizerFor(test.db).drain();
    expect(await noticeOf()).toEqual([{ notice_kind: "too_old", status: null }]);
  });
});

it("an unknown code is counted once per scan with an example, and moves nothing", async () => {
  serial += 10;
  const { pushes } = buildBurst({
    carrier: "ups",
    pushes: 2,
    parcels: 1,
    seed: serial,
    secret: "s",
    endAt: Date.now(),
    firstSerial: serial,
    shuffled: false,
  });
  const body = JSON.parse(pushes[1]?.body.toString() ?? "{}") as { activityStatus: object };
  const strange = Buffer.from(
    JSON.stringify({
      ...body,
      activityStatus: { type: "Q", code: "constructor", description: "Beamed up", descriptionCode: "" },
    }),
  );
  const intake = intakeFor(test.db);
  for (const one of [pushes[0]?.body ?? strange, strange, Buffer.concat([strange, Buffer.from(" ")])]) {
    await intake.record({ connectionId: store.connections.ups ?? "", source: "push", body: one });
  }
  await normalizerFor(test.db).drain();
  const { rows } = await test.db.pool.query(
    `select seen, example_text from carrier_code_sightings where code = 'Q/CONSTRUCTOR'`,
  );
  expect(rows).toEqual([{ seen: 1, example_text: "Beamed up" }]);
  const { rows: shipments } = await test.db.pool.query(`select status from shipments where store_id = $1`, [
    store.storeId,
  ]);
  expect(shipments).toEqual([{ status: "label_created" }]);
});
