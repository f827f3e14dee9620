import type { Database } from "./database.js";

/** The tables that are partitioned by month, with the column that says the month. */
const PARTITIONED = ["carrier_messages", "scan_events"] as const;

/** Taken while partitions are made, so that two processes that start together do not collide. */
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
        const from = firstOfMonth(nowMs, offset);
        const name = partitionName(table, from);
        const { rows } = await tx.query<{ exists: boolean }>(`select to_regclass($1) is not null as exists`, [name]);
        if (rows[0]?.exists === true) continue;
        // Names and dates are made here from numbers alone.
        await tx.query(
          `create table ${name} partition of ${table} for values from ('${from}') to ('${firstOfMonth(nowMs, offset + 1)}')`,
        );
        made.push(name);
      }
    }
    return made;
  });
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

function partitionName(table: string, from: string): string {
  return `${table}_${from.slice(0, 7).replace("-", "_")}`;
}
