import type { Queryable } from "./database.js";

/** What one connection owes: shipments that are due and were not asked about yet, and what it called. */
export interface PollDebtRow {
  readonly connectionId: string;
  readonly due: number;
  readonly dueOnDeliveryDay: number;
  readonly oldestDueAt: Date | null;
  /** In this hour and on this day, by UTC. */
  readonly callsThisHour: number;
  readonly callsToday: number;
}

/**
 * The debt of enabled carrier connections (of all stores where `storeId` is null) at a moment, by the database's clock where
 * it is null. Counts only what is due.
 */
export async function readPollDebts(
  db: Queryable,
  { storeId, at }: { readonly storeId: string | null; readonly at: Date | null },
): Promise<PollDebtRow[]> {
  const { rows } = await db.query<PollDebtRow>(
    `select c.id as "connectionId", d.due, d.today as "dueOnDeliveryDay", d.oldest as "oldestDueAt",
       case when b.hour_started_at = date_trunc('hour', clock.at, 'UTC') then b.hour_calls else 0 end as "callsThisHour",
       case when b.day_started_at = date_trunc('day', clock.at, 'UTC') then b.day_calls else 0 end as "callsToday"
     from (select coalesce($2::timestamptz, now()) as at) as clock, connections c left join call_budgets b on b.connection_id = c.id,
     lateral (
       select count(*) as due, count(*) filter (where s.poll_rank = 0) as today, min(s.next_poll_at) as oldest
       from shipments s
       where s.connection_id = c.id and s.poll_rank = any('{0,1,2,3}'::smallint[]) and s.next_poll_at <= clock.at
     ) as d
     where c.family = 'carrier' and c.enabled and ($1::text is null or c.store_id = $1)
     order by c.id limit 1000`,
    [storeId, at],
  );
  return rows;
}
