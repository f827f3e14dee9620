import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, newId } from "../../test/support/store-fixture.js";
import { attachShipments, replaceCredentials, setConnectionEnabled } from "./connection-changes.js";
import { blockConnection, notePushHeard } from "./connections.js";
import { claimShipment, insertShipment, retireShipment, type ShipmentRegistration } from "./shipments.js";
import { readListening, readSubscribing } from "./subscription-lookup.js";
import {
  claimDueJob,
  claimDueSubscriptions,
  type DueSubscription,
  findStillNeeded,
  listConnectionsToSubscribe,
  pauseSubscribing,
  type SubscriptionResult,
  writeSubscriptionResults,
} from "./subscriptions.js";

let test: TestDatabase;
let storeId: string;
let orderId: string;
let connectionId: string;
let serial = 0;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  const fixture = await addStore(test.db);
  storeId = fixture.storeId;
  connectionId = fixture.connections.fedex ?? "";
  orderId = newId("ord");
  await test.db.pool.query(`insert into orders (id, store_id, number, placed_at) values ($1, $2, $1, now())`, [
    orderId,
    storeId,
  ]);
});
afterAll(() => test.drop());

function registration(more: Partial<ShipmentRegistration> = {}): ShipmentRegistration {
  return {
    id: newId("shp"),
    storeId,
    orderId,
    connectionId,
    carrier: "fedex",
    underlyingCarrier: null,
    trackingNumber: `N${(serial += 1)}`,
    useNumber: 1,
    direction: "outbound",
    serviceLevel: null,
    shipDate: "2026-03-01",
    shipmentMonth: "2026-03-01",
    silent: false,
    nextPollAt: new Date(),
    ...more,
  };
}

async function register(more: Partial<ShipmentRegistration> = {}): Promise<string> {
  const shipment = registration(more);
  await insertShipment(test.db.pool, shipment);
  return shipment.id;
}

const claim = (limit = 10) => claimDueSubscriptions(test.db.pool, connectionId, { limit, claimSeconds: 300 });
const idsOf = (due: readonly { readonly shipmentId: string }[]) => due.map(({ shipmentId }) => shipmentId).toSorted();
const isDue = async () => (await listConnectionsToSubscribe(test.db.pool)).includes(connectionId);
const query = (sql: string, values: unknown[] = []) => test.db.pool.query(sql, values);
async function stored(id: string) {
  const { rows } = await query(
    `select state, reference, job_id as "jobId", expires_at as "expiresAt", next_attempt_at as next,
       next_attempt_at <= now() as due, attempts, batch_limit as "batchLimit", reason from shipment_subscriptions where shipment_id = $1`,
    [id],
  );
  return rows[0] as Record<string, unknown> | undefined;
}

const inAnHour = () => new Date(Date.now() + 3_600_000);
function result(due: DueSubscription | undefined, more: Partial<SubscriptionResult> = {}): SubscriptionResult {
  if (due === undefined) throw new Error("Nothing was claimed.");
  return { ...due, state: "subscribed", subscribedAt: new Date(), nextAttemptAt: inAnHour(), ...more };
}
async function settle(more: Partial<SubscriptionResult>): Promise<string> {
  const id = await register();
  const [due] = await claim();
  await writeSubscriptionResults(test.db.pool, [result(due, more)]);
  return id;
}

describe("what is to be subscribed", () => {
  it("is every shipment that is registered through a connection, at once", async () => {
    const id = await register({ trackingNumber: "N-1" });
    await register({ connectionId: null });
    expect(await isDue()).toBe(true);
    expect(await claim()).toMatchObject([
      {
        shipmentId: id,
        trackingNumber: "N-1",
        shipDate: "2026-03-01",
        state: "waiting",
        retired: false,
      },
    ]);
    expect(await isDue()).toBe(false);
  });

  it("is not there when the same use was registered by somebody else a moment before", async () => {
    const first = registration();
    expect(await insertShipment(test.db.pool, first)).toBe(true);
    expect(await insertShipment(test.db.pool, { ...first, id: newId("shp") })).toBe(false);
    expect(idsOf(await claim())).toEqual([first.id]);
  });

  it("is a number that carriers spoke of before, once it is claimed", async () => {
    const id = newId("shp");
    await query(
      `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month) values ($1, $2, $3, 'fedex', $1, '2026-03-01')`,
      [id, storeId, connectionId],
    );
    expect(await claim()).toEqual([]);
    await claimShipment(test.db.pool, id, registration());
    expect(idsOf(await claim())).toEqual([id]);
  });

  it("is what a new connection takes over, unless it has ended", async () => {
    const [open, voided] = [await register({ connectionId: null }), await register({ connectionId: null })];
    await retireShipment(test.db.pool, voided, null, new Date());
    await attachShipments(test.db.pool, { id: connectionId, storeId, connector: "fedex" }, []);
    expect(idsOf(await claim())).toEqual([open]);
  });

  it("is left alone while its connection is disabled, blocked or paused", async () => {
    await register();
    const later = new Date(Date.now() + 60_000);
    await pauseSubscribing(test.db.pool, connectionId, later, "Acme said no.");
    expect(await isDue()).toBe(false);
    await query(`update connections set subscribing_paused_until = null where id = $1`, [connectionId]);
    await blockConnection(test.db.pool, connectionId, later, "rate_limited");
    expect(await isDue()).toBe(false);
    await query(`update connections set blocked_until = null where id = $1`, [connectionId]);
    expect(await isDue()).toBe(true);
    await setConnectionEnabled(test.db.pool, connectionId, false);
    expect(await isDue()).toBe(false);
  });
});

