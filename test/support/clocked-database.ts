import { silentLogger } from "../../src/runtime/logger.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { createTestDatabase } from "./database.js";

/** A database whose `now()` is the same stopped clock as that of the process, and moves only when a test says so. */
export interface ClockedDatabase {
  readonly db: Database;
  readonly now: () => number;
  /** Moves time on by so many milliseconds, in the process and in the database. */
  pass(ms: number): Promise<void>;
  drop(): Promise<void>;
}

/** Columns that default to `now()` keep the real clock; so far ahead, what they say is never in the future. */
const AHEAD_MS = 10 * 60_000;

/**
 * A migrated database of its own. PostgreSQL looks `now()` up along the search path, so a schema in front of `pg_catalog` can
 * stop the clock of every statement without any of them being changed.
 */
export async function createClockedDatabase(): Promise<ClockedDatabase> {
  const test = await createTestDatabase();
  let nowMs = Date.now() + AHEAD_MS;
  const name = new URL(test.url).pathname.slice(1);
  await test.db.pool.query(`
    create schema stopped;
    create table stopped.clock (at timestamptz not null);
    insert into stopped.clock values (to_timestamp(${nowMs} / 1000.0));
    create function stopped.now() returns timestamptz language sql stable as 'select at from stopped.clock';
    create function stopped.clock_timestamp() returns timestamptz language sql stable as 'select at from stopped.clock';
    alter database ${name} set search_path = stopped, pg_catalog, public`);
  const db = await openDatabase({
    url: test.url,
    applicationName: "waybill-test",
    poolSize: 10,
    log: silentLogger,
  });
  return {
    db,
    now: () => nowMs,
    async pass(ms) {
      nowMs += ms;
      await db.pool.query(`update stopped.clock set at = to_timestamp($1 / 1000.0)`, [nowMs]);
    },
    async drop() {
      await db.close();
      await test.drop();
    },
  };
}
