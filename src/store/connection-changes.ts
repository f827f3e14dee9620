import type { Queryable } from "./database.js";
import { subscribeAnew } from "./subscriptions.js";

/**
 * Gives a new connection to the store's shipments of its carrier that have none, and makes those due for polling and to be
 * subscribed that a carrier may still say something about. Locks them by id, as everybody does. Returns how many.
 */
export async function attachShipments(
  db: Queryable,
  connection: { readonly id: string; readonly storeId: string; readonly connector: string },
): Promise<number> {
  const { rowCount } = await db.query(
    `with locked as (
       select id from shipments
       where store_id = $2 and carrier = $3 and connection_id is null
       order by id for no key update
     ), attached as (
       update shipments s set connection_id = $1, updated_at = now(),
         next_poll_at = case when s.order_id is not null and s.voided_at is null and s.replaced_by is null then now() end
       from locked where s.id = locked.id
       returning s.id, s.connection_id, s.next_poll_at
     ), subscriptions as (
       insert into shipment_subscriptions (shipment_id, connection_id)
       select id, connection_id from attached where next_poll_at is not null
       on conflict (shipment_id) do nothing
     )
     select from attached`,
    [connection.id, connection.storeId, connection.connector],
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
