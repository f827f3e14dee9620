import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, newId } from "../../test/support/store-fixture.js";
import { blockConnection } from "./connections.js";
import type { Queryable } from "./database.js";
import {
  claimDueShipments,
  type DueShipment,
  listConnectionsDue,
  raiseUrgentPolls,
  replanPolls,
  scheduleNextPolls,
} from "./poll-queue.js";

let test: TestDatabase;
let storeId: string;
let connectionId: string;
let serial = 0;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  const fixture = await addStore(test.db);
  storeId = fixture.storeId;
  connectionId = fixture.connections.fedex ?? "";
});
afterAll(() => test.drop());

interface Made {
  readonly due?: string;
  readonly status?: string | null;
  readonly subStatus?: string;
  readonly rank?: number;
  readonly orderId?: string | null;
  readonly legOf?: string;
  readonly carrier?: string;
}

async function shipment(made: Made = {}): Promise<string> {
  const { due = "-1 minute", status = null, subStatus = status, rank = 1, legOf, carrier = "fedex" } = made;
  const orderId = made.orderId === undefined ? (legOf === undefined ? await order() : null) : made.orderId;
  const id = newId("shp");
  await test.db.pool.query(
    `insert into shipments (id, store_id, order_id, connection_id, carrier, tracking_number, shipment_month, next_poll_at, status, sub_status,
       poll_rank, leg_of, leg_relation)
     values ($1, $2, $3, $4, $5, $6, '2026-03-01', now() + $7::interval, $8, $9, $10, $11::text, case when $11::text is not null then 'next_leg' end)`,
    [id, storeId, orderId, connectionId, carrier, `N${(serial += 1)}`, due, status, subStatus, rank, legOf ?? null],
  );
  return id;
}

async function order(): Promise<string> {
  const id = newId("ord");
  const destination = { city: "Memphis", region: "TN", country: "US", postalCode: "38017", name: "not for us" };
  await test.db.pool.query(
    `insert into orders (id, store_id, number, placed_at, destination) values ($1, $2, $1, now(), $3)`,
    [id, storeId, destination],
  );
  return id;
}

/** By rank. */
const PATIENCE = [20, 90, 240, 960];
const claim = (limit = 10, db: Queryable = test.db.pool) =>
  claimDueShipments(db, connectionId, { limit, claimSeconds: 300, patienceMinutes: PATIENCE });
const claimIds = async (limit?: number) => (await claim(limit)).map(({ id }) => id);
const isDue = async () => (await listConnectionsDue(test.db.pool)).includes(connectionId);

it("claims what is due and nothing else, those on delivery day first", async () => {
  await shipment({ due: "1 minute", rank: 0 });
  const moving = await shipment({ due: "-30 minutes" });
  const today = await shipment({ due: "-10 minutes", rank: 0 });
  expect(await claimIds(1)).toEqual([today]);
  expect(await claimIds()).toEqual([moving]);
  expect(await claimIds()).toEqual([]);
});

it("takes who is latest by the patience of its rank, so that everybody's turn comes", async () => {
  const today = await shipment({ due: "-25 minutes", rank: 0 });
  const moving = await shipment({ due: "-100 minutes", rank: 1 });
  const label = await shipment({ due: "-320 minutes", rank: 2 });
  const later = await shipment({ due: "-1300 minutes", rank: 3 });
  expect(await claimIds(3)).toEqual([later, label, today]);
  expect(await claimIds()).toEqual([moving]);
});

it("gives what nobody was asked about yet the rank of a label", async () => {
  const id = await shipment();
  const { rows } = await test.db.pool.query(
    `insert into shipments (id, store_id, carrier, tracking_number, shipment_month) select $1, store_id, carrier, 'NEW', shipment_month
     from shipments where id = $2 returning poll_rank as rank, poll_batch_limit as "batchLimit"`,
    [newId("shp"), id],
  );
  expect(rows).toEqual([{ rank: 2, batchLimit: null }]);
});

it("says since when each has waited and how many it may be asked about with, and puts back what was not asked", async () => {
  const id = await shipment({ due: "-3 hours" });
  const [claimed] = await claim();
  expect(claimed).toMatchObject({ id, batchLimit: null });
  const dueAt = claimed?.dueAt ?? new Date(0);
  expect(Math.round((Date.now() - dueAt.getTime()) / 60_000)).toBe(180);
  const back = { id, nextPollAt: dueAt, rank: null, urgentAt: null, batchLimit: 15 };
  await scheduleNextPolls(test.db.pool, [back], { polled: false });
  expect(await claim()).toMatchObject([{ id, dueAt, batchLimit: 15 }]);
  const answered = { id, nextPollAt: new Date(), rank: 1, urgentAt: null, batchLimit: null };
  await scheduleNextPolls(test.db.pool, [answered], { polled: true });
  expect(await claim()).toMatchObject([{ id, batchLimit: null }]);
});

