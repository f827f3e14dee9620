import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { takeOrderOf } from "../../test/support/orders.js";
import { upsSays } from "../../test/support/replay.js";
import { addStore, intakeFor, normalizerFor, type StoreFixture } from "../../test/support/store-fixture.js";
import { LeadLostError, takeLease } from "./leases.js";
import { ensurePartitions, firstOfMonth, listPartitions } from "./partitions.js";
import { expireBatch, type RetentionPeriods } from "./retention.js";

const LEASE = { name: "upkeep", holder: "w1", seconds: 3600 };
const PERIODS: RetentionPeriods = {
  bodies: 90,
  quietPolls: 7,
  parked: 180,
  personalData: 180,
  timelines: 400,
  orders: 730,
  messageTexts: 90,
  messageLog: 200,
  auditLog: 730,
  codeSightings: 365,
};
const DAY_MS = 86_400_000;

let database: TestDatabase;
let store: StoreFixture;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await addStore(database.db);
  await takeLease(database.db.pool, LEASE);
});
afterEach(async () => {
  const { pool } = database.db;
  await pool.query(
    "truncate orders, customers, shipments, scan_events, messages, carrier_messages, carrier_message_queue, parked_messages, audit_log, carrier_code_sightings, idempotency_keys, retention_marks cascade",
  );
  await ensurePartitions(database.db, Date.now());
});
afterAll(() => database.drop());

/** Works until nothing is left to do, so many days from now. Returns what went, by step. */
async function expireIn(days: number, periods: Partial<RetentionPeriods> = {}) {
  const total: Record<string, number> = {};
  for (let round = 0; round < 20; round++) {
    const options = { periods: { ...PERIODS, ...periods }, nowMs: Date.now() + days * DAY_MS };
    const expired = Object.entries(await expireBatch(database.db, LEASE, options));
    if (expired.length === 0) return total;
    for (const [step, count] of expired) total[step] = (total[step] ?? 0) + count;
  }
  throw new Error("It never comes to an end.");
}

/** An order with one delivered parcel. */
async function deliveredOrder() {
  serial += 1;
  const trackingNumber = `1Z999AA1${String(serial).padStart(10, "0")}`;
  const id = await takeOrderOf(database.db, store.storeId, {
    number: `R-${serial}`,
    customer: { name: "Ada Example", email: `ada${serial}@example.com`, phone: "+12025550100" },
    destination: {
      name: "Ada Example",
      lines: ["1 Main St"],
      city: "Denver",
      region: "CO",
      postalCode: "80202",
      country: "US",
    },
    lineItems: [{ title: "Shirt", quantity: 1 }],
    shipments: [{ carrier: "ups", trackingNumber }],
  });
  await push(
    upsSays({ trackingNumber, type: "I", code: "DP", minute: 1 }),
    upsSays({ trackingNumber, type: "D", code: "FS", minute: 20 }),
  );
  return { id, trackingNumber };
}

async function push(...bodies: Buffer[]) {
  const intake = intakeFor(database.db);
  for (const body of bodies) await intake.record({ connectionId: store.connections.ups ?? "", source: "push", body });
  await normalizerFor(database.db).drain();
}

async function count(table: string, where = "true"): Promise<number> {
  const { rows } = await database.db.pool.query<{ n: number }>(
    `select count(*)::int as n from ${table} where ${where}`,
  );
  return rows[0]?.n ?? -1;
}

async function addMessage(orderId: string) {
  await database.db.pool.query(
    `insert into messages (id, store_id, order_id, cause, channel, status, sub_status, state, recipient, subject, body_text, body_html, gateway_id, reason)
     values ('msg_1', $1, $2, 'confirmed', 'email', 'order_confirmed', 'confirmed', 'failed', 'ada@example.com', 'Hello', 'text', 'html', 'g', 'ada@example.com is unknown')`,
    [store.storeId, orderId],
  );
  await database.db.pool.query(
    `insert into message_events (message_id, kind, detail) values ('msg_1', 'refused', 'ada@example.com is unknown')`,
  );
}

