import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, newId } from "../../test/support/store-fixture.js";
import { blockConnection } from "./connections.js";
import { claimDueShipments, listConnectionsDue, scheduleNextPolls } from "./poll-queue.js";

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

async function shipment({ due = "-1 minute", status = null as string | null } = {}): Promise<string> {
  const id = newId("shp");
  await test.db.pool.query(
    `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month, next_poll_at, status, sub_status)
     values ($1, $2, $3, 'fedex', $4, '2026-03-01', now() + $5::interval, $6, case when $6 = 'in_transit' then 'moving' else $6 end)`,
    [id, storeId, connectionId, `N${(serial += 1)}`, due, status],
  );
  return id;
}

const claim = (limit = 10) => claimDueShipments(test.db.pool, connectionId, { limit, claimSeconds: 300 });
const isDue = async () => (await listConnectionsDue(test.db.pool)).includes(connectionId);

it("claims what is due and nothing else, those on delivery day first", async () => {
  await shipment({ due: "1 minute" });
  const moving = await shipment({ due: "-2 hours", status: "in_transit" });
  const today = await shipment({ due: "-1 minute", status: "out_for_delivery" });
  expect((await claim(1)).map(({ id }) => id)).toEqual([today]);
  expect((await claim()).map(({ id }) => id)).toEqual([moving]);
  expect(await claim()).toEqual([]);
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
  const polls = [asked, voided].map((id) => ({ id, nextPollAt: at }));
  await scheduleNextPolls(test.db.pool, [...polls, { id: ended, nextPollAt: null }], { polled: true });
  await scheduleNextPolls(test.db.pool, [{ id: failed, nextPollAt: at }], { polled: false });
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
