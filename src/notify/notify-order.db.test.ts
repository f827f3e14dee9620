import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { takeOrderOf, voidShipment } from "../../test/support/orders.js";
import { addStore, newId } from "../../test/support/store-fixture.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import type { OutgoingMessage, SendOutcome } from "../connectors/channels/contract.js";
import { type SubStatus, subStatusRow } from "../domain/status.js";
import { insertConnection } from "../store/connections.js";
import { listMessageEvents } from "../store/message-events.js";
import { listMessages, markAbandonedSends } from "../store/messages.js";
import { readShipments } from "../store/shipments.js";
import { insertTransitions } from "../store/transitions.js";
import { beatWorker } from "../store/workers.js";
import { type NotifyContext, notifyOrder, recoverAbandonedSends } from "./notify-order.js";
import { requestResend } from "./resend-message.js";

const MINUTE_MS = 60_000;
const ACCEPTED: SendOutcome = { result: "accepted", gatewayId: "queued as 7" };

let test: TestDatabase;
let storeId: string;
let workerId: string;
let nowMs: number;
let serial = 0;
let sent: OutgoingMessage[];
/** What the gateway says of the next mail. */
let gateway: (message: OutgoingMessage) => SendOutcome | Promise<SendOutcome>;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  ({ storeId } = await addStore(test.db));
  await insertConnection(test.db.pool, {
    id: newId("con"),
    storeId,
    family: "channel",
    connector: "smtp",
    label: "Mail",
    credentialsSealed: Buffer.from("x"),
  });
  workerId = newId("wrk");
  await beatWorker(test.db.pool, { id: workerId, roles: ["notify"], jobWorkerIds: [] });
  nowMs = Date.now();
  sent = [];
  gateway = () => ACCEPTED;
});
afterAll(() => test.drop());

const context = (more: Partial<NotifyContext> = {}): NotifyContext => ({
  db: test.db,
  workerId,
  connectors: ["smtp"],
  findCarrier,
  trackingUrl: ({ id }) => `https://track.example.com/t/${id}`,
  openChannel: (connection) => ({
    connection,
    credentials: { fromAddress: "orders@nordlicht.example", fromName: "" },
    sender: {
      send: async (message) => (sent.push(message), gateway(message)),
      check: async () => null,
      close: async () => {},
    },
  }),
  count: () => {},
  now: () => nowMs,
  newId,
  newsMaxAgeHours: 72,
  ...more,
});
const notify = (orderId: string, more: Partial<NotifyContext> = {}) => notifyOrder(orderId, context(more));

async function order(parcels: number, more: object = {}) {
  const shipments = Array.from({ length: parcels }, () => ({
    carrier: "ups",
    trackingNumber: `TEST${String((serial += 1)).padStart(8, "0")}`,
  }));
  const customer = { name: "Ada", email: "ada@example.org" };
  const id = await takeOrderOf(test.db, storeId, { number: `N-${(serial += 1)}`, customer, ...more, shipments });
  // Taking it in queued a job; those that come from now on are the notifier's own.
  await test.db.pool.query(`select graphile_worker.remove_job($1)`, [`notify:${id}`]);
  const rows = await readShipments(test.db.pool, [id]);
  return { id, shipments: rows.map((row) => row.id) };
}

async function news(shipmentId: string | undefined, subStatus: SubStatus, announced = true) {
  await insertTransitions(test.db.pool, [
    {
      shipmentId: shipmentId ?? "",
      status: subStatusRow(subStatus).status,
      subStatus,
      cause: `scan-${(serial += 1)}`,
      occurredAt: new Date(),
      announced,
      learnedAt: new Date(),
    },
  ]);
}

/** The communication log of an order, in short. */
async function log(orderId: string): Promise<string[]> {
  const rows = await listMessages(test.db.pool, orderId);
  return rows.map(({ subStatus, state, reason }) => [subStatus, state, ...(reason === null ? [] : [reason])].join(" "));
}
const eventsOf = async (orderId: string) =>
  (
    await listMessageEvents(
      test.db.pool,
      (await listMessages(test.db.pool, orderId)).map(({ id }) => id),
    )
  ).map(({ kind }) => kind);
