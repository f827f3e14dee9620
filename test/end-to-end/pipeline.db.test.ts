import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normalizeBatch } from "../../src/normalize/normalizer.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { buildBurst } from "../../src/sandbox/burst.js";
import { createTestDatabase, postgresKinds, type TestDatabase } from "../support/database.js";
import { addStore, intakeFor, normalizerFor, ordersFor } from "../support/store-fixture.js";

const secret = "sandbox-secret";

describe.each(postgresKinds())("the pipeline on %s", (kind) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase(kind);
  });
  afterAll(() => test.drop());

  it("brings every acknowledged push into its timeline once, with four normalisers at work", async () => {
    const { storeId, connections } = await addStore(test.db, `Burst ${kind}`);
    const bursts = (["fedex", "ups"] as const).map((carrier, index) => ({
      carrier,
      burst: buildBurst({ carrier, pushes: 600, parcels: 60, seed: 7 + index, secret, endAt: Date.now() }),
    }));
    const orders = ordersFor(test.db);
    for (const { carrier, burst } of bursts) {
      const [number] = [...burst.expected.keys()];
      const order = newOrder.parse({ number: `N-${carrier}`, shipments: [{ carrier, trackingNumber: number }] });
      await test.db.transaction((tx) => takeOrder(tx, storeId, order, orders));
    }
    const intake = intakeFor(test.db);
    const receipts = await Promise.all(
      bursts.flatMap(({ carrier, burst }) =>
        [...burst.pushes, ...burst.pushes.slice(0, 50)].map(({ body }) =>
          intake.record({ connectionId: connections[carrier] ?? "", source: "push", body }),
        ),
      ),
    );
    expect(receipts.filter((receipt) => receipt === "duplicate")).toHaveLength(100);

    const normalizer = normalizerFor(test.db, { batchSize: 50 });
    await Promise.all(Array.from({ length: 4 }, () => normalizer.drain()));
    await normalizer.drain();

    for (const { carrier, burst } of bursts) {
      const { rows } = await test.db.pool.query<{ number: string; at: Date }>(
        `select tracking_number as number, occurred_at as at from scan_events where carrier = $1 order by occurred_at`,
        [carrier],
      );
      const got = new Map<string, number[]>();
      for (const { number, at } of rows) got.set(number, [...(got.get(number) ?? []), at.getTime()]);
      for (const [number, scans] of burst.expected) {
        expect(got.get(number)?.map((ms) => Math.floor(ms / 60_000))).toEqual(
          scans.map(({ occurredAt }) => Math.floor(occurredAt / 60_000)),
        );
      }
    }
    const { rows: wrong } = await test.db.pool.query(
      `select s.id, s.status, last.status as told from shipments s
       cross join lateral (select status from transitions t where t.shipment_id = s.id order by id desc limit 1) last
       where s.status is distinct from last.status`,
    );
    expect(wrong).toEqual([]);
    const { rows: statuses } = await test.db.pool.query(`select distinct status from shipments where store_id = $1`, [
      storeId,
    ]);
    expect(statuses).toEqual([{ status: "delivered" }]);
    const { rows: ordersNow } = await test.db.pool.query(
      `select status, closed_at is not null as closed from orders where store_id = $1`,
      [storeId],
    );
    expect(ordersNow).toEqual([
      { status: "delivered", closed: true },
      { status: "delivered", closed: true },
    ]);
    const { rows: jobs } = await test.db.pool.query(`select count(*)::int as n from graphile_worker._private_jobs`);
    expect(jobs[0]).toEqual({ n: 2 });
    expect(await normalizeBatch(normalizer.options)).toBe(0);
  });

  it("parks a body nobody can read, with its reason, and lets its neighbours through", async () => {
    const { connections } = await addStore(test.db, `Park ${kind}`);
    const burst = buildBurst({
      carrier: "fedex",
      pushes: 6,
      parcels: 2,
      seed: 99,
      secret,
      endAt: Date.now(),
      firstSerial: 5000,
    });
    const intake = intakeFor(test.db);
    for (const { body } of burst.pushes)
      await intake.record({ connectionId: connections.fedex ?? "", source: "push", body });
    await intake.record({
      connectionId: connections.fedex ?? "",
      source: "push",
      body: Buffer.from("<html>maintenance</html>"),
    });
    const normalizer = normalizerFor(test.db);
    await normalizer.drain();
    const { rows } = await test.db.pool.query<{ reason: string }>(`select reason from parked_messages`);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.reason).toMatch(/\w+ .*\./);
    expect(normalizer.results.reduce((sum, result) => sum + result.newScans, 0)).toBe(6);
  });

  it("finds a message that cannot be written by bisection and parks it alone", async () => {
    const { connections } = await addStore(test.db, `Poison ${kind}`);
    const burst = buildBurst({
      carrier: "fedex",
      pushes: 20,
      parcels: 20,
      seed: 5,
      secret,
      endAt: Date.now(),
      firstSerial: 9000,
    });
    const poisoned = burst.pushes[7]?.trackingNumber ?? "";
    await test.db.pool.query(
      `create function refuse_poison() returns trigger language plpgsql as $f$ begin
         if new.tracking_number = '${poisoned}' then raise exception 'poison'; end if; return new; end $f$;
       create trigger poison before insert on scan_events for each row execute function refuse_poison();`,
    );
    const intake = intakeFor(test.db);
    await Promise.all(
      burst.pushes.map(({ body }) => intake.record({ connectionId: connections.fedex ?? "", source: "push", body })),
    );
    const normalizer = normalizerFor(test.db);
    await normalizer.drain();
    await test.db.pool.query(`drop trigger poison on scan_events; drop function refuse_poison()`);
    const { rows } = await test.db.pool.query<{ reason: string }>(
      `select reason from parked_messages where reason like '%poison%'`,
    );
    expect(rows).toHaveLength(1);
    expect(normalizer.results.reduce((sum, result) => sum + result.newScans, 0)).toBe(19);
  });
});