it("lets those come first whose delivery day has begun while they waited, as late as it began", async () => {
  const [begun, later] = [await shipment({ due: "-3 days", rank: 2 }), await shipment({ due: "-3 days", rank: 2 })];
  const plan = (id: string, urgentAt: Date) => ({
    id,
    nextPollAt: new Date(Date.now() - 3_600_000),
    rank: 3,
    urgentAt,
    batchLimit: null,
  });
  const began = new Date(Date.now() - 1_800_000);
  const polls = [plan(begun, began), plan(later, new Date(Date.now() + 60_000))];
  await scheduleNextPolls(test.db.pool, polls, { polled: true });
  expect(await raiseUrgentPolls(test.db.pool, 10)).toBe(1);
  expect(await raiseUrgentPolls(test.db.pool, 10)).toBe(0);
  expect(await claim(1)).toMatchObject([{ id: begun, dueAt: began }]);
  expect(await claimIds(1)).toEqual([later]);
});

it("reads no more of the table than a batch of each rank", async () => {
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => shipment({ rank: index % 4, due: `-${index + 1} minutes` })),
  );
  await test.db.transaction(async (tx) => {
    await tx.query("set local enable_seqscan = off");
    const plans: string[] = [];
    const explaining: Queryable = {
      query: async (text, values) => {
        const { rows } = await tx.query<{ "QUERY PLAN": string }>(
          `explain (analyze, costs off, timing off, summary off) ${text}`,
          values,
        );
        plans.push(rows.map((row) => row["QUERY PLAN"]).join("\n"));
        return tx.query(text, values);
      },
    };
    await claim(5, explaining);
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatch(/Index Scan using shipments_by_poll_rank on shipments .*rows=5(\.00)? loops=4/);
    // Besides, only the five that were claimed.
    const fromTable = [
      ...(plans[0] ?? "").matchAll(/Scan (?:using \w+ )?on shipments \w*.*rows=([\d.]+) loops=(\d+)/g),
    ];
    const read = fromTable.map(([, rows, loops]) => Number(rows) * Number(loops));
    expect(Math.max(...read)).toBe(20);
  });
});

it("tells what the next poll depends on: whose number it is, how it stands and where it goes", async () => {
  const direct = await shipment({ status: "in_transit", subStatus: "moving" });
  await test.db.pool.query(`update shipments set edd_from = '2026-03-05', edd_to = '2026-03-06' where id = $1`, [
    direct,
  ]);
  const [due] = await claim();
  expect(due).toMatchObject({
    // A carrier's own connection knows whose number it is.
    carrier: null,
    status: "in_transit",
    subStatus: "moving",
    eddFrom: "2026-03-05",
    eddTo: "2026-03-06",
    destination: { city: "Memphis", region: "TN", country: "US", postalCode: "38017", facilityCode: null },
    noticeKind: null,
    subscribedAt: null,
    pushHeardAt: null,
    unwanted: false,
  });
});

it("says whose number an aggregator is asked about: as registered, or the carrier that it named", async () => {
  await test.db.pool.query(`update connections set connector = 'easypost' where id = $1`, [connectionId]);
  await shipment({ carrier: "ups", due: "-5 minutes" });
  const named = await shipment({ carrier: "easypost", due: "-4 minutes" });
  await shipment({ carrier: "easypost", due: "-3 minutes" });
  await test.db.pool.query(`update shipments set underlying_carrier = 'usps' where id = $1`, [named]);
  expect((await claim()).map(({ carrier }) => carrier)).toEqual(["ups", "usps", null]);
});

it("lets a leg stand as its shipment does", async () => {
  const parent = await shipment({ due: "1 day", status: "out_for_delivery" });
  const leg = await shipment({ legOf: parent, carrier: "usps" });
  expect(await claim()).toMatchObject([
    { id: leg, status: "out_for_delivery", destination: { city: "Memphis" }, unwanted: false },
  ]);
  await test.db.pool.query(`update shipments set next_poll_at = now() where id = $1`, [leg]);
  await test.db.pool.query(`update shipments set voided_at = now() where id = $1`, [parent]);
  expect(await claim()).toMatchObject([{ id: leg, unwanted: true }]);
});

it("wants nothing of a number that nobody registered", async () => {
  await shipment({ orderId: null });
  expect(await claim()).toMatchObject([{ unwanted: true }]);
});