describe("claiming", () => {
  it("gives each subscription to one of several that claim at once", async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => register()));
    const claims = await Promise.all([claim(7), claim(7), claim(7), claim(7)]);
    const ids = claims.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids, ...idsOf(await claim(20))].toSorted()).toEqual(made.toSorted());
  });

  it("tells of a leg how the shipment stands that it belongs to", async () => {
    const parent = await register();
    await claim();
    const leg = newId("shp");
    await query(
      `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month, leg_of, leg_relation)
       values ($1, $2, $3, 'usps', $1, '2026-03-01', $4, 'next_leg')`,
      [leg, storeId, connectionId, parent],
    );
    await query(`insert into shipment_subscriptions (shipment_id, connection_id) values ($1, $2)`, [leg, connectionId]);
    await query(
      `update shipments set status = 'delivered', sub_status = 'delivered', last_scan_at = '2026-03-04Z' where id = $1`,
      [parent],
    );
    expect(await claim()).toMatchObject([
      { shipmentId: leg, subStatus: "delivered", lastScanAt: new Date("2026-03-04Z"), retired: false },
    ]);
    await retireShipment(test.db.pool, parent, null, new Date());
    expect(idsOf(await claim())).toEqual([leg, parent].toSorted());
  });

  it("tells an aggregator whose number it is, and a carrier nothing", async () => {
    const [own, relayed, said] = [
      await register(),
      await register({ carrier: "ups" }),
      await register({ carrier: "fedex" }),
    ];
    await query(`update shipments set underlying_carrier = 'dhl' where id = $1`, [said]);
    const carriers = new Map((await claim()).map((due) => [due.shipmentId, due.carrier]));
    expect([carriers.get(own), carriers.get(relayed), carriers.get(said)]).toEqual([null, "ups", "dhl"]);
  });

  it("tells which numbers and subscriptions another shipment still needs", async () => {
    const again = await register({ trackingNumber: "N-AGAIN" });
    await register({ trackingNumber: "N-AGAIN", useNumber: 2 });
    const [first, second, alone] = [await register(), await register(), await register()];
    const due = new Map((await claim()).map((row) => [row.shipmentId, row]));
    const serves = (id: string, reference: string) => result(due.get(id), { reference });
    await writeSubscriptionResults(test.db.pool, [
      serves(first, "sub-1"),
      serves(second, "sub-1"),
      serves(alone, "sub-2"),
    ]);
    const needed = async (...ids: string[]) => [...(await findStillNeeded(test.db.pool, connectionId, ids))].toSorted();
    expect(await needed(again, first, alone)).toEqual([again, first].toSorted());
    expect(await needed(first, second)).toEqual([]);
    await query(`update shipment_subscriptions set state = 'ended' where shipment_id = $1`, [first]);
    expect(await needed(second)).toEqual([]);
  });

  it("takes a job with all its numbers, decided or not", async () => {
    const [pending, decided] = [await register(), await register()];
    const due = new Map((await claim()).map((row) => [row.shipmentId, row]));
    const now = new Date(Date.now() - 1000);
    const decides = { state: "pending", jobId: "job-1", nextAttemptAt: now } as const;
    await writeSubscriptionResults(test.db.pool, [
      result(due.get(pending), decides),
      result(due.get(decided), { jobId: "job-1" }),
    ]);
    expect(await claim()).toEqual([]);
    expect(await isDue()).toBe(true);
    const job = await claimDueJob(test.db.pool, connectionId, { claimSeconds: 300 });
    expect(job).toMatchObject({ jobId: "job-1", pending: [{ shipmentId: pending, jobId: "job-1", state: "pending" }] });
    expect(job?.numbers).toHaveLength(2);
    expect(await claimDueJob(test.db.pool, connectionId, { claimSeconds: 300 })).toBeNull();
  });
});

