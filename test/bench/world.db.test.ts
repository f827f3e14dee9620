import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorld } from "../../bench/world/open-world.js";
import { lastEdd } from "../../src/domain/edd.js";
import { foldTimeline } from "../../src/domain/fold.js";
import { groupBy } from "../../src/domain/group-by.js";
import { orderState } from "../../src/domain/order-status.js";
import { readTimelines } from "../../src/orders/read-orders.js";
import { readEddStatements } from "../../src/store/edd-statements.js";
import { readOrderShipments } from "../../src/store/order-states.js";
import { readShipments } from "../../src/store/shipments.js";
import { insertTransitions, readLastTransitions } from "../../src/store/transitions.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";

const NOW = Date.UTC(2026, 10, 20, 15);
const SCANS = 6_000;

let test: TestDatabase;
let indexesBefore: string[];
let orderIds: string[];
beforeAll(async () => {
  test = await createTestDatabase();
  indexesBefore = await readIndexes();
  const world = await openWorld(test, { seed: 5, nowMs: NOW, days: 60, dueShare: 0.2, bare: false });
  await world.grow(SCANS / 2, "scans");
  await world.grow(SCANS / 2, "scans");
  const { rows } = await test.db.pool.query<{ id: string }>(`select id from orders`);
  orderIds = rows.map(({ id }) => id);
});
afterAll(() => test.drop());

/** Those of partitions, which depend on the months, left out. */
async function readIndexes(): Promise<string[]> {
  const { rows } = await test.db.pool.query<{ index: string }>(
    `select indexdef as index from pg_indexes where schemaname = 'public' and tablename !~ '_[0-9]{4}_[0-9]{2}$' order by 1`,
  );
  return rows.map(({ index }) => index);
}

it("has about as many scans as were asked for, twelve of them a parcel", async () => {
  const { rows } = await test.db.pool.query<{ scans: number; parcels: number; statuses: number; months: number }>(
    `select count(*) as scans, count(distinct shipment_id) as parcels,
       count(distinct sub_status) as statuses, count(distinct tableoid) as months from scan_events`,
  );
  const { scans, parcels, statuses, months } = rows[0] ?? { scans: 0, parcels: 1, statuses: 0, months: 0 };
  expect(scans / SCANS).toBeGreaterThan(0.9);
  expect(scans / SCANS).toBeLessThan(1.1);
  expect(scans / parcels).toBeGreaterThan(11);
  expect(scans / parcels).toBeLessThan(13);
  expect(statuses).toBeGreaterThan(9);
  expect(months).toBe(3);
});

it("keeps every foreign key, although none was checked while it was written", async () => {
  const { rows } = await test.db.pool.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  expect(rows.length).toBeGreaterThan(15);
  // Made anew, a constraint is checked against every row.
  for (const { table, name, definition } of rows)
    await test.db.pool.query(`alter table ${table} drop constraint ${name}, add constraint ${name} ${definition}`);
});

it("leaves the schema as the migrations made it, and the log's numbers go on", async () => {
  expect(await readIndexes()).toEqual(indexesBefore);
  const { rows } = await test.db.pool.query<{ id: string }>(`select id from shipments limit 1`);
  const transition = {
    status: "exception",
    subStatus: "lost",
    cause: "x",
    occurredAt: null,
    announced: false,
  } as const;
  await test.db.transaction(async (tx) => {
    await insertTransitions(tx, [{ ...transition, shipmentId: rows[0]?.id ?? "", learnedAt: new Date() }]);
    await tx.query(`delete from transitions where cause = 'x'`);
  });
});

it("shows every parcel as the fold of its scans, and told of it last", async () => {
  const { pool } = test.db;
  const shipments = await readShipments(pool, orderIds);
  const ids = shipments.map(({ id }) => id);
  const timelines = await readTimelines(pool, shipments);
  const statements = groupBy(await readEddStatements(pool, ids), ({ shipmentId }) => shipmentId);
  const told = new Map((await readLastTransitions(pool, ids)).map((last) => [last.shipmentId, last]));
  expect(shipments.length).toBeGreaterThan(400);
  for (const shipment of shipments) {
    const fold = foldTimeline(timelines.get(shipment.id) ?? [], { destination: shipment.destination });
    const edd = lastEdd(statements.get(shipment.id) ?? [], fold?.status ?? null);
    const { status, subStatus, statusSince, eddFrom } = shipment;
    expect({ status, subStatus, statusSince, eddFrom }).toEqual({
      status: fold?.status ?? null,
      subStatus: fold?.subStatus ?? null,
      statusSince: fold === null ? null : new Date(fold.entry.occurredAt ?? 0),
      eddFrom: edd?.claim.from ?? null,
    });
    expect(told.get(shipment.id)?.status).toBe(fold?.status);
  }
  const statusesOf = groupBy(await readOrderShipments(pool, orderIds), ({ orderId }) => orderId);
  const { rows } = await pool.query<{ id: string; status: string; closed: boolean }>(
    `select id, status, closed_at is not null as closed from orders`,
  );
  for (const { id, status, closed } of rows) {
    const state = orderState(statusesOf.get(id) ?? []);
    expect({ status, closed }).toEqual({ status: state.status, closed: state.closed });
  }
});
