import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { type Database, DatabaseError, type Queryable } from "../database.js";
import { MIGRATION_LOCK, type Migration, readMigrations } from "../migrate.js";
import {
  type BackedUpTable,
  BackupError,
  type BackupSource,
  type NextIdentity,
  type TableRows,
} from "./backup-source.js";
import { withLongSession } from "./long-session.js";
import { isKept, ownNames } from "./own-tables.js";
import { JOB_COLUMNS, SELECT_JOBS, WAITING_JOBS } from "./waiting-jobs.js";

/**
 * Runs `work` with the whole store as it is at one moment, while everybody else goes on: one REPEATABLE READ transaction
 * that reads only. The schema stays as it is meanwhile: a migration waits for its end.
 * @throws BackupError when there is nothing to read
 * @throws DatabaseError when a newer release migrated the database
 */
export async function withSnapshot<Result>(
  db: Pick<Database, "pool">,
  made: { readonly waybill: string; readonly nowMs: number },
  work: (source: BackupSource) => Promise<Result>,
): Promise<Result> {
  return withLongSession(db, async (session) => {
    // Migrations wait here rather than for our locks on tables, where everybody would queue up behind them.
    await session.query(`select pg_advisory_lock_shared($1)`, [MIGRATION_LOCK]);
    const names = await listKeptTables(session);
    await session.query(`begin isolation level repeatable read, read only`);
    // Before the first look, which is the moment of the snapshot: a partition that is dropped after it would be gone from it.
    await session.query(`lock table ${names.map((name) => pg.escapeIdentifier(name)).join(", ")} in access share mode`);
    const tables = await describeTables(session, names);
    const { rows } = await session.query<{ postgres: string }>(`select current_setting('server_version') as postgres`);
    const source: BackupSource = {
      header: {
        waybill: made.waybill,
        postgres: rows[0]?.postgres ?? "",
        createdAt: new Date(made.nowMs).toISOString(),
        migrations: await readApplied(session, await readMigrations()),
        tables,
      },
      async *tables() {
        for (const table of tables) yield copyOut(session, table);
      },
      identities: () => readIdentities(session, names),
    };
    return work(source);
  });
}

/** The query that gives the rows of a backed up table with its columns. */
export function selectRows({ name, columns }: Pick<BackedUpTable, "name" | "columns">): string {
  if (name === WAITING_JOBS) return SELECT_JOBS;
  return `select ${columns.map((column) => pg.escapeIdentifier(column)).join(", ")} from ${pg.escapeIdentifier(name)}`;
}

async function listKeptTables(db: Queryable): Promise<string[]> {
  const own = ownNames(await readMigrations()).tables.filter(isKept);
  const { rows } = await db.query<{ name: string }>(
    `select name from unnest($1::text[]) with ordinality as t (name, position) where to_regclass(name) is not null order by position`,
    [own],
  );
  if (rows.length === 0) throw new BackupError("The database holds nothing of Waybill's yet. Run: waybill migrate");
  return rows.map(({ name }) => name);
}

async function describeTables(db: Queryable, names: readonly string[]): Promise<BackedUpTable[]> {
  const { rows } = await db.query<Omit<BackedUpTable, "rows">>(
    `select t.name,
       (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       case when c.relkind = 'p' then array(
         select substring(pg_get_expr(p.relpartbound, p.oid) from '\\d{4}-\\d{2}-01')
         from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = c.oid order by 1
       ) end as months
     from unnest($1::text[]) with ordinality as t (name, position) join pg_class c on c.oid = t.name::regclass
     order by t.position`,
    [names],
  );
  const jobs = await db.query<{ exists: boolean }>(
    `select to_regclass('graphile_worker._private_jobs') is not null as exists`,
  );
  const all: Omit<BackedUpTable, "rows">[] = [...rows];
  if (jobs.rows[0]?.exists === true) all.push({ name: WAITING_JOBS, columns: [...JOB_COLUMNS], months: null });
  const counted: BackedUpTable[] = [];
  for (const table of all) {
    const { rows: counts } = await db.query<{ rows: number }>(
      `select count(*) as rows from (${selectRows(table)}) as t`,
    );
    counted.push({ ...table, rows: counts[0]?.rows ?? 0 });
  }
  return counted;
}

async function readApplied(db: Queryable, known: readonly Migration[]): Promise<Omit<Migration, "sql">[]> {
  const { rows } = await db.query<Omit<Migration, "sql">>(
    `select version, name, checksum from schema_migrations order by version`,
  );
  const unknown = rows.find(({ version }) => !known.some((migration) => migration.version === version));
  if (unknown === undefined) return rows;
  throw new DatabaseError(
    `The database was migrated by a newer release (${unknown.name}). Use that release, which knows all its tables.`,
  );
}

function copyOut(session: pg.PoolClient, table: BackedUpTable): TableRows {
  return {
    table,
    chunks: (async function* () {
      const rows = session.query(copyTo(`copy (${selectRows(table)}) to stdout`));
      for await (const chunk of rows) yield chunk as Buffer;
    })(),
  };
}

/** Identities are outside transactions: what is read here is at least as far as the rows of the snapshot. */
async function readIdentities(db: Queryable, names: readonly string[]): Promise<NextIdentity[]> {
  const { rows } = await db.query<{ table: string; column: string; sequence: string }>(
    `select t.name as "table", a.attname as "column", pg_get_serial_sequence(quote_ident(t.name), a.attname) as sequence
     from unnest($1::text[]) as t (name) join pg_attribute a on a.attrelid = t.name::regclass
     where a.attidentity <> '' and not a.attisdropped order by 1, 2`,
    [names],
  );
  const identities: NextIdentity[] = [];
  for (const { table, column, sequence } of rows) {
    // The name comes quoted from PostgreSQL.
    const { rows: values } = await db.query<{ next: number }>(
      `select case when is_called then last_value + 1 else last_value end as next from ${sequence}`,
    );
    identities.push({ table, column, next: values[0]?.next ?? 1 });
  }
  return identities;
}