test("nothing goes before its time", async () => {
  await deliveredOrder();
  const { scanMonths, ...rows } = await expireIn(6);
  expect(rows).toEqual({});
  // Late in a month the one before it, which is empty, may go.
  expect(scanMonths ?? 0).toBeLessThanOrEqual(1);
  expect([await count("shipments"), await count("scan_events"), await count("carrier_messages")]).toEqual([1, 2, 2]);
});

test("a customer and an address go after half a year, country and timeline stay", async () => {
  const { id } = await deliveredOrder();
  await database.db.pool.query(`update shipments set proof = '{"receivedBy":"ADA"}'`);
  expect(await expireIn(181, { bodies: 9000 })).toMatchObject({ anonymisedOrders: 1, customers: 1 });
  const { rows } = await database.db.pool.query(`select customer_id, destination, status from orders where id = $1`, [
    id,
  ]);
  expect(rows).toEqual([
    {
      customer_id: null,
      status: "delivered",
      destination: { name: null, lines: [], city: null, postalCode: null, region: "CO", country: "US" },
    },
  ]);
  expect(await count("shipments", "proof is null and destination->>'city' is null")).toBe(1);
  expect(await count("scan_events")).toBe(2);
});

test("what a carrier says of a person after that goes too", async () => {
  const { trackingNumber } = await deliveredOrder();
  const later = { bodies: 9000, messageTexts: 9000 };
  expect(await expireIn(181, later)).toMatchObject({ anonymisedOrders: 1 });
  await push(upsSays({ trackingNumber, type: "D", code: "F4", minute: 25 }));
  await database.db.pool.query(`update shipments set proof = '{"receivedBy":"ADA"}'`);
  expect(await expireIn(181, later)).toMatchObject({ anonymisedOrders: 1 });
  expect(await count("shipments", "proof is null")).toBe(1);
  expect(await expireIn(181, later)).toEqual({});
});

test("a customer stays as long as one of its orders does", async () => {
  const { id } = await deliveredOrder();
  await takeOrderOf(database.db, store.storeId, { number: "R-again", customer: { email: `ada${serial}@example.com` } });
  await database.db.pool.query(
    `update orders set created_at = now() - interval '300 days', closed_at = now() - interval '200 days' where id = $1`,
    [id],
  );
  expect(await expireIn(0)).toEqual({ anonymisedOrders: 1 });
  expect(await count("customers")).toBe(1);
});

test("an order that never ended counts from the last thing that happened to it", async () => {
  await takeOrderOf(database.db, store.storeId, { number: "R-open", customer: { email: "open@example.com" } });
  await database.db.pool.query(`update orders set created_at = now() - interval '300 days'`);
  expect(await expireIn(0)).toEqual({});
  await database.db.pool.query(`update orders set updated_at = now() - interval '181 days'`);
  expect(await expireIn(0)).toEqual({ anonymisedOrders: 1, customers: 1 });
});

test("parcels go with their scans after their period, the log of messages stays; the order with everything at its end", async () => {
  const { id, trackingNumber } = await deliveredOrder();
  await addMessage(id);
  await database.db.pool.query(
    `update messages set shipment_id = (select id from shipments), transition_id = (select max(id) from transitions)`,
  );
  const young = await deliveredOrder();
  await database.db.pool.query(
    `update orders set created_at = now() + interval '10 years', closed_at = now() + interval '10 years' where id = $1`,
    [young.id],
  );
  expect(await expireIn(431, { messageLog: 9000 })).toMatchObject({ timelines: 1 });
  expect(await count("shipments", `tracking_number = '${trackingNumber}'`)).toBe(0);
  expect(await count("scan_events", `tracking_number = '${trackingNumber}'`)).toBe(0);
  expect(await count("messages", "recipient is not null and shipment_id is null and transition_id is null")).toBe(1);
  expect(await count("orders")).toBe(2);
  expect(await expireIn(731)).toMatchObject({ orders: 1 });
  expect([
    await count("orders"),
    await count("line_items"),
    await count("messages"),
    await count("message_events"),
  ]).toEqual([1, 1, 0, 0]);
  expect(await count("graphile_worker._private_jobs", `key = 'notify:${id}'`)).toBe(0);
  expect(await count("graphile_worker._private_jobs", `key = 'notify:${young.id}'`)).toBe(1);
  expect(await count("scan_events")).toBe(2);
});