async function nextJob(orderId: string): Promise<number | null> {
  const { rows } = await test.db.pool.query<{ run_at: Date }>(
    `select run_at from graphile_worker._private_jobs where key = $1`,
    [`notify:${orderId}`],
  );
  return rows[0] === undefined ? null : rows[0].run_at.getTime();
}

describe("an order's confirmation", () => {
  it("is sent once, before any label exists, to the customer in the store's name", async () => {
    const { id } = await order(0);
    await notify(id);
    await notify(id);
    expect(await log(id)).toEqual(["confirmed sent"]);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      from: { name: "Nordlicht", address: "orders@nordlicht.example" },
      to: { name: "Ada", address: "ada@example.org" },
      replyTo: null,
    });
    expect(sent[0]?.text).toContain(`https://track.example.com/t/${id}`);
    expect(await eventsOf(id)).toEqual(["queued", "sending", "accepted"]);
    const [message] = await listMessages(test.db.pool, id);
    expect(message).toMatchObject({
      id: sent[0]?.id,
      recipient: "ada@example.org",
      subject: sent[0]?.subject,
      gatewayId: "queued as 7",
      attempts: 1,
    });
  });

  it("of imported history is never made, nor anything else of it", async () => {
    const { id, shipments } = await order(1, { silent: true });
    await news(shipments[0], "out_for_delivery", false);
    await notify(id);
    expect([await log(id), sent]).toEqual([[], []]);
  });

  it("of an order that was placed long ago is suppressed, while its parcels are told of", async () => {
    const { id, shipments } = await order(1, { placedAt: new Date(nowMs - 73 * 3_600_000).toISOString() });
    await notify(id);
    expect(await log(id)).toEqual(["confirmed suppressed old_order"]);
    await news(shipments[0], "moving");
    await notify(id);
    expect(await log(id)).toEqual(["confirmed suppressed old_order", "moving sent"]);
  });

  it("is superseded when a parcel has made news first, also while it waits to be sent again", async () => {
    const { id, shipments } = await order(1);
    gateway = () => ({ result: "refused", kind: "unavailable", detail: "try later", retryAfterMs: null });
    await notify(id);
    expect(await log(id)).toEqual(["confirmed queued unavailable: try later"]);
    gateway = () => ACCEPTED;
    await news(shipments[0], "moving");
    nowMs += 2 * MINUTE_MS;
    await notify(id);
    expect(await log(id)).toEqual(["confirmed suppressed superseded", "moving sent"]);
  });
});

