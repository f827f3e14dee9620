import type { Queryable } from "./database.js";
import type { ExpiryBatch } from "./expire-orders.js";

const QUIET_POLLS_MARK = "quiet_polls";

/**
 * Deletes the answers to polls that brought nothing new: no scan points at them, no delivery date and no notice was last
 * stated by them. Goes over the answers once, from the oldest on, and remembers how far it came; what was of use then is kept
 * as long as any body. Returns how many it looked at.
 */
export async function expireQuietPolls(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rows } = await tx.query<{ looked: number; last: string | null }>(
    `with oldest as (
       select m.id, m.received_month, m.received_at, m.asked_numbers, m.connection_id from carrier_messages m
       where m.source = 'poll' and m.received_month <= $1::timestamptz::date
         and m.id > coalesce((select mark from retention_marks where name = '${QUIET_POLLS_MARK}'), '')
       order by m.id limit $2
     ), edge as (
       select min(id) as id from oldest where received_at >= $1
     ), due as (
       select o.*, c.store_id from edge cross join oldest o left join connections c on c.id = o.connection_id
       where edge.id is null or o.id < edge.id
     ), gone as (
       delete from carrier_messages m using due
       where m.id = due.id and m.received_month = due.received_month and due.asked_numbers is not null
         and not exists (select from carrier_message_queue q where q.message_id = due.id)
         and not exists (select from parked_messages p where p.message_id = due.id)
         and not exists (
           select from unnest(due.asked_numbers) as asked (number)
           join shipments s on s.tracking_number = asked.number and s.store_id = due.store_id
           join shipments f on f.id = coalesce(s.leg_of, s.id)
           where s.notice_at = due.received_at
             or exists (
               select from scan_events e
               where e.shipment_id = f.id and e.shipment_month = f.shipment_month and e.message_id = due.id
             )
             or exists (select from edd_statements e where e.shipment_id = f.id and e.received_at = due.received_at)
         )
     )
     select count(*) as looked, max(id) as last from due`,
    [before, limit],
  );
  const { looked, last } = rows[0] ?? { looked: 0, last: null };
  if (last !== null) await writeMark(tx, QUIET_POLLS_MARK, last);
  return looked;
}

/** Gives up on bodies that were parked before and that nobody could read since, or the month they came in could never go. */
export async function expireParkedMessages(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rowCount } = await tx.query(
    `with gone as (
       delete from parked_messages where message_id in (
         select message_id from parked_messages where parked_at < $1 order by message_id limit $2 for update skip locked
       ) returning message_id, received_month
     ), bodies as (
       delete from carrier_messages m using gone where m.id = gone.message_id and m.received_month = gone.received_month
     )
     select from gone`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Notes how far work has come that goes over a table in small steps. */
export async function writeMark(tx: Queryable, name: string, mark: string): Promise<void> {
  await tx.query(
    `insert into retention_marks (name, mark) values ($1, $2) on conflict (name) do update set mark = excluded.mark`,
    [name, mark],
  );
}
