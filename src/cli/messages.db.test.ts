import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { insertMessage, type MessageState, moveMessage } from "../store/messages.js";
import { insertStore } from "../store/stores.js";
import { registerMessages } from "./messages.js";

let database: TestDatabase;
let messages: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database.db;
  messages = commandRunner(registerMessages, testInstallation(database.db));
  await insertStore(pool, { id: "sto_1", name: "Northwind", brand: {}, language: "en", timeZone: "UTC" });
  await pool.query(`insert into orders (id, store_id, number, placed_at) values ('ord_1', 'sto_1', '1001', now())`);
});
afterAll(() => database.drop());

/** A message of the order that was sent to somebody and ended in a state. */
async function addMessage(id: string, state: MessageState): Promise<void> {
  const { pool } = database.db;
  await insertMessage(pool, {
    id,
    storeId: "sto_1",
    orderId: "ord_1",
    shipmentId: null,
    cause: `test:${id}`,
    transitionId: null,
    channel: "email",
    status: "order_confirmed",
    subStatus: "confirmed",
    state: "queued",
    reason: null,
    mergedInto: null,
  });
  await pool.query(`update messages set recipient = 'jane@example.com', subject = 'On its way' where id = $1`, [id]);
  const reason = state === "sent" ? null : "mailbox of jane@example.com is full";
  await moveMessage(pool, id, "queued", { state, reason, kind: state });
}

test("the log shows what happened to each message, its recipient masked unless asked for", async () => {
  await addMessage("msg_1", "failed");
  const { json, printed } = await messages(["messages", "1001", "--json"]);
  expect(json()).toMatchObject({
    orderId: "ord_1",
    messages: [
      {
        id: "msg_1",
        state: "failed",
        recipient: "j…@example.com",
        subject: "On its way",
        events: [{ kind: "queued" }, { kind: "failed", detail: "mailbox of j…@example.com is full" }],
      },
    ],
  });
  expect(printed.join("\n")).not.toContain("jane@");
  expect((await messages(["messages", "1001"])).printed.join("\n")).not.toContain("jane@");
  expect((await messages(["messages", "ord_1", "--full"])).printed.join("\n")).toContain(
    "to jane@example.com: On its way",
  );
});

test.each(["failed", "unknown"] as const)(
  "a message that is %s is queued again under its own id, with a job",
  async (state) => {
    const id = `msg_again_${state}`;
    await addMessage(id, state);
    await database.db.pool.query(`select graphile_worker.remove_job('notify:ord_1')`);
    const { printed, failed } = await messages(["messages", "resend", id]);
    expect({ printed, failed }).toEqual({ printed: [`${id} is queued again.`], failed: [] });
    const { rows } = await database.db.pool.query(
      `select m.state, m.reason, (select kind from message_events e where e.message_id = m.id order by e.id desc limit 1) as kind,
       (select count(*) from graphile_worker.jobs where key = 'notify:ord_1') as jobs,
       (select count(*) from audit_log where subject = m.id and action = 'message.resend_requested') as noted
     from messages m where m.id = $1`,
      [id],
    );
    expect(rows).toEqual([{ state: "queued", reason: null, kind: "resend_requested", jobs: 1, noted: 1 }]);
  },
);

test("a message that left, or that does not exist, is not sent again", async () => {
  await addMessage("msg_left", "sent");
  expect((await messages(["messages", "resend", "msg_left"])).failed).toEqual([
    expect.stringMatching(/this one is sent/),
  ]);
  expect((await messages(["messages", "resend", "msg_none"])).failed).toEqual([
    expect.stringMatching(/no message msg_none/),
  ]);
});

test("without an order, what is unknown or failed is listed, of one store or all", async () => {
  await addMessage("msg_lost", "unknown");
  const { messages: log } = (await messages(["messages", "--json"])).json() as {
    messages: { id: string; state: string }[];
  };
  expect(log).toContainEqual(expect.objectContaining({ id: "msg_lost", orderId: "ord_1", state: "unknown" }));
  expect(log.filter(({ state }) => state !== "unknown" && state !== "failed")).toEqual([]);
  await insertStore(database.db.pool, { id: "sto_2", name: "Southwind", brand: {}, language: "en", timeZone: "UTC" });
  expect((await messages(["messages", "--store", "sto_2"])).printed).toEqual(["No message is unknown or failed."]);
});

test("an order without messages says so", async () => {
  await database.db.pool.query(
    `insert into orders (id, store_id, number, placed_at) values ('ord_2', 'sto_1', '1002', now())`,
  );
  expect((await messages(["messages", "1002"])).printed).toEqual(["Order 1002 has no messages."]);
});
