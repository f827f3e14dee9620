import type { Queryable } from "./database.js";
import type { ExpiryBatch } from "./expire-orders.js";

/** Rows that nobody works on any more. That they are there says that the news was covered, so they go with their order only. */
const SETTLED = "state not in ('queued', 'sending')";

/** Forgets what messages said that were made before. Returns how many. */
export async function clearMessageTexts(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rowCount } = await tx.query(
    `update messages set body_text = null, body_html = null
     where id in (
       select id from messages where (body_text is not null or body_html is not null) and created_at < $1 and ${SETTLED}
       order by created_at limit $2 for update skip locked
     )`,
    [before, limit],
  );
  return rowCount ?? 0;
}

/** Forgets whom messages went to that were made before, and what gateways said of them. Returns how many. */
export async function clearMessageLog(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rowCount } = await tx.query(
    `with cleared as (
       update messages set recipient = null, subject = null, gateway_id = null, body_text = null, body_html = null,
         reason = case when state = 'suppressed' then reason end
       where id in (
         select id from messages where recipient is not null and created_at < $1 and ${SETTLED}
         order by created_at limit $2 for update skip locked
       ) returning id
     ), events as (
       delete from message_events e using cleared where e.message_id = cleared.id
     )
     select from cleared`,
    [before, limit],
  );
  return rowCount ?? 0;
}
