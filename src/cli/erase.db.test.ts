import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { takeOrderOf } from "../../test/support/orders.js";
import { upsSays } from "../../test/support/replay.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { addStore, intakeFor, normalizerFor, type StoreFixture } from "../../test/support/store-fixture.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { answerIdempotencyKey, claimIdempotencyKey } from "../store/idempotency.js";
import { insertShortLink } from "../store/short-links.js";
import { registerErase } from "./erase.js";

let database: TestDatabase;
let store: StoreFixture;
let erase: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await addStore(database.db, "Northwind");
  erase = commandRunner(registerErase, testInstallation(database.db));
});
afterAll(() => database.drop());

let serial = 0;

/** What must not be found anywhere afterwards. */
interface Person {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly street: string;
}

function person(): Person {
  serial += 1;
  const name = `Wilhelmina${serial}`;
  return {
    name,
    email: `${name}@Example.com`,
    phone: `+1202555${1000 + serial}`,
    street: `${serial} Unmistakable Lane`,
  };
}

/** An order with a delivered parcel, a message, links, a job, answers of the API, a parked body and an unknown code. */
async function order(of: Person) {
  serial += 1;
  const trackingNumber = `1Z999AA1${String(serial).padStart(10, "0")}`;
  const orderId = await takeOrderOf(database.db, store.storeId, {
    number: `E-${serial}`,
    customer: { name: of.name, email: of.email, phone: of.phone },
    destination: { name: of.name, lines: [of.street], city: "Denver", country: "US" },
    lineItems: [{ title: `Shirt for ${of.name}`, quantity: 1 }],
    shipments: [{ carrier: "ups", trackingNumber, items: [{ position: 0, quantity: 1 }] }],
  });
  await push(
    upsSays({ trackingNumber, type: "I", code: "DP", minute: 1, text: `FOR ${of.name}`, edd: "20300101" }),
    upsSays({ trackingNumber, type: "I", code: "QQ", minute: 2, text: `UNHEARD OF ${of.name}` }),
    upsSays({ trackingNumber, type: "D", code: "FS", minute: 20 }),
  );
  const { pool } = database.db;
  const { rows } = await pool.query<{ id: string }>(`select id from shipments where order_id = $1`, [orderId]);
  const shipmentId = rows[0]?.id ?? "";
  await pool.query(`update shipments set proof = jsonb_build_object('receivedBy', $2::text) where id = $1`, [
    shipmentId,
    of.name,
  ]);
  await pool.query(
    `insert into messages (id, store_id, order_id, shipment_id, transition_id, cause, channel, status, sub_status, state, recipient, subject, body_text, body_html)
     select 'msg_' || $1, $2, $1, $3, max(id), 'transition:1', 'email', 'delivered', 'delivered', 'sent', $4::text, 'For ' || $4, $5, $5
     from transitions where shipment_id = $3`,
    [orderId, store.storeId, shipmentId, of.email, `Dear ${of.name}, ${trackingNumber}`],
  );
  await pool.query(`insert into message_events (message_id, kind, detail) values ('msg_' || $1, 'accepted', $2)`, [
    orderId,
    of.email,
  ]);
  await insertShortLink(pool, hashSecret(orderId), orderId);
  await database.db.transaction(async (tx) => {
    const key = { storeId: store.storeId, key: orderId, requestHash: Buffer.alloc(32) };
    await claimIdempotencyKey(tx, key);
    await answerIdempotencyKey(tx, store.storeId, orderId, 201, { id: orderId, customer: of });
  });
  return { orderId, number: `E-${serial}`, trackingNumber, shipmentId };
}

async function push(...bodies: Buffer[]) {
  await intake(...bodies);
  await normalizerFor(database.db).drain();
}

async function intake(...bodies: Buffer[]) {
  const door = intakeFor(database.db);
  for (const body of bodies) await door.record({ connectionId: store.connections.ups ?? "", source: "push", body });
}

/** The tables in which a text is found, in any column, as text or as bytes, in whichever case. Every table of the database is searched. */
async function tablesWith(needle: string): Promise<string[]> {
  const { pool } = database.db;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') order by 1`,
  );
  expect(tables.length).toBeGreaterThan(30);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await pool.query(
      `select from ${name} as t where position(lower($1) in lower(t::text)) > 0
         or position(encode(convert_to($1, 'UTF8'), 'hex') in t::text) > 0 limit 1`,
      [needle],
    );
    if (rowCount === 1) found.push(name);
  }
  return found;
}

async function count(table: string, where = "true"): Promise<number> {
  const { rows } = await database.db.pool.query<{ n: number }>(
    `select count(*)::int as n from ${table} where ${where}`,
  );
  return rows[0]?.n ?? -1;
}

