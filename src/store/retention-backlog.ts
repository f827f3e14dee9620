import type { Queryable } from "./database.js";
import { findPastBodies, type RetentionPeriods } from "./retention.js";

const DAY_MS = 86_400_000;
/** Hourly work may be a little late. What is late by more is a backlog. */
const GRACE_DAYS = 1;
/** Counting further tells nobody more. */
const COUNTED_AT_MOST = 10_000;

/** What has served its time for more than a day and is still there. */
export interface RetentionBacklog {
  /** Up to 10,000 are counted. */
  readonly ordersToAnonymise: number;
  readonly ordersToDelete: number;
  readonly textsToClear: number;
  /** Months of raw bodies, by the name of their partition, with how many of each are parked: those keep it. */
  readonly bodyMonths: readonly { readonly name: string; readonly parked: number }[];
}

/** Counts what retention has not got round to. */
export async function readRetentionBacklog(
  db: Queryable,
  periods: RetentionPeriods,
  nowMs: number,
): Promise<RetentionBacklog> {
  const before = (days: number) => new Date(nowMs - (days + GRACE_DAYS) * DAY_MS);
  const { rows } = await db.query<Omit<RetentionBacklog, "bodyMonths">>(
    `select
       (select count(*) from (
         select from orders where anonymised_at is null and created_at < $1 and coalesce(closed_at, updated_at) < $1 limit ${COUNTED_AT_MOST}
       ) as o) as "ordersToAnonymise",
       (select count(*) from (
         select from orders where created_at < $2 and coalesce(closed_at, updated_at) < $2 limit ${COUNTED_AT_MOST}
       ) as o) as "ordersToDelete",
       (select count(*) from (
         select from messages where (body_text is not null or body_html is not null) and created_at < $3
           and state not in ('queued', 'sending') limit ${COUNTED_AT_MOST}
       ) as m) as "textsToClear"`,
    [before(periods.personalData), before(periods.orders), before(periods.messageTexts)],
  );
  const [counts] = rows;
  if (counts === undefined) throw new Error("A query without a table gave no row.");
  const months = await findPastBodies(db, before(periods.bodies).getTime());
  const { rows: parked } = await db.query<{ month: string; n: number }>(
    `select received_month as month, count(*) as n from parked_messages where received_month = any($1::date[]) group by 1`,
    [months.map(({ month }) => month)],
  );
  const parkedOf = new Map(parked.map(({ month, n }) => [month, n]));
  return { ...counts, bodyMonths: months.map(({ name, month }) => ({ name, parked: parkedOf.get(month) ?? 0 })) };
}
