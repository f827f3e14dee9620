import type { Database, Queryable } from "./database.js";

/** The tables that are partitioned by month, with the column that says the month. */
const PARTITIONED = ["carrier_messages", "scan_events"] as const;

export type PartitionedTable = (typeof PARTITIONED)[number];

/**
 * Taken while partitions are made, so that two processes that start together do not collide. It ends with the transaction, so a
 * pooler that lends connections by the transaction does not break it.
 */
const PARTITION_LOCK = 7_291_002;

/**
 * Makes the monthly partitions that are missing: last month's (a body received at midnight), this one's and the coming
 * ones'. Runs at every start and once a day, long before a month without partition could refuse a row.
 */
export async function ensurePartitions(db: Database, nowMs: number, monthsAhead = 3): Promise<string[]> {
  return db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock($1)`, [PARTITION_LOCK]);
    const made: string[] = [];
    for (const table of PARTITIONED) {
      for (let offset = -1; offset <= monthsAhead; offset++) {
        const name = await makePartition(tx, table, firstOfMonth(nowMs, offset));
        if (name !== null) made.push(name);
      }
    }
    return made;
  });
}

/** Makes the partition of a month (`YYYY-MM-01`) in the caller's transaction, unless it is there. Returns its name if it was made. */
export async function makePartition(tx: Queryable, table: string, month: string): Promise<string | null> {
  const from = firstOfMonth(Date.parse(month));
  const name = partitionName(table, from);
  const { rows } = await tx.query<{ exists: boolean }>(`select to_regclass($1) is not null as exists`, [name]);
  if (rows[0]?.exists === true) return null;
  // Made apart and then attached: to make it in place would lock out everybody who reads or writes the table, and as long as
  // a backup runs nobody gets that lock. The dates are made here from numbers alone, and the table is one of ours.
  await tx.query(
    `create table ${name} (like ${table} including all excluding indexes);
     alter table ${table} attach partition ${name} for values from ('${from}') to ('${firstOfMonth(Date.parse(from), 1)}')`,
  );
  return name;
}

/** `YYYY-MM-01` of the month `offset` months from the given moment, in UTC. */
export function firstOfMonth(ms: number, offset = 0): string {
  const date = new Date(ms);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + offset, 1)).toISOString().slice(0, 10);
}

/** The names of all partitions of the month `offset` months from the given moment. */
export function partitionNames(ms: number, offset = 0): string[] {
  return PARTITIONED.map((table) => partitionName(table, firstOfMonth(ms, offset)));
}

/** A month of a table. `month` is its first day. */
export interface Partition {
  readonly name: string;
  readonly month: string;
}

/** The partitions that there are, oldest first. Tables that are not named as we name partitions are left alone. */
export async function listPartitions(db: Queryable, table: PartitionedTable): Promise<Partition[]> {
  const { rows } = await db.query<Partition>(
    `select c.relname::text as name, translate(right(c.relname, 7), '_', '-') || '-01' as month
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = to_regclass($1) and c.relname ~ ('^' || $1 || '_[0-9]{4}_[0-9]{2}$')
     order by c.relname`,
    [table],
  );
  return rows;
}

/** How long a drop waits for those who read the table. Whoever comes after it waits behind it, so not for long. */
const DROP_WAITS_MS = 500;

/**
 * Drops a partition, unless it is in use: false then, and another time. To be run in a transaction of its own, in which nothing
 * else may follow a refusal.
 */
export async function dropPartition(tx: Queryable, { name }: Partition): Promise<boolean> {
  await tx.query(`set local lock_timeout = ${DROP_WAITS_MS}`);
  await tx.query("savepoint before_drop");
  try {
    await tx.query(`drop table ${name}`);
    return true;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    await tx.query("rollback to savepoint before_drop");
    return false;
  }
}

/** PostgreSQL, appendix A: `lock_not_available`. */
function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "55P03";
}

function partitionName(table: string, from: string): string {
  return `${table}_${from.slice(0, 7).replace("-", "_")}`;
}