test("of an erased order no table holds name, address, phone, e-mail or number; other orders keep all of theirs", async () => {
  const [ada, eve] = [person(), person()];
  const mine = await order(ada);
  const others = await order(eve);
  const needles = [...Object.values(ada), mine.trackingNumber, mine.number];
  for (const needle of needles) expect((await tablesWith(needle)).length, needle).toBeGreaterThan(0);
  const before = await tablesWith(others.trackingNumber);

  const { json, failed } = await erase(["erase", "order", mine.number, "--yes", "--json"]);
  expect(failed).toEqual([]);
  expect(json()).toEqual({ erased: true, orders: 1, customers: 1, shipments: 1, scans: 3, messages: 1, bodies: 3 });
  for (const needle of [...needles, mine.shipmentId]) expect(await tablesWith(needle), needle).toEqual([]);
  // Its id, which says nothing of anybody, is in the audit log and nowhere else.
  expect(await tablesWith(mine.orderId)).toEqual(["audit_log"]);
  expect(await tablesWith(others.trackingNumber)).toEqual(before);
  expect(await tablesWith(eve.street)).toContain("orders");
});

test("without --yes nothing is erased; a dry run counts what would be", async () => {
  const of = person();
  const { number, trackingNumber } = await order(of);
  const counts = { orders: 1, customers: 1, shipments: 1, scans: 3, messages: 1, bodies: 3 };
  const asked = await erase(["erase", "order", number, "--json"]);
  expect(asked.json()).toEqual({ erased: false, ...counts });
  expect(asked.failed).toEqual([expect.stringMatching(/^Nothing was erased\. Say --yes/)]);
  const dry = await erase(["erase", "order", number, "--dry-run", "--yes"]);
  expect(dry.failed).toEqual([]);
  expect(dry.printed).toEqual([
    "To be erased: 1 orders, 1 customers, 1 parcels, 3 scans, 1 messages and 3 raw bodies.",
  ]);
  expect(await tablesWith(trackingNumber)).toContain("shipments");
  await erase(["erase", "order", number, "--yes"]);
  expect(await tablesWith(of.email)).toEqual([]);
});

test("erasing one of several orders leaves the customer; erasing the customer by e-mail takes all, in whichever case it is written", async () => {
  const of = person();
  const [first, second, third] = [await order(of), await order(of), await order(of)];
  expect((await erase(["erase", "order", first.orderId, "--yes", "--json"])).json()).toMatchObject({
    orders: 1,
    customers: 0,
  });
  expect(await tablesWith(of.email)).toContain("customers");
  expect((await erase(["erase", "customer", of.email.toUpperCase(), "--dry-run", "--json"])).json()).toMatchObject({
    erased: false,
    orders: 2,
    customers: 1,
  });
  expect((await erase(["erase", "customer", of.email.toLowerCase(), "--yes", "--json"])).json()).toMatchObject({
    erased: true,
    orders: 2,
    customers: 1,
    bodies: 6,
  });
  for (const needle of [...Object.values(of), second.trackingNumber, third.trackingNumber])
    expect(await tablesWith(needle), needle).toEqual([]);
  const { rows } = await database.db.pool.query(
    `select actor, action, subject, detail from audit_log order by id desc limit 1`,
  );
  expect(rows).toEqual([
    { actor: "cli:test", action: "customer.erased", subject: expect.stringMatching(/^cus_/), detail: { orders: 2 } },
  ]);
  expect((await erase(["erase", "customer", of.email])).failed).toEqual([
    expect.stringMatching(/^No customer has that/),
  ]);
});

test("the log of messages to an address is cleared where an anonymised order no longer names the customer", async () => {
  const of = person();
  const anonymised = await order(of);
  await order(of);
  await database.db.pool.query(`update orders set customer_id = null, destination = null where id = $1`, [
    anonymised.orderId,
  ]);
  await database.db.pool.query(`update line_items set title = 'Shirt' where order_id = $1`, [anonymised.orderId]);
  expect((await erase(["erase", "customer", of.email, "--yes", "--json"])).json()).toMatchObject({
    orders: 1,
    messages: 2,
  });
  // An answer of the API lives a day, and an order loses its customer after months.
  expect(await tablesWith(of.email)).toEqual(["idempotency_keys"]);
});

test("bodies go whole, waiting and parked ones too, and those that speak of several numbers; the others keep their scans", async () => {
  const [mine, other] = [await order(person()), await order(person())];
  const { pool } = database.db;
  // One body that gave scans of both parcels: the other's scan points at a body which is mine.
  await pool.query(
    `update scan_events set message_id = m.id, message_month = m.received_month
     from (select id, received_month from carrier_messages where position($1::bytea in body) > 0 limit 1) m where shipment_id = $2`,
    [Buffer.from(mine.trackingNumber), other.shipmentId],
  );
  await intake(upsSays({ trackingNumber: mine.trackingNumber, type: "I", code: "AR", minute: 25 }));
  await pool.query(
    `insert into parked_messages (message_id, received_month, connection_id, reason)
     select id, received_month, connection_id, 'unreadable: ' || $2 from carrier_messages where position($1::bytea in body) > 0 order by id limit 1`,
    [Buffer.from(mine.trackingNumber), mine.trackingNumber],
  );
  await intake(Buffer.from(`{"nothing":"of ours","but":"${mine.trackingNumber.toLowerCase()}"}`));
  const { json } = await erase(["erase", "order", mine.orderId, "--yes", "--json"]);
  expect(json()).toMatchObject({ bodies: 5 });
  expect(await tablesWith(mine.trackingNumber)).toEqual([]);
  expect([await count("carrier_message_queue"), await count("parked_messages")]).toEqual([0, 0]);
  expect(await count("scan_events", `shipment_id = '${other.shipmentId}'`)).toBe(3);
});

