import { pipeline } from "node:stream/promises";
import { runMigrations } from "graphile-worker";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type Database, DatabaseError, type Queryable } from "../database.js";
import { applyMigration, listPendingMigrations, MIGRATION_LOCK, type Migration, readMigrations } from "../migrate.js";
import { ensurePartitions, makePartition } from "../partitions.js";
import {
  type BackedUpTable,
  BackupError,
  type BackupHeader,
  type BackupSource,
  countRows,
  type NextIdentity,
  type OnRows,
  totalRows,
} from "./backup-source.js";
import { isInUse } from "./living-processes.js";
import { withLongSession } from "./long-session.js";
import { isKept, ownNames } from "./own-tables.js";
import { setAside } from "./set-aside.js";
import { prepareJobs, replaceJobs, WAITING_JOBS } from "./waiting-jobs.js";

export interface RestoreOptions {
  readonly nowMs: number;
  /** Whether a store that is there may be thrown away. */
  readonly replace: boolean;
  /** Whether to go on while other processes use the database. They fail until it is done. */
  readonly force: boolean;
  readonly deadAfterSeconds: number;
  readonly onRows: OnRows;
  /** Looks at what was written before it counts; throwing undoes it. Runs before migrations that the backup had not. */
  readonly check?: (tx: Queryable) => Promise<void>;
}

/**
 * Makes a database hold what a backup holds, in one transaction: it is done, or the database is as it was. An older backup
 * is loaded into the schema of its release and then brought up to this one. Returns the names of those migrations.
 * @throws BackupError when the database is in use or not empty, or the backup is of another line of releases
 * @throws DatabaseError when the database was migrated by a newer release
 */
export async function restoreDatabase(db: Database, source: BackupSource, options: RestoreOptions): Promise<string[]> {
  const { header } = source;
  const migrations = await readMigrations();
  const [before, after] = splitMigrations(migrations, header);
  // A database of a newer release is refused here: nobody can say which of its tables are Waybill's.
  await listPendingMigrations(db);
  await requireUtf8(db.pool);
  await refuseLivingProcesses(db.pool, options);
  // The library migrates on connections of its own. What it adds to an empty database harms nobody if we fail.
  await runMigrations({ pgPool: db.pool });
  await withLongSession(db, async (session) => {
    await session.query(`select pg_advisory_lock($1)`, [MIGRATION_LOCK]);
    await session.query("begin");
    try {
      if (!options.replace) await refuseFullDatabase(session, migrations);
      await dropEverything(session, migrations);
      for (const migration of before) await applyMigration(session, migration);
      await load(session, source, options);
      await options.check?.(session);
      for (const migration of after) await applyMigration(session, migration);
      await session.query("commit");
    } catch (error) {
      await session.query("rollback").catch(() => undefined);
      throw error;
    }
    await session.query("analyze");
  });
  await ensurePartitions(db, options.nowMs);
  return after.map(({ name }) => name);
}

function splitMigrations(ours: readonly Migration[], header: BackupHeader): [Migration[], Migration[]] {
  const last = header.migrations.at(-1)?.version ?? 0;
  for (const { version, name, checksum } of header.migrations) {
    const known = ours.find((migration) => migration.version === version);
    if (known === undefined)
      throw new BackupError(
        `The backup was made by a newer release (Waybill ${header.waybill}, ${name}). Restore it with that release.`,
      );
    if (known.checksum !== checksum)
      throw new BackupError(
        `The backup's ${name} is not the one of this release. Restore it with Waybill ${header.waybill}.`,
      );
  }
  const applied = new Set(header.migrations.map(({ version }) => version));
  const missed = ours.find(({ version }) => version <= last && !applied.has(version));
  if (missed !== undefined)
    throw new BackupError(`The backup lacks ${missed.name}, which came before its last migration.`);
  return [ours.filter(({ version }) => version <= last), ours.filter(({ version }) => version > last)];
}

