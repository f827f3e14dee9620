import type { Queryable } from "./database.js";

/** Limits of a connection that are to be others; null takes one away, so that the carrier's own stands. */
export interface CallLimitChanges {
  readonly callsPerSecond?: number | null;
  readonly callsPerHour?: number | null;
  readonly callsPerDay?: number | null;
  readonly pollBatchSize?: number | null;
}

const COLUMNS: Readonly<Record<keyof CallLimitChanges, string>> = {
  callsPerSecond: "calls_per_second",
  callsPerHour: "calls_per_hour",
  callsPerDay: "calls_per_day",
  pollBatchSize: "poll_batch_size",
};

/** Changes what a connection may call; what is not named is kept. */
export async function changeCallLimits(db: Queryable, id: string, changes: CallLimitChanges): Promise<void> {
  const names = (Object.keys(COLUMNS) as (keyof CallLimitChanges)[]).filter((name) => changes[name] !== undefined);
  if (names.length === 0) return;
  const assignments = names.map((name, index) => `${COLUMNS[name]} = $${index + 2}`).join(", ");
  await db.query(`update connections set ${assignments}, updated_at = now() where id = $1`, [
    id,
    ...names.map((name) => changes[name]),
  ]);
}
