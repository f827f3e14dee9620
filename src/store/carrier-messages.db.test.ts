import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, newId } from "../../test/support/store-fixture.js";
import {
  leaseCarrierMessages,
  MESSAGES_QUEUED,
  type NewCarrierMessage,
  storeCarrierMessages,
} from "./carrier-messages.js";
import { firstOfMonth } from "./partitions.js";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function messageOf(body: Buffer, overrides: Partial<NewCarrierMessage> = {}): NewCarrierMessage {
  const receivedAt = new Date();
  return {
    id: newId("msg"),
    receivedMonth: firstOfMonth(receivedAt.getTime()),
    connectionId: "con_1",
    source: "push",
    bodyHash: createHash("sha256").update(body).digest(),
    body,
    askedNumbers: null,
    receivedAt,
    ...overrides,
  };
}

test("a batch of bodies of every length is kept byte for byte, each with what belongs to it", async () => {
  const bodies = [
    randomBytes(1),
    randomBytes(3_000),
    Buffer.from("{}"),
    randomBytes(40_000),
    Buffer.from([0, 0xff, 0x5c]),
  ];
  const messages = bodies.map((body, index) =>
    index % 2 === 0
      ? messageOf(body)
      : messageOf(body, {
          connectionId: "con_2",
          source: "poll",
          askedNumbers: JSON.stringify(["1Z", `"{,}\\${index}`]),
        }),
  );
  const { pool } = database.db;
  expect(await storeCarrierMessages(pool, messages)).toEqual(new Set(messages.map(({ id }) => id)));
  const { rows } = await pool.query(
    `select m.id, m.received_month as "receivedMonth", connection_id as "connectionId", source, body_hash as "bodyHash", body,
       to_jsonb(asked_numbers) as asked, received_at as "receivedAt"
     from carrier_messages m join carrier_message_queue q on q.message_id = m.id and q.received_month = m.received_month
     where m.id = any($1::text[]) order by m.id`,
    [messages.map(({ id }) => id)],
  );
  const expected = messages.map(({ askedNumbers, ...kept }) => ({
    ...kept,
    asked: askedNumbers === null ? null : JSON.parse(askedNumbers),
  }));
  expect(rows).toEqual(expected);
});

test("what is known already, or twice in one batch, is neither kept nor queued again", async () => {
  const { pool } = database.db;
  const [known, twice, other] = ["known", "twice", "other"].map((text) => messageOf(Buffer.from(text)));
  if (known === undefined || twice === undefined || other === undefined) throw new Error("There are three.");
  await storeCarrierMessages(pool, [known]);
  const again = [{ ...known, id: newId("msg") }, twice, { ...twice, id: newId("msg") }, other];
  expect(await storeCarrierMessages(pool, again)).toEqual(new Set([twice.id, other.id]));
  const { rows } = await pool.query(`select message_id from carrier_message_queue where message_id = any($1::text[])`, [
    again.map(({ id }) => id),
  ]);
  expect(rows).toHaveLength(2);
});

test("normalisers are called once for a batch, and not for one that brought nothing", async () => {
  const { pool } = database.db;
  const client = await pool.connect();
  try {
    const calls: string[] = [];
    client.on("notification", ({ channel }) => calls.push(channel));
    await client.query(`listen ${MESSAGES_QUEUED}`);
    const batch = ["a", "b", "c"].map((text) => messageOf(Buffer.from(text)));
    await storeCarrierMessages(pool, batch);
    await storeCarrierMessages(
      pool,
      batch.map((message) => ({ ...message, id: newId("msg") })),
    );
    await pool.query(`select pg_notify('${MESSAGES_QUEUED}', 'the end')`);
    // What was sent before is delivered before: the last one's arrival shows that there are no more.
    await expect.poll(async () => (await client.query("select 1"), calls.length), { timeout: 10_000 }).toBe(2);
    await client.query(`unlisten ${MESSAGES_QUEUED}`);
  } finally {
    client.release(true);
  }
});

test("a lease takes the oldest bodies up to its bytes, and always one", async () => {
  const { pool } = database.db;
  await pool.query(`delete from carrier_message_queue`);
  const { connections } = await addStore(database.db);
  const connectionId = connections["ups"] ?? "";
  const mebibytes = [40, 10, 10, 10, 10, 0];
  const messages = mebibytes.map((size, index) =>
    messageOf(Buffer.concat([Buffer.alloc(size * 1024 * 1024), Buffer.from(String(index))]), { connectionId }),
  );
  for (const message of messages) await storeCarrierMessages(pool, [message]);
  const ids = messages.map(({ id }) => id);
  const leaseNext = async (lease: string) =>
    (await leaseCarrierMessages(pool, lease, { batchSize: 100, leaseSeconds: 60 })).map(({ id }) => id);
  expect(await leaseNext("first")).toEqual(ids.slice(0, 1));
  expect(await leaseNext("second")).toEqual(ids.slice(1, 4));
  expect(await leaseNext("third")).toEqual(ids.slice(4));
  expect(await leaseNext("fourth")).toEqual([]);
});