test("a body that was asked for by number and does not repeat it goes too; another store's body stays", async () => {
  const mine = await order(person());
  const elsewhere = await addStore(database.db, "Southwind");
  const rows = [
    ["msg_asked", store.connections.ups, "{}", `{${mine.trackingNumber}}`],
    ["msg_elsewhere", elsewhere.connections.ups, mine.trackingNumber, null],
  ];
  for (const [id, connection, body, asked] of rows) {
    await database.db.pool.query(
      `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, asked_numbers, received_at)
       values ($1, date_trunc('month', now())::date, $2, 'poll', convert_to($1, 'UTF8'), convert_to($3, 'UTF8'), $4::text[], now())`,
      [id, connection, body, asked],
    );
  }
  expect((await erase(["erase", "order", mine.orderId, "--yes", "--json"])).json()).toMatchObject({ bodies: 4 });
  expect(await count("carrier_messages", "id = 'msg_asked'")).toBe(0);
  expect(await tablesWith(mine.trackingNumber)).toEqual([expect.stringMatching(/^carrier_messages/)]);
  await database.db.pool.query(`delete from carrier_messages where id = 'msg_elsewhere'`);
});

test("a push after the erasure brings back a number and nothing else", async () => {
  const of = person();
  const mine = await order(of);
  await erase(["erase", "order", mine.orderId, "--yes"]);
  await push(upsSays({ trackingNumber: mine.trackingNumber, type: "I", code: "AR", minute: 25 }));
  const { rows } = await database.db.pool.query(
    `select order_id, next_poll_at from shipments where tracking_number = $1`,
    [mine.trackingNumber],
  );
  expect(rows).toEqual([{ order_id: null, next_poll_at: null }]);
  expect(await count("graphile_worker._private_jobs", `key = 'notify:${mine.orderId}'`)).toBe(0);
  for (const needle of Object.values(of)) expect(await tablesWith(needle), needle).toEqual([]);
});

test("what came in about the order while its bodies were searched is erased with it", async () => {
  const mine = await order(person());
  let pushed = false;
  const { db } = database;
  const meanwhile = {
    ...db,
    transaction: async <Result>(work: Parameters<typeof db.transaction<Result>>[0]) => {
      if (!pushed) {
        pushed = true;
        await push(upsSays({ trackingNumber: mine.trackingNumber, type: "I", code: "AR", minute: 28 }));
      }
      return db.transaction(work);
    },
  };
  const { json } = await commandRunner(
    registerErase,
    testInstallation(meanwhile),
  )(["erase", "order", mine.orderId, "--yes", "--json"]);
  expect(json()).toMatchObject({ bodies: 4, scans: 4 });
  expect(await tablesWith(mine.trackingNumber)).toEqual([]);
});

test("a customer of two stores is erased in the one that is named", async () => {
  const of = person();
  await order(of);
  const elsewhere = await addStore(database.db, "Westwind");
  await takeOrderOf(database.db, elsewhere.storeId, { number: "W-1", customer: { email: of.email } });
  expect((await erase(["erase", "customer", of.email, "--yes"])).failed).toEqual([expect.stringMatching(/--store/)]);
  expect((await erase(["erase", "customer", of.email, "--yes", "--store", "Westwind", "--json"])).json()).toMatchObject(
    { orders: 1 },
  );
  expect(await count("orders", `store_id = '${elsewhere.storeId}'`)).toBe(0);
  expect(await tablesWith(of.email)).toContain("customers");
});

test("an erasure and normalisers that are at the same parcel get past each other, and nothing of the order is left", async () => {
  for (let round = 0; round < 5; round++) {
    const [mine, other] = [await order(person()), await order(person())];
    const told = [mine, other].flatMap(({ trackingNumber }) =>
      Array.from({ length: 10 }, (_, minute) => upsSays({ trackingNumber, type: "I", code: "ZQ", minute: 3 + minute })),
    );
    await intake(...told);
    const small = { batchSize: 3 };
    const [{ failed }] = await Promise.all([
      erase(["erase", "order", mine.orderId, "--yes"]),
      normalizerFor(database.db, small).drain(),
      normalizerFor(database.db, small).drain(),
    ]);
    expect(failed).toEqual([]);
    // A normaliser whose messages were deleted in its hands gave the rest of its batch back.
    await database.db.pool.query(`update carrier_message_queue set lease = null, leased_until = null`);
    await normalizerFor(database.db).drain();
    expect(await tablesWith(mine.trackingNumber)).toEqual([]);
    expect(await count("scan_events", `shipment_id = '${other.shipmentId}'`)).toBe(13);
  }
});