describe("news of parcels", () => {
  it("is covered exactly once, each piece, however often and by however many it is looked for", async () => {
    const { id, shipments } = await order(2);
    await news(shipments[0], "label_created");
    await news(shipments[0], "moving");
    await news(shipments[1], "moving");
    await news(shipments[0], "arrived", false);
    await Promise.all([notify(id), notify(id), notify(id)]);
    await notify(id);
    expect(await log(id)).toEqual([
      "confirmed suppressed superseded",
      "label_created suppressed superseded",
      "moving sent",
      "moving merged",
    ]);
    expect(sent).toHaveLength(1);
    await news(shipments[1], "out_for_delivery");
    await notify(id);
    expect((await log(id)).slice(4)).toEqual(["out_for_delivery sent"]);
    const { rows } = await test.db.pool.query(
      `select t.id, count(m.id)::int as n from transitions t left join messages m on m.transition_id = t.id
       where t.shipment_id = any($1) and t.announced group by t.id having count(m.id) <> 1`,
      [shipments],
    );
    expect(rows).toEqual([]);
  });

  it("is sent once when two processes look at the same moment", async () => {
    const { id, shipments } = await order(1);
    await news(shipments[0], "out_for_delivery");
    let arrived: () => void = () => {};
    let release: () => void = () => {};
    const sending = new Promise<void>((resolve) => (arrived = resolve));
    const held = new Promise<void>((resolve) => (release = resolve));
    gateway = async () => (arrived(), await held, ACCEPTED);
    const first = notify(id);
    await sending;
    await news(shipments[0], "delivered");
    await notify(id, { workerId: newId("wrk") });
    // The second found the order busy: it waits for its turn, so messages stay in order.
    expect(sent).toHaveLength(1);
    expect(await nextJob(id)).not.toBeNull();
    release();
    await first;
    await notify(id);
    expect(await log(id)).toEqual(["confirmed suppressed superseded", "out_for_delivery sent", "delivered sent"]);
    expect(sent).toHaveLength(2);
  });

  it("is not sent when newer news has overtaken it while it waited", async () => {
    const { id, shipments } = await order(1);
    await news(shipments[0], "out_for_delivery");
    gateway = () => ({ result: "refused", kind: "rate_limited", detail: "slow down", retryAfterMs: 600_000 });
    await notify(id);
    expect(await log(id)).toEqual([
      "confirmed suppressed superseded",
      "out_for_delivery queued rate_limited: slow down",
    ]);
    gateway = () => ACCEPTED;
    await news(shipments[0], "delivered");
    await notify(id);
    expect((await log(id)).slice(1)).toEqual(["out_for_delivery queued rate_limited: slow down", "delivered sent"]);
    nowMs += 11 * MINUTE_MS;
    await notify(id);
    expect((await log(id)).slice(1)).toEqual(["out_for_delivery suppressed superseded", "delivered sent"]);
    expect(sent).toHaveLength(2);
  });

  it("of a parcel that was voided before or while it waited is told to nobody", async () => {
    const early = await order(1);
    await news(early.shipments[0], "moving");
    await voidShipment(test.db, storeId, early.shipments[0] ?? "");
    await notify(early.id);
    expect(await log(early.id)).toEqual(["confirmed sent", "moving suppressed shipment_retired"]);

    const late = await order(1);
    await news(late.shipments[0], "moving");
    gateway = () => ({ result: "refused", kind: "unavailable", detail: "down", retryAfterMs: null });
    await notify(late.id);
    await voidShipment(test.db, storeId, late.shipments[0] ?? "");
    nowMs += 2 * MINUTE_MS;
    gateway = () => ACCEPTED;
    sent = [];
    await notify(late.id);
    expect((await log(late.id)).at(-1)).toBe("moving suppressed shipment_retired");
    expect(sent).toEqual([]);
  });

  it("that shares a message goes out for the parcels that it is still true of", async () => {
    const { id, shipments } = await order(2);
    await news(shipments[0], "moving");
    await news(shipments[1], "moving");
    gateway = () => ({ result: "refused", kind: "unavailable", detail: "down", retryAfterMs: null });
    await notify(id);
    await news(shipments[0], "delivered");
    gateway = () => ACCEPTED;
    nowMs += 2 * MINUTE_MS;
    sent = [];
    await notify(id);
    expect((await log(id)).slice(1)).toEqual(["moving sent", "moving merged", "delivered sent"]);
    const numbers = await readShipments(test.db.pool, [id]);
    expect(sent[0]?.text).toContain(numbers[1]?.trackingNumber);
    expect(sent[0]?.text).not.toContain(numbers[0]?.trackingNumber);
  });
});

describe("what cannot be told", () => {
  it("is suppressed with the reason, and nothing is tried", async () => {
    const nobody = await order(1, { customer: { name: "Ada" } });
    await news(nobody.shipments[0], "moving");
    await notify(nobody.id);
    expect(await log(nobody.id)).toEqual(["confirmed suppressed no_address", "moving suppressed no_address"]);
    await test.db.pool.query(`update connections set enabled = false where store_id = $1 and family = 'channel'`, [
      storeId,
    ]);
    const mute = await order(0);
    await notify(mute.id);
    expect(await log(mute.id)).toEqual(["confirmed suppressed no_connection"]);
    expect(sent).toEqual([]);
  });

  it("because the connection went away while it waited is suppressed too", async () => {
    const { id } = await order(0);
    gateway = () => ({ result: "refused", kind: "unauthorized", detail: "who are you", retryAfterMs: null });
    await notify(id);
    await test.db.pool.query(`update connections set enabled = false where store_id = $1 and family = 'channel'`, [
      storeId,
    ]);
    nowMs += 2 * MINUTE_MS;
    await notify(id);
    expect(await log(id)).toEqual(["confirmed suppressed no_connection"]);
  });

  it("of an order that is gone is no error", async () => {
    await notify("ord_gone");
    expect(sent).toEqual([]);
  });
});

