import { PATIENCE_MINUTES } from "../../src/ingest/cadence-table.js";
import type { Database, Queryable } from "../../src/store/database.js";
import {
  claimDueShipments,
  listConnectionsDue,
  raiseUrgentPolls,
  scheduleNextPolls,
} from "../../src/store/poll-queue.js";

const MINUTE_MS = 60_000;
const AT_ONCE = 1_000;
/** In the order in which the poller claims. For a day, so that what was claimed does not come due again meanwhile. */
const CLAIM = { claimSeconds: 86_400, patienceMinutes: Object.values(PATIENCE_MINUTES) };

/** Makes so many parcels due, others for every seed, as the poller would: each within the last half hour. */
export async function makeDue(db: Database, count: number, seed: string): Promise<void> {
  const { rows } = await db.pool.query<{ id: string }>(
    `select id from shipments where next_poll_at is not null and status is distinct from 'delivered' order by md5(id || $2) limit $1`,
    [count, seed],
  );
  if (rows.length < count) throw new Error(`Only ${rows.length} parcels are polled.`);
  for (let from = 0; from < count; from += AT_ONCE) {
    const polls = rows.slice(from, from + AT_ONCE).map(({ id }, index) => ({
      id,
      nextPollAt: new Date(Date.now() - (((from + index) / count) * 30 + 1) * MINUTE_MS),
      rank: null,
      urgentAt: null,
      batchLimit: null,
    }));
    await scheduleNextPolls(db.pool, polls, { polled: false });
  }
}

/** Claims at most `limit` of one connection. */
export function claim(db: Queryable, connectionId: string, limit: number) {
  return claimDueShipments(db, connectionId, { ...CLAIM, limit });
}

/** The look that finds nothing to do; the poller makes it every five seconds. */
export async function look(db: Queryable): Promise<readonly string[]> {
  await raiseUrgentPolls(db, AT_ONCE);
  return listConnectionsDue(db);
}

/** Claims whatever is due, connection by connection, `limit` at a time, on one connection to the database. */
export async function sweep(
  db: Queryable,
  limit: number,
): Promise<{ readonly claimed: number; readonly claims: number }> {
  const sum = { claimed: 0, claims: 0 };
  for (const connectionId of await look(db)) {
    for (;;) {
      const { length } = await claim(db, connectionId, limit);
      sum.claimed += length;
      sum.claims += 1;
      if (length < limit) break;
    }
  }
  return sum;
}
