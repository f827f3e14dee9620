import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { newId } from "../../test/support/store-fixture.js";
import { readConfig } from "../runtime/config.js";
import { createLifecycle } from "../runtime/lifecycle.js";
import { silentLogger } from "../runtime/logger.js";
import { createMetrics } from "../runtime/metrics.js";
import { sealingKey } from "../runtime/sealing.js";
import { startUpkeep } from "./start-upkeep.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** A process that keeps house. */
function startProcess() {
  const lifecycle = createLifecycle({ log: silentLogger, now: Date.now, deadlineMs: 10_000 });
  const workerId = newId("wrk");
  startUpkeep({
    config: readConfig({}),
    publicUrl: "http://127.0.0.1:3000",
    db: database.db,
    ring: { current: sealingKey(Buffer.alloc(32, 7)), old: [] },
    newId,
    now: Date.now,
    log: silentLogger,
    metrics: createMetrics({ version: "0", processMetrics: false }),
    lifecycle,
    workerId,
  });
  return { workerId, stop: () => lifecycle.stop("the test is over") };
}

async function leader(): Promise<string | null> {
  const { rows } = await database.db.pool.query<{ holder: string }>(`select holder from leases where name = 'upkeep'`);
  return rows[0]?.holder ?? null;
}

async function untilLeaderIs(workerId: string): Promise<void> {
  while ((await leader()) !== workerId) continue;
}

test("of several processes one keeps house; when it stops, the next one that starts does at once", async () => {
  const { pool } = database.db;
  await pool.query(`insert into workers (id, roles, beat_at) values ('long dead', 'poll', now() - interval '2 days')`);
  const first = startProcess();
  await untilLeaderIs(first.workerId);
  while ((await pool.query(`select from workers`)).rowCount !== 0) continue;

  await pool.query(
    `insert into workers (id, roles, beat_at) values ('long dead too', 'poll', now() - interval '2 days')`,
  );
  const second = startProcess();
  await second.stop();
  expect(await leader()).toBe(first.workerId);
  expect((await pool.query(`select from workers`)).rowCount).toBe(1);

  await first.stop();
  expect(await leader()).toBeNull();
  const third = startProcess();
  await untilLeaderIs(third.workerId);
  while ((await pool.query(`select from workers`)).rowCount !== 0) continue;
  await third.stop();
});