describe("a gateway that refuses", () => {
  it("for a while is asked again by a job at the time of the schedule, and not before", async () => {
    const { id } = await order(0);
    gateway = () => ({ result: "refused", kind: "unavailable", detail: "down", retryAfterMs: null });
    await notify(id);
    expect(await nextJob(id)).toBe(nowMs + MINUTE_MS);
    await notify(id);
    expect(sent).toHaveLength(1);
    nowMs += MINUTE_MS;
    await notify(id);
    expect(sent).toHaveLength(2);
    expect(await nextJob(id)).toBe(nowMs + 5 * MINUTE_MS);
    gateway = () => ACCEPTED;
    nowMs += 5 * MINUTE_MS;
    await notify(id);
    expect(await log(id)).toEqual(["confirmed sent"]);
    expect(new Set(sent.map(({ id: messageId }) => messageId)).size).toBe(1);
    expect(await eventsOf(id)).toEqual(["queued", "sending", "refused", "sending", "refused", "sending", "accepted"]);
  });

  it("for a day is given up: failed, with its last words", async () => {
    const { id } = await order(0);
    gateway = () => ({ result: "refused", kind: "unavailable", detail: "down", retryAfterMs: null });
    for (const hours of [0, 6, 12, 18, 23]) {
      await notify(id, { now: () => nowMs + hours * 3_600_000 });
    }
    expect(await log(id)).toEqual(["confirmed failed unavailable: down"]);
    await notify(id, { now: () => nowMs + 48 * 3_600_000 });
    expect(sent).toHaveLength(5);
  });

  it.each(["invalid_address", "opted_out", "blocked", "rejected"] as const)(
    "for good (%s) is not asked again, and later news is tried",
    async (kind) => {
      const { id, shipments } = await order(1);
      gateway = () => ({ result: "refused", kind, detail: "no", retryAfterMs: null });
      await notify(id);
      expect(await log(id)).toEqual([`confirmed failed ${kind}: no`]);
      gateway = () => ACCEPTED;
      await news(shipments[0], "moving");
      await notify(id);
      expect(await log(id)).toEqual([`confirmed failed ${kind}: no`, "moving sent"]);
    },
  );
});

