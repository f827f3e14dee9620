import { afterAll, beforeAll, expect, it } from "vitest";
import { seededRandom } from "../../bench/poll/simulated-parcels.js";
import { WaitingLine } from "../../bench/poll/waiting-line.js";
import { PATIENCE_MINUTES, type PollRank } from "../../src/ingest/cadence-table.js";
import { claimDueShipments, raiseUrgentPolls } from "../../src/store/poll-queue.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { addStore } from "../support/store-fixture.js";

const SHIPMENTS = 120;
const PATIENCE = Object.values(PATIENCE_MINUTES);
const RANKS: readonly PollRank[] = [0, 1, 2, 3];

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

it("the order that the benchmark simulates is the order of the claim", async () => {
  const { storeId, connections } = await addStore(test.db);
  const random = seededRandom(7);
  const minutes = (from: number, to: number) => from + random() * (to - from);
  const drawn = Array.from({ length: SHIPMENTS }, (_, id) => ({
    id,
    rank: RANKS[Math.floor(random() * RANKS.length)] ?? 0,
    // Some are not due yet.
    dueAgo: minutes(-300, 3_000),
    // Some have a delivery day, and of some of them it has begun.
    urgentAgo: random() < 0.4 ? minutes(-300, 300) : null,
  }));

  // All in one transaction, so that `now()` stands still.
  const claimed = await test.db.transaction(async (tx) => {
    await tx.query(
      `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month, poll_rank, next_poll_at, poll_urgent_at)
       select n::text, $1, $2, 'fedex', 'N' || n, '2026-03-01', rank, now() - make_interval(secs => 60 * due_ago),
         now() - make_interval(secs => 60 * urgent_ago)
       from unnest($3::int[], $4::smallint[], $5::float8[], $6::float8[]) as t (n, rank, due_ago, urgent_ago)`,
      [
        storeId,
        connections.fedex,
        drawn.map(({ id }) => id),
        drawn.map(({ rank }) => rank),
        drawn.map(({ dueAgo }) => dueAgo),
        drawn.map(({ urgentAgo }) => urgentAgo),
      ],
    );
    await raiseUrgentPolls(tx, SHIPMENTS);
    const order: number[] = [];
    for (let size = 1; ; size = (size % 4) + 1) {
      const claim = { limit: size, claimSeconds: 300, patienceMinutes: PATIENCE };
      const batch = await claimDueShipments(tx, connections.fedex ?? "", claim);
      if (batch.length === 0) return order;
      order.push(...batch.map(({ id }) => Number(id)));
    }
  });

  const line = new WaitingLine(PATIENCE);
  for (const { id, rank, dueAgo, urgentAgo } of drawn) {
    line.put({ id, rank, atMs: -dueAgo * 60_000, urgentAtMs: urgentAgo === null ? null : -urgentAgo * 60_000 });
  }
  const simulated: number[] = [];
  for (let id = line.take(0); id !== null; id = line.take(0)) simulated.push(id);
  expect(claimed).toEqual(simulated);
  expect(claimed.length).toBeGreaterThan(SHIPMENTS / 2);
  expect(claimed.length).toBeLessThan(SHIPMENTS);
});
