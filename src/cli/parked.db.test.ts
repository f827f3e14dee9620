import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { parkMessages } from "../store/parked-messages.js";
import { firstOfMonth } from "../store/partitions.js";
import { insertStore } from "../store/stores.js";
import { registerParked } from "./parked.js";

const BODY = Buffer.concat([Buffer.from('{"half a\u001b[31m body":\n'), Buffer.alloc(6_000, "x")]);
const MONTH = firstOfMonth(Date.now());
let database: TestDatabase;
let parked: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database.db;
  parked = commandRunner(registerParked, testInstallation(database.db));
  await insertStore(pool, { id: "sto_1", name: "Northwind", brand: {}, language: "en", timeZone: "UTC" });
  await pool.query(
    `insert into connections (id, store_id, family, connector, label, credentials_sealed)
     values ('con_1', 'sto_1', 'carrier', 'ups', 'UPS', '')`,
  );
  for (const id of ["msg_1", "msg_2", "msg_3"]) {
    await pool.query(
      `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, received_at)
       values ($1, $2, 'con_1', 'push', $3, $4, now())`,
      [id, MONTH, Buffer.from(id), BODY],
    );
    await parkMessages(pool, [
      { messageId: id, receivedMonth: MONTH, connectionId: "con_1", reason: "It ends too soon." },
    ]);
  }
});
afterAll(() => database.drop());

test("parked messages are listed with their reason", async () => {
  const listed = await parked(["parked", "list", "--json"]);
  expect(listed.json()).toHaveLength(3);
  expect(listed.json()).toContainEqual(
    expect.objectContaining({ messageId: "msg_2", connector: "ups", source: "push", reason: "It ends too soon." }),
  );
  expect((await parked(["parked", "list", "--limit", "1"])).printed).toHaveLength(2);
  expect((await parked(["parked", "list", "--limit", "0"])).failed).toEqual([
    expect.stringMatching(/whole number from 1/),
  ]);
});

test("a body is shown in part and without control characters, and given whole with --raw", async () => {
  const { printed } = await parked(["parked", "show", "msg_1"]);
  const text = printed.join("\n");
  expect(text).toContain("reason: It ends too soon.");
  expect(text).toContain('{"half a [31m body":');
  expect(text.length).toBeLessThan(4_500);
  expect(printed.at(-1)).toMatch(/first 4000 bytes.*--raw/);
  const raw = await parked(["parked", "show", "msg_1", "--raw"]);
  expect(raw.written.equals(BODY)).toBe(true);
  expect(raw.printed).toEqual([]);
});

test("retried messages wait for the normaliser again, the named ones or all", async () => {
  expect((await parked(["parked", "retry", "msg_1", "--json"])).json()).toEqual({ retried: 1 });
  expect(await waiting()).toEqual(["msg_1"]);
  expect((await parked(["parked", "retry", "--all"])).printed).toEqual(["2 put back into the queue."]);
  expect(await waiting()).toEqual(["msg_1", "msg_2", "msg_3"]);
  expect((await parked(["parked", "list"])).printed).toEqual(["Nothing is parked."]);
});

test("retrying nothing, everything and something at once, or what is not parked is refused", async () => {
  expect((await parked(["parked", "retry"])).failed).toEqual([expect.stringMatching(/or say --all/)]);
  expect((await parked(["parked", "retry", "msg_1", "--all"])).failed).toEqual([expect.stringMatching(/or say --all/)]);
  expect((await parked(["parked", "retry", "msg_9"])).failed).toEqual([expect.stringMatching(/waybill parked list/)]);
  expect((await parked(["parked", "show", "msg_9"])).failed).toEqual([expect.stringMatching(/waybill parked list/)]);
});

async function waiting(): Promise<string[]> {
  const { rows } = await database.db.pool.query<{ id: string }>(
    `select message_id as id from carrier_message_queue order by message_id`,
  );
  return rows.map(({ id }) => id);
}