describe("what comes of it", () => {
  it("is written as it was found", async () => {
    const expiresAt = inAnHour();
    const id = await settle({ reference: "sub-1", expiresAt, attempts: 2, batchLimit: 4, reason: "why" });
    expect(await stored(id)).toMatchObject({
      state: "subscribed",
      reference: "sub-1",
      expiresAt,
      attempts: 2,
      batchLimit: 4,
      reason: "why",
    });
    expect(await isDue()).toBe(false);
  });

  it("does not undo that the shipment was voided meanwhile, and remembers what the carrier agreed to", async () => {
    const id = await register();
    const [due] = await claim();
    await retireShipment(test.db.pool, id, null, new Date());
    await writeSubscriptionResults(test.db.pool, [result(due, { reference: "sub-1" })]);
    expect(await stored(id)).toMatchObject({ state: "waiting", reference: "sub-1", due: true });
    expect(await claim()).toMatchObject([{ shipmentId: id, retired: true, reference: "sub-1" }]);
  });

  it("is void when the credentials are others, or the connection was switched off and on", async () => {
    const id = await settle({ reference: "sub-1", expiresAt: inAnHour() });
    await pauseSubscribing(test.db.pool, connectionId, inAnHour(), "Acme said no.");
    await replaceCredentials(test.db.pool, connectionId, Buffer.from("other"));
    expect(await stored(id)).toMatchObject({ state: "waiting", reference: "sub-1", due: true });
    expect(await isDue()).toBe(true);
    const [due] = await claim();
    await writeSubscriptionResults(test.db.pool, [result(due, { state: "failed", reason: "No." })]);
    await setConnectionEnabled(test.db.pool, connectionId, true);
    expect(await stored(id)).toMatchObject({ state: "waiting", reason: null, attempts: 0, due: true });
  });

  it("stays as it is for what has ended", async () => {
    const id = await settle({ state: "ended", nextAttemptAt: null });
    await setConnectionEnabled(test.db.pool, connectionId, true);
    await retireShipment(test.db.pool, id, null, new Date());
    expect(await stored(id)).toMatchObject({ state: "ended", next: null });
  });
});

it("counts the numbers of each connection by state, and says how a shipment is listened to", async () => {
  const expiresAt = inAnHour();
  const id = await settle({ expiresAt });
  const waiting = await register();
  await pauseSubscribing(test.db.pool, connectionId, inAnHour(), "Acme said no.");
  const heardAt = new Date("2026-03-04T12:00:00Z");
  await notePushHeard(test.db.pool, connectionId, heardAt);
  await notePushHeard(test.db.pool, connectionId, new Date("2026-03-04T11:00:00Z"));
  const without = await register({ connectionId: null, nextPollAt: null });
  const subscribing = await readSubscribing(test.db.pool);
  expect(subscribing.find((row) => row.connectionId === connectionId)).toMatchObject({
    connector: "fedex",
    counts: { subscribed: 1, waiting: 1 },
    pausedReason: "Acme said no.",
  });
  const listening = await readListening(test.db.pool, [id, waiting, without]);
  expect(listening.get(id)).toMatchObject({
    connection: "enabled",
    subscription: { state: "subscribed", expiresAt },
    polled: true,
    pushHeardAt: heardAt,
  });
  expect(listening.get(waiting)).toMatchObject({ subscription: { state: "waiting" }, pausedReason: "Acme said no." });
  expect(listening.get(without)).toMatchObject({ connection: "none", subscription: null, polled: false });
});

it("has indexes that hold all the work that is due", async () => {
  const names = [];
  for (const state of ["<> 'pending'", "= 'pending'"]) {
    const client = await test.db.pool.connect();
    try {
      await client.query("begin");
      await client.query("set local enable_seqscan = off");
      const { rows } = await client.query<{ "QUERY PLAN": string }>(
        `explain select shipment_id from shipment_subscriptions
         where connection_id = 'con' and state ${state} and next_attempt_at <= now() order by next_attempt_at limit 10`,
      );
      names.push(/Index Scan using (\w+)/.exec(rows.map((row) => row["QUERY PLAN"]).join("\n"))?.[1]);
    } finally {
      await client.query("rollback");
      client.release();
    }
  }
  expect(names).toEqual(["shipment_subscriptions_due", "shipment_subscriptions_pending"]);
});
