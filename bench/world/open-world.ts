import pg from "pg";
import { ensurePartitions } from "../../src/store/partitions.js";
import { seededRandom } from "../poll/simulated-parcels.js";
import { say } from "../support/bench-report.js";
import { makeOrder, worldConnections } from "./order-rows.js";
import { worldIds } from "./world-ids.js";
import type { WorldMemory } from "./world-memory.js";
import { WORLD_STORES } from "./world-people.js";
import { type Growth, type WorldDatabase, WorldWriter } from "./world-writer.js";

const DAY_MS = 86_400_000;
const SAMPLE = 2_000;

export interface WorldOptions {
  readonly seed: number;
  /** The world ends at this moment and is `days` old. */
  readonly nowMs: number;
  readonly days: number;
  readonly dueShare: number;
  /** Orders, parcels and subscriptions alone, without scans and what comes of them. */
  readonly bare: boolean;
}

export interface World {
  /** Adds about so many scans (or open parcels), spread over all days of the world. Vacuums and analyses at the end. */
  grow(count: number, of: "scans" | "openParcels"): Promise<Growth>;
}

/**
 * Stores that have sold for some months, the same for the same seed and moment. Rows are written by COPY into the migrated
 * schema with all its indexes, in the order in which they would have been learned, so that the scans of one parcel lie as
 * far apart as in life. It comes tidy: no row was ever updated.
 */
export async function openWorld(database: WorldDatabase, options: WorldOptions): Promise<World> {
  const { nowMs, days, seed } = options;
  await addOwners(database);
  for (let day = 0; day <= days + 31; day += 28) await ensurePartitions(database.db, nowMs - day * DAY_MS, 0);
  const random = seededRandom(seed);
  const memory: WorldMemory = {
    ...options,
    random,
    newId: worldIds(random),
    customers: WORLD_STORES.map(() => []),
    serials: new Map(),
  };
  let transitionId = 0;
  return {
    async grow(count, of) {
      const orders = Math.round((count / measureOrders(options, of)) * SAMPLE);
      const writer = await WorldWriter.open(database, transitionId);
      const growth = await writer.write(orders, memory, days);
      transitionId = writer.transitionId;
      await tidy(database, transitionId);
      return growth;
    },
  };
}

/** What so many orders as are in the sample come to; made apart, so that looking changes nothing. */
function measureOrders(options: WorldOptions, of: "scans" | "openParcels"): number {
  const random = seededRandom(options.seed + 1);
  const memory = {
    ...options,
    random,
    newId: worldIds(random),
    customers: WORLD_STORES.map(() => []),
    serials: new Map<string, number>(),
  };
  let sum = 0;
  for (let index = 0; index < SAMPLE; index++) {
    const order = makeOrder(options.nowMs - (index / SAMPLE) * options.days * DAY_MS, { ...memory, bare: false });
    sum += order[of];
  }
  return sum;
}

async function addOwners({ db }: WorldDatabase): Promise<void> {
  for (const { id, name } of WORLD_STORES)
    await db.pool.query(`insert into stores (id, name) values ($1, $2)`, [id, name]);
  for (const { id, storeId, carrier } of worldConnections()) {
    await db.pool.query(
      `insert into connections (id, store_id, family, connector, label, credentials_sealed) values ($1, $2, 'carrier', $3, $3, '')`,
      [id, storeId, carrier],
    );
  }
}

/** As a database is that has been left alone for a night. */
async function tidy({ url }: WorldDatabase, lastTransitionId: number): Promise<void> {
  say("Vacuuming and analysing.");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`alter table transitions alter column id restart with ${lastTransitionId + 1}`);
    await client.query("vacuum (analyze)");
    await client.query("checkpoint");
  } finally {
    await client.end();
  }
}
