import { afterAll, beforeAll, expect, it } from "vitest";
import { createEmptyDatabase, describeEachPostgres } from "../../test/support/database.js";
import { silentLogger } from "../runtime/logger.js";
import { type Database, openDatabase } from "./database.js";
import { listPendingMigrations, migrate } from "./migrate.js";
import { ensurePartitions } from "./partitions.js";

const NOW = Date.parse("2026-12-31T23:30:00Z");

describeEachPostgres("migrate", (kind) => {
  let empty: Awaited<ReturnType<typeof createEmptyDatabase>>;
  const opened: Database[] = [];

  beforeAll(async () => {
    empty = await createEmptyDatabase(kind);
  });
  afterAll(async () => {
    for (const db of opened) await db.close();
    await empty.drop();
  });

  async function open(): Promise<Database> {
    const db = await openDatabase({ url: empty.url, applicationName: "migrate-test", poolSize: 3, log: silentLogger });
    opened.push(db);
    return db;
  }

  it("is done once by processes that migrate at the same time", async () => {
    const [first, second] = [await open(), await open()];
    const pending = await listPendingMigrations(first);
    expect(pending).toContain("0001_ground.sql");
    const applied = await Promise.all([migrate(first, NOW), migrate(second, NOW)]);
    expect(applied.flat()).toEqual(pending);
    expect(await listPendingMigrations(first)).toEqual([]);
    expect(await migrate(first, NOW)).toEqual([]);
  });

  it("brings the job library's own tables", async () => {
    const { rows } = await (await open()).pool.query(
      "select to_regprocedure('graphile_worker.add_job(text,json,text,timestamptz,int,text,int,text[],text)') is not null as there",
    );
    expect(rows).toEqual([{ there: true }]);
  });

  it("makes the partitions from last month to three months ahead, once", async () => {
    const db = await open();
    const { rows } = await db.pool.query<{ name: string }>(
      "select inhrelid::regclass::text as name from pg_inherits where inhparent = 'scan_events'::regclass order by 1",
    );
    expect(rows.map(({ name }) => name)).toEqual(
      ["2026_11", "2026_12", "2027_01", "2027_02", "2027_03"].map((month) => `scan_events_${month}`),
    );
    const nextMonth = Date.parse("2027-01-01T00:00:00Z");
    const made = await Promise.all([ensurePartitions(db, nextMonth), ensurePartitions(await open(), nextMonth)]);
    expect(made.flat().sort()).toEqual(["carrier_messages_2027_04", "scan_events_2027_04"]);
  });

  it("refuses a file that was changed after it had been applied", async () => {
    const db = await open();
    await db.pool.query("update schema_migrations set checksum = reverse(checksum) where version = 1");
    await expect(migrate(db, NOW)).rejects.toThrow(
      "Migration 0001_ground.sql was changed after it had been applied here.",
    );
    await db.pool.query("update schema_migrations set checksum = reverse(checksum) where version = 1");
  });

  it("refuses a database that a newer release migrated", async () => {
    const db = await open();
    await db.pool.query(
      "insert into schema_migrations (version, name, checksum) values (9999, '9999_of_tomorrow.sql', '')",
    );
    await expect(migrate(db, NOW)).rejects.toThrow(
      "The database was migrated by a newer release (9999_of_tomorrow.sql).",
    );
    await expect(listPendingMigrations(db)).rejects.toThrow("newer release");
  });
});