test("a message loses its text first, then whom it went to; that its news was told stays known", async () => {
  const { id } = await deliveredOrder();
  await addMessage(id);
  expect(await expireIn(91, { bodies: 9000 })).toMatchObject({ messageTexts: 1 });
  expect(await count("messages", "body_text is null and body_html is null and recipient is not null")).toBe(1);
  expect(await expireIn(201, { bodies: 9000, personalData: 9000 })).toEqual({ messageLog: 1 });
  expect(
    await count(
      "messages",
      "recipient is null and subject is null and gateway_id is null and reason is null and state = 'failed'",
    ),
  ).toBe(1);
  expect(await count("message_events")).toBe(0);
});

test("months of raw bodies are dropped whole, but not while something of them waits or is parked", async () => {
  await deliveredOrder();
  const months = async () => (await listPartitions(database.db.pool, "carrier_messages")).map(({ month }) => month);
  const thisMonth = firstOfMonth(Date.now());
  await database.db.pool.query(`insert into carrier_message_queue (message_id, received_month) values ('m', $1)`, [
    thisMonth,
  ]);
  await expireIn(130, { personalData: 9000 });
  expect(await months()).toContain(thisMonth);
  expect(await months()).not.toContain(firstOfMonth(Date.now(), -1));
  await database.db.pool.query(`delete from carrier_message_queue`);
  await database.db.pool.query(
    `insert into parked_messages (message_id, received_month, connection_id, reason) select id, received_month, connection_id, 'r' from carrier_messages limit 1`,
  );
  await expireIn(130, { personalData: 9000 });
  expect(await months()).toContain(thisMonth);
  expect(await expireIn(181, { personalData: 9000 })).toMatchObject({ parked: 1, bodyMonths: expect.any(Number) });
  expect(await months()).not.toContain(thisMonth);
  expect(await count("scan_events")).toBe(2);
});

test("months of scans are dropped once no parcel of them, or of earlier ones, is left", async () => {
  const old = firstOfMonth(Date.now(), -5);
  const older = firstOfMonth(Date.now(), -6);
  await ensurePartitions(database.db, Date.parse(old), 0);
  const months = async () => (await listPartitions(database.db.pool, "scan_events")).map(({ month }) => month);
  const { id } = await deliveredOrder();
  await database.db.pool.query(`update shipments set shipment_month = $1`, [old]);
  await expireIn(0);
  expect(await months()).toContain(old);
  expect(await months()).not.toContain(older);
  await database.db.pool.query(`update shipments set shipment_month = $2 where order_id = $1`, [
    id,
    firstOfMonth(Date.now()),
  ]);
  await expireIn(0);
  expect(await months()).not.toContain(old);
});

