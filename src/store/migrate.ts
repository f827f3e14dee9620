import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { runMigrations } from "graphile-worker";
import type pg from "pg";
import { allowSilence, type Database, DatabaseError, type Queryable } from "./database.js";
import { ensurePartitions } from "./partitions.js";

/** One numbered SQL file. `checksum` is the SHA-256 of its text in hex. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Held by whoever changes the schema; shared by who needs it to stay as it is. */
export const MIGRATION_LOCK = 7_291_001;
const FILE = /^(\d{4})_[a-z0-9_]+\.sql$/;

/**
 * Brings the schema up to date: our numbered SQL files, each in a transaction of its own, then the job library's own, then
 * the partitions. Processes that start together take turns under a lock. Returns the names of what was applied.
 * @throws DatabaseError when the database is newer than this release, or an applied file was changed afterwards
 */
export async function migrate(db: Database, nowMs: number): Promise<string[]> {
  const migrations = await readMigrations();
  const client = await db.pool.connect();
  try {
    // Waiting for one's turn and filling an index may take long.
    allowSilence(client);
    await client.query(`set statement_timeout = 0`);
    // Held by this session over several transactions; released below, or by the server when the session ends.
    await client.query(`select pg_advisory_lock($1)`, [MIGRATION_LOCK]);
    const applied: string[] = [];
    for (const migration of await findPending(client, migrations)) {
      await apply(client, migration);
      applied.push(migration.name);
    }
    await runMigrations({ pgPool: db.pool });
    await ensurePartitions(db, nowMs);
    return applied;
  } finally {
    // Thrown away rather than returned to the pool: its end gives the lock back, whatever state it is in.
    client.release(true);
  }
}

/** The names of the migrations that this release has and the database has not. */
export async function listPendingMigrations(db: Database): Promise<string[]> {
  const client = await db.pool.connect();
  try {
    return (await findPending(client, await readMigrations())).map(({ name }) => name);
  } finally {
    client.release();
  }
}

/** The migrations of this release, oldest first. */
export async function readMigrations(): Promise<Migration[]> {
  const folder = new URL("./migrations/", import.meta.url);
  const files = (await readdir(folder)).filter((file) => FILE.test(file)).sort();
  return Promise.all(
    files.map(async (name) => {
      const sql = await readFile(new URL(name, folder), "utf8");
      return { version: Number(name.slice(0, 4)), name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function findPending(client: pg.PoolClient, migrations: readonly Migration[]): Promise<Migration[]> {
  const known = await client.query<{ exists: boolean }>(
    `select to_regclass('schema_migrations') is not null as exists`,
  );
  if (known.rows[0]?.exists !== true) return [...migrations];
  const { rows } = await client.query<{ version: number; name: string; checksum: string }>(
    `select version, name, checksum from schema_migrations order by version`,
  );
  const ours = new Map(migrations.map((migration) => [migration.version, migration]));
  for (const row of rows) {
    const migration = ours.get(row.version);
    if (migration === undefined) {
      throw new DatabaseError(
        `The database was migrated by a newer release (${row.name}). Start that release, or restore a backup.`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new DatabaseError(
        `Migration ${row.name} was changed after it had been applied here. Migrations are only ever added.`,
      );
    }
  }
  const applied = new Set(rows.map((row) => row.version));
  return migrations.filter((migration) => !applied.has(migration.version));
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    await client.query("begin");
    await applyMigration(client, migration);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw new DatabaseError(
      `Migration ${migration.name} failed and was rolled back: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Applies one migration in the caller's transaction and notes it. Call under `MIGRATION_LOCK`. */
export async function applyMigration(tx: Queryable, { version, name, sql, checksum }: Migration): Promise<void> {
  await tx.query(
    `create table if not exists schema_migrations (version integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())`,
  );
  await tx.query(sql);
  await tx.query(`insert into schema_migrations (version, name, checksum) values ($1, $2, $3)`, [
    version,
    name,
    checksum,
  ]);
}

/** Empties a database altogether, for the demo. Nothing else may ever call this. */
export async function emptyDatabase(db: Database): Promise<void> {
  await db.pool.query(
    `drop schema if exists graphile_worker cascade; drop schema public cascade; create schema public;`,
  );
}
