import type { Queryable } from "./database.js";
import { subscribeAnew } from "./subscriptions.js";

/**
 * Gives a new connection to the store's shipments that it can speak of, and makes those due for polling and to be subscribed
 * that a carrier may still say something about. A carrier's own connection takes over what an aggregator listened to for it;
 * an aggregator takes what nobody listens to. `aggregators` are those that exist. Locks the shipments by id, as everybody
 * does. Returns how many.
 */
export async function attachShipments(
  db: Queryable,
  connection: { readonly id: string; readonly storeId: string; readonly connector: string },
  aggregators: readonly string[],
): Promise<number> {
  const { rowCount } = await db.query(
    `with locked as (
       select s.id from shipments s left join connections c on c.id = s.connection_id
       where s.store_id = $2 and case
         when s.carrier = $3 then s.connection_id is null or (c.connector <> $3 and c.connector = any($4::text[]))
         else $3 = any($4::text[]) and s.connection_id is null and (s.order_id is not null or s.leg_of is not null)
       end
       order by s.id for no key update of s
     ), attached as (
       update shipments s set connection_id = $1, updated_at = now(),
         next_poll_at = case when (s.order_id is not null or s.leg_of is not null) and s.voided_at is null and s.replaced_by is null
           then now() end
       from locked where s.id = locked.id
       returning s.id, s.connection_id, s.next_poll_at
     ), subscriptions as (
       insert into shipment_subscriptions (shipment_id, connection_id)
       select id, connection_id from attached where next_poll_at is not null
       on conflict (shipment_id) do update set connection_id = excluded.connection_id, state = 'waiting', reference = null,
         job_id = null, subscribed_at = null, expires_at = null, next_attempt_at = now(), attempts = 0, reason = null, updated_at = now()
     )
     select from attached`,
    [connection.id, connection.storeId, connection.connector, aggregators],
  );
  return rowCount ?? 0;
}

/**
 * Switches a connection on or off. When it is switched on, what a failure had blocked is free again and its numbers are
 * subscribed anew. Null when there is none.
 */
export async function setConnectionEnabled(
  db: Queryable,
  id: string,
  enabled: boolean,
): Promise<{ readonly storeId: string } | null> {
  const { rows } = await db.query<{ storeId: string }>(
    `update connections set enabled = $2, updated_at = now(),
       blocked_until = case when $2 then null else blocked_until end,
       blocked_reason = case when $2 then null else blocked_reason end
     where id = $1 returning store_id as "storeId"`,
    [id, enabled],
  );
  if (enabled) await subscribeAnew(db, id);
  return rows[0] ?? null;
}

/**
 * Puts other credentials in place. The token of the old ones is dropped, a block by them lifted, and numbers are subscribed
 * anew: carriers keep the secret that they push with.
 */
export async function replaceCredentials(db: Queryable, id: string, credentialsSealed: Buffer): Promise<void> {
  await db.query(
    `with dropped as (delete from connection_tokens where connection_id = $1)
     update connections set credentials_sealed = $2, blocked_until = null, blocked_reason = null, updated_at = now()
     where id = $1`,
    [id, credentialsSealed],
  );
  await subscribeAnew(db, id);
}