test("of answers to polls, only those are kept beyond a week that brought a scan, a date or a notice", async () => {
  const { trackingNumber } = await deliveredOrder();
  const ids = ["msg_1scan", "msg_2date", "msg_3notice", "msg_4quiet", "msg_5waits", "msg_6parked"];
  const at = (n: number) => new Date(Date.parse("2026-01-01T00:00:00Z") + n);
  const month = firstOfMonth(Date.now());
  for (const [n, id] of ids.entries()) {
    await database.db.pool.query(
      `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, asked_numbers, received_at)
       values ($1, $2, $3, 'poll', $4, 'b', $5, $6)`,
      [id, month, store.connections.ups, Buffer.from(id), [trackingNumber], at(n)],
    );
  }
  const { pool } = database.db;
  await pool.query(`update scan_events set message_id = 'msg_1scan' where carrier_code like '%DP%'`);
  await pool.query(
    `insert into edd_statements (shipment_id, source, from_date, to_date, received_at) select id, 'carrier', '2026-01-05', '2026-01-05', $1 from shipments`,
    [at(1)],
  );
  await pool.query(`update shipments set notice_at = $1, notice_kind = 'not_found'`, [at(2)]);
  await pool.query(`insert into carrier_message_queue (message_id, received_month) values ('msg_5waits', $1)`, [month]);
  await pool.query(
    `insert into parked_messages (message_id, received_month, connection_id, reason) values ('msg_6parked', $1, 'c', 'r')`,
    [month],
  );
  expect(await expireIn(0)).toEqual({ quietPolls: 6 });
  const { rows } = await pool.query<{ id: string }>(
    `select id from carrier_messages where source = 'poll' order by id`,
  );
  expect(rows.map(({ id }) => id)).toEqual(ids.filter((id) => id !== "msg_4quiet"));
  // What was looked at is not looked at again.
  await pool.query(`delete from edd_statements`);
  expect(await expireIn(0)).toEqual({});
});

test("an answer to a poll that is younger than a week is not even looked at", async () => {
  const month = firstOfMonth(Date.now());
  for (const [id, days] of [
    ["msg_1", 8],
    ["msg_2", 6],
    ["msg_3", 5],
  ] as const) {
    await database.db.pool.query(
      `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, asked_numbers, received_at)
       values ($1, $2, $3, 'poll', $4, 'b', '{N}', now() - make_interval(days => $5))`,
      [id, month, store.connections.ups, Buffer.from(id), days],
    );
  }
  expect(await expireIn(0)).toEqual({ quietPolls: 1 });
  expect(await expireIn(1.5)).toEqual({ quietPolls: 1 });
  expect(await count("carrier_messages")).toBe(1);
});

test("audit log, unknown codes, answered requests and stray customers go in their time", async () => {
  const { pool } = database.db;
  await pool.query(
    `insert into audit_log (actor, action, subject, at) values ('a', 'b', 'c', now() - interval '731 days'), ('a', 'b', 'd', now())`,
  );
  await pool.query(
    `insert into carrier_code_sightings (carrier, code, seen, example_text, example_message_id, last_seen_at)
     values ('ups', 'old', 1, '', 'm', now() - interval '366 days'), ('ups', 'new', 1, '', 'm', now())`,
  );
  await pool.query(
    `insert into idempotency_keys (store_id, key, request_hash, created_at) values ($1, 'old', '', now() - interval '25 hours'), ($1, 'new', '', now())`,
    [store.storeId],
  );
  await pool.query(
    `insert into customers (id, store_id, customer_key, email, created_at) values ('cus_old', $1, 'a', 'a@example.com', now() - interval '2 days'), ('cus_new', $1, 'b', 'b@example.com', now())`,
    [store.storeId],
  );
  expect(await expireIn(0)).toEqual({ auditLog: 1, codeSightings: 1, idempotencyKeys: 1, strayCustomers: 1 });
  expect([
    await count("audit_log"),
    await count("carrier_code_sightings"),
    await count("idempotency_keys"),
    await count("customers"),
  ]).toEqual([1, 1, 1, 1]);
});

test("a process that has not got the lease deletes nothing", async () => {
  await deliveredOrder();
  const options = { periods: PERIODS, nowMs: Date.now() + 9000 * DAY_MS };
  await expect(expireBatch(database.db, { ...LEASE, holder: "w2" }, options)).rejects.toThrow(LeadLostError);
  expect(await count("orders")).toBe(1);
});