it("knows what is subscribed, and when pushes were last heard", async () => {
  const [runs, ranOut, refused] = [await shipment(), await shipment(), await shipment()];
  const subscribe = (id: string, state: string, expires: string | null) =>
    test.db.pool.query(
      `insert into shipment_subscriptions (shipment_id, connection_id, state, subscribed_at, expires_at, reason)
       values ($1, $2, $3, '2026-03-01T00:00:00Z', now() + $4::interval, 'no')`,
      [id, connectionId, state, expires],
    );
  await subscribe(runs, "subscribed", null);
  await subscribe(ranOut, "subscribed", "-1 second");
  await subscribe(refused, "failed", null);
  await test.db.pool.query(`update connections set push_heard_at = '2026-03-02T00:00:00Z' where id = $1`, [
    connectionId,
  ]);
  const claimed = new Map((await claim()).map((due) => [due.id, due]));
  expect(claimed.get(runs)).toMatchObject({
    subscribedAt: new Date("2026-03-01"),
    pushHeardAt: new Date("2026-03-02"),
  });
  expect(claimed.get(ranOut)?.subscribedAt).toBeNull();
  expect(claimed.get(refused)?.subscribedAt).toBeNull();
});

it("plans anew what moved, with its legs, once and nothing else", async () => {
  const moved = await shipment({ due: "3 hours", status: "in_transit", subStatus: "moving" });
  const leg = await shipment({ due: "3 hours", legOf: moved, carrier: "usps" });
  const same = await shipment({ due: "3 hours", status: "in_transit", subStatus: "moving" });
  const at = new Date(Date.now() + 1_200_000);
  const replan = async () => {
    const seen: DueShipment[] = [];
    await test.db.transaction((tx) =>
      replanPolls(tx, 500, (due) => {
        seen.push(due);
        return { id: due.id, nextPollAt: at, rank: 0, urgentAt: null, batchLimit: null };
      }),
    );
    return seen.filter(({ id }) => [moved, leg, same].includes(id));
  };
  expect(await replan()).toEqual([]);
  await test.db.pool.query(
    `update shipments set status = 'out_for_delivery', sub_status = 'out_for_delivery' where id = $1`,
    [moved],
  );
  await test.db.pool.query(`update shipments set status = status, last_scan_at = now() where id = $1`, [same]);
  const seen = await replan();
  expect(seen.map(({ id, status }) => ({ id, status })).toSorted((a) => (a.id === moved ? -1 : 1))).toEqual([
    { id: moved, status: "out_for_delivery" },
    { id: leg, status: "out_for_delivery" },
  ]);
  const { rows } = await test.db.pool.query(
    `select id, next_poll_at as at, poll_rank as rank from shipments where id = any($1) order by id`,
    [[moved, leg]],
  );
  expect(rows).toEqual([moved, leg].map((id) => ({ id, at, rank: 0 })));
  expect(await replan()).toEqual([]);
});

it("gives each shipment to one of several that claim at once", async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => shipment()));
  const claims = await Promise.all([claim(7), claim(7), claim(7), claim(7)]);
  const ids = claims.flatMap((claimed) => claimed.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
  const rest = await claim(20);
  expect([...ids, ...rest.map(({ id }) => id)].toSorted()).toEqual(made.toSorted());
});

it("leaves out connections that are disabled, blocked, or have nothing due", async () => {
  expect(await isDue()).toBe(false);
  await shipment();
  expect(await isDue()).toBe(true);
  await blockConnection(test.db.pool, connectionId, new Date(Date.now() + 60_000), "rate_limited");
  expect(await isDue()).toBe(false);
  // A shorter block never shortens a longer one.
  await blockConnection(test.db.pool, connectionId, new Date(Date.now() - 60_000), "unavailable");
  expect(await isDue()).toBe(false);
  await test.db.pool.query(`update connections set blocked_until = now() - interval '1 second' where id = $1`, [
    connectionId,
  ]);
  expect(await isDue()).toBe(true);
  await test.db.pool.query(`update connections set enabled = false where id = $1`, [connectionId]);
  expect(await isDue()).toBe(false);
});

it("asks again when it was told to, notes an answer, and leaves alone what was retired meanwhile", async () => {
  const [asked, failed, voided, ended] = [await shipment(), await shipment(), await shipment(), await shipment()];
  const at = new Date(Date.now() + 3_600_000);
  await test.db.pool.query(`update shipments set voided_at = now(), next_poll_at = null where id = $1`, [voided]);
  const asPlanned = { rank: null, urgentAt: null, batchLimit: null };
  const polls = [asked, voided].map((id) => ({ id, nextPollAt: at, ...asPlanned }));
  await scheduleNextPolls(test.db.pool, [...polls, { id: ended, nextPollAt: null, ...asPlanned }], { polled: true });
  await scheduleNextPolls(test.db.pool, [{ id: failed, nextPollAt: at, ...asPlanned }], { polled: false });
  const { rows } = await test.db.pool.query<{ id: string; next: Date | null; polled: boolean }>(
    `select id, next_poll_at as next, last_polled_at is not null as polled from shipments where store_id = $1 order by id`,
    [storeId],
  );
  expect(rows).toEqual([
    { id: asked, next: at, polled: true },
    { id: failed, next: at, polled: false },
    { id: voided, next: null, polled: false },
    { id: ended, next: null, polled: true },
  ]);
});