async function requireUtf8(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ encoding: string }>(`select current_setting('server_encoding') as encoding`);
  if (rows[0]?.encoding === "UTF8") return;
  throw new DatabaseError(
    `The database's encoding is ${rows[0]?.encoding}, which cannot hold every name. Make one with: create database … encoding 'UTF8' template template0`,
  );
}

async function refuseLivingProcesses(db: Queryable, { force, deadAfterSeconds }: RestoreOptions): Promise<void> {
  if (force || !(await isInUse(db, deadAfterSeconds))) return;
  throw new BackupError(
    `A running Waybill uses this database. Stop it first; one that was killed counts as running for ${deadAfterSeconds} seconds.`,
  );
}

async function refuseFullDatabase(tx: Queryable, migrations: readonly Migration[]): Promise<void> {
  for (const table of await existing(tx, [
    ...ownNames(migrations).tables.filter(isKept),
    "graphile_worker._private_jobs",
  ])) {
    const { rowCount } = await tx.query(`select from ${table} limit 1`);
    if ((rowCount ?? 0) > 0)
      throw new BackupError(
        "The database is not empty. Name another one, or add --replace to throw away what it holds.",
      );
  }
}

/** What is there of ours; what others made stays, and is in the way if it leans on ours. */
async function dropEverything(tx: Queryable, migrations: readonly Migration[]): Promise<void> {
  const { tables, functions } = ownNames(migrations);
  const there = await existing(tx, tables);
  try {
    if (there.length > 0) await tx.query(`drop table ${there.join(", ")}`);
    for (const name of functions) await tx.query(`drop function if exists ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    // dependent_objects_still_exist
    if (code !== "2BP01") throw error;
    throw new BackupError(
      "Views or other objects that are not Waybill's depend on its tables. Drop them, restore, and make them again.",
    );
  }
}

/** Which of these names are tables, quoted as PostgreSQL does. */
async function existing(tx: Queryable, names: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ name: string }>(
    `select to_regclass(name)::text as name from unnest($1::text[]) as t (name) where to_regclass(name) is not null`,
    [names],
  );
  return rows.map(({ name }) => name);
}

async function load(tx: pg.PoolClient, source: BackupSource, { onRows }: RestoreOptions): Promise<void> {
  const { header } = source;
  for (const { name, months } of header.tables) for (const month of months ?? []) await makePartition(tx, name, month);
  const ours = header.tables.map(({ name }) => name).filter((name) => name !== WAITING_JOBS);
  const bringBack = await setAside(tx, ours);
  const jobs = await prepareJobs(tx);
  const total = totalRows(header);
  let done = 0;
  for await (const { table, chunks } of source.tables()) {
    const target = table.name === WAITING_JOBS ? jobs : table.name;
    done += await copyIn(tx, target, table, chunks, (rows) => onRows(done + rows, total));
  }
  await replaceJobs(tx);
  await bringBack();
  for (const identity of await source.identities()) await setIdentity(tx, identity);
}

async function copyIn(
  tx: pg.PoolClient,
  target: string,
  table: BackedUpTable,
  chunks: AsyncIterable<Buffer>,
  onRows: (rows: number) => void,
): Promise<number> {
  const columns = table.columns.map((column) => pg.escapeIdentifier(column)).join(", ");
  const sink = tx.query(copyFrom(`copy ${pg.escapeIdentifier(target)} (${columns}) from stdin`));
  let sent = 0;
  await pipeline(async function* () {
    for await (const chunk of chunks) {
      sent += countRows(chunk);
      yield chunk;
      onRows(sent);
    }
  }, sink);
  if (sink.rowCount !== table.rows)
    throw new BackupError(
      `${table.name} has ${table.rows} rows in the backup, and ${sink.rowCount} arrived. Report this, please.`,
    );
  return sink.rowCount;
}

/** RESTART is undone with the transaction; setval would not be. */
async function setIdentity(tx: Queryable, { table, column, next }: NextIdentity): Promise<void> {
  await tx.query(
    `alter table ${pg.escapeIdentifier(table)} alter column ${pg.escapeIdentifier(column)} restart with ${next.toFixed(0)}`,
  );
}