describe("a send of which nobody knows", () => {
  it("because its answer was lost stays unknown and is never sent again unasked", async () => {
    const { id } = await order(0);
    gateway = () => ({ result: "unknown", detail: "connection closed after the body" });
    await notify(id);
    await notify(id);
    expect(await log(id)).toEqual(["confirmed unknown connection closed after the body"]);
    expect(await recoverAbandonedSends(test.db, { deadAfterSeconds: 30, onUnknown: "resend" })).toBe(0);
    await notify(id);
    expect(sent).toHaveLength(1);
  });

  it("goes out again under the same id when a person asks, and only then", async () => {
    const { id } = await order(0);
    gateway = () => ({ result: "unknown", detail: "lost" });
    await notify(id);
    const [message] = await listMessages(test.db.pool, id);
    gateway = () => ACCEPTED;
    await test.db.transaction((tx) => requestResend(tx, message?.id ?? "", "cli"));
    await notify(id);
    expect(await log(id)).toEqual(["confirmed sent"]);
    expect(sent.map(({ id: messageId }) => messageId)).toEqual([message?.id, message?.id]);
    await expect(test.db.transaction((tx) => requestResend(tx, message?.id ?? "", "cli"))).rejects.toMatchObject({
      status: 409,
      code: "message_not_resendable",
    });
    await expect(test.db.transaction((tx) => requestResend(tx, "msg_none", "cli"))).rejects.toMatchObject({
      status: 404,
      code: "message_unknown",
    });
  });

  /** A worker that dies in the middle of a send: the intent is committed, nothing comes after. */
  async function dieWhileSending(orderId: string) {
    const dead = newId("wrk");
    await beatWorker(test.db.pool, { id: dead, roles: ["notify"], jobWorkerIds: [] });
    let begun: () => void = () => {};
    const sending = new Promise<void>((resolve) => (begun = resolve));
    gateway = () => (begun(), new Promise<SendOutcome>(() => {}));
    void notify(orderId, { workerId: dead });
    await sending;
    gateway = () => ACCEPTED;
    return {
      die: () => test.db.pool.query(`update workers set beat_at = now() - interval '31 seconds' where id = $1`, [dead]),
    };
  }

  it("is left alone while its worker lives, and becomes unknown when it has died", async () => {
    const { id } = await order(0);
    const worker = await dieWhileSending(id);
    expect(await log(id)).toEqual(["confirmed sending"]);
    expect(await recoverAbandonedSends(test.db, { deadAfterSeconds: 30, onUnknown: "keep" })).toBe(0);
    await worker.die();
    expect(await recoverAbandonedSends(test.db, { deadAfterSeconds: 30, onUnknown: "keep" })).toBe(1);
    expect(await log(id)).toEqual(["confirmed unknown worker_died"]);
    expect(await eventsOf(id)).toEqual(["queued", "sending", "unknown"]);
    await notify(id);
    expect(sent).toHaveLength(1);
  });

  it("is not the only way to lose an answer: one that a living worker never wrote down is unknown too", async () => {
    const { id } = await order(0);
    await dieWhileSending(id);
    await test.db.pool.query(`update messages set updated_at = now() - interval '16 minutes' where order_id = $1`, [
      id,
    ]);
    expect(await recoverAbandonedSends(test.db, { deadAfterSeconds: 30, onUnknown: "keep" })).toBe(1);
    expect(await log(id)).toEqual(["confirmed unknown answer_not_recorded"]);
  });

  it("holds nothing up: what waited behind it gets a job and goes out", async () => {
    const { id, shipments } = await order(1);
    const worker = await dieWhileSending(id);
    await news(shipments[0], "moving");
    await notify(id);
    expect(sent).toHaveLength(1);
    await worker.die();
    await test.db.pool.query(`select graphile_worker.remove_job($1)`, [`notify:${id}`]);
    await recoverAbandonedSends(test.db, { deadAfterSeconds: 30, onUnknown: "keep" });
    expect(await nextJob(id)).not.toBeNull();
    await notify(id);
    expect(await log(id)).toEqual(["confirmed unknown worker_died", "moving sent"]);
  });

  it("is sent again with the same id where the operator chose `resend`", async () => {
    const { id } = await order(0);
    const worker = await dieWhileSending(id);
    await worker.die();
    expect(await recoverAbandonedSends(test.db, { deadAfterSeconds: 30, onUnknown: "resend" })).toBe(1);
    await notify(id);
    expect(await log(id)).toEqual(["confirmed sent"]);
    expect(new Set(sent.map((message) => message.id)).size).toBe(1);
    expect(sent).toHaveLength(2);
  });

  it("of a worker that was only slow still becomes sent when its answer comes", async () => {
    const { id } = await order(0);
    let answer: (outcome: SendOutcome) => void = () => {};
    let begun: () => void = () => {};
    const sending = new Promise<void>((resolve) => (begun = resolve));
    gateway = () => (begun(), new Promise<SendOutcome>((resolve) => (answer = resolve)));
    const slow = notify(id, { workerId: newId("wrk") });
    await sending;
    expect(await markAbandonedSends(test.db.pool, 30)).toMatchObject([{ orderId: id }]);
    answer(ACCEPTED);
    await slow;
    expect(await log(id)).toEqual(["confirmed sent"]);
  });
});

it("the words of a message are in the log exactly as they went", async () => {
  const { id } = await order(0);
  await notify(id);
  const { rows } = await test.db.pool.query(
    `select subject, body_text as text, body_html as html from messages where order_id = $1`,
    [id],
  );
  expect(rows).toEqual([{ subject: sent[0]?.subject, text: sent[0]?.text, html: sent[0]?.html }]);
});

it("a store's name cannot bring a header of its own", async () => {
  const { id } = await order(0);
  await test.db.pool.query(`update stores set name = E'Nord\\r\\nBcc: x@example.org' where id = $1`, [storeId]);
  await notify(id);
  expect(sent[0]?.from.name).toBe("Nord Bcc: x@example.org");
  expect(sent[0]?.subject).not.toMatch(/[\r\n]/);
});
