import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";
import type { NumberKey } from "./shipment-states.js";

/** Puts every number of the given shipment, or of all shipments with the given number, in scope. Returns how many shipments that are. */
export async function scopeShipments(session: Queryable, idOrNumber: string): Promise<number> {
  const { rows } = await session.query<{ found: number }>(
    `with found as (
       select store_id, carrier, tracking_number from shipments
       where id = $1 or tracking_number = upper(regexp_replace($1, '[\\s-]', '', 'g'))
     ), scoped as (
       insert into replay_scope select distinct store_id, carrier, tracking_number from found on conflict do nothing
     )
     select count(*) as found from found`,
    [idOrNumber],
  );
  return rows[0]?.found ?? 0;
}

/** Puts numbers in scope. */
export async function scopeNumbers(session: Queryable, keys: readonly NumberKey[]): Promise<void> {
  await session.query(
    `insert into replay_scope select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing`,
    toColumns(keys, ["storeId", "carrier", "trackingNumber"]),
  );
}

/**
 * A shipment is replayed with all its numbers or not at all: takes in the legs of what is in scope, what those are legs of,
 * and the number as others know it (its carrier, an aggregator).
 */
export async function scopeLegs(session: Queryable): Promise<void> {
  for (;;) {
    const { rowCount } = await session.query(
      `with families as (
         select distinct coalesce(s.leg_of, s.id) as root from shipments s
         join replay_scope using (store_id, carrier, tracking_number)
       )
       insert into replay_scope
       select s.store_id, s.carrier, s.tracking_number from families f join shipments s on s.id = f.root
       union
       select s.store_id, s.carrier, s.tracking_number from families f join shipments s on s.leg_of = f.root
       union
       select s.store_id, s.carrier, s.tracking_number
       from replay_scope r join shipments s using (store_id, tracking_number)
       on conflict do nothing`,
    );
    if (rowCount === 0) return;
  }
}

/** The numbers in scope. For scopes that are known to be small. */
export async function readScope(session: Queryable): Promise<NumberKey[]> {
  const { rows } = await session.query<NumberKey>(
    `select store_id as "storeId", carrier, tracking_number as "trackingNumber" from replay_scope`,
  );
  return rows;
}

/**
 * The first month of which a message can speak of the numbers in scope: a number has a row before anything it says is
 * written, so no message is older than the row by more than it waited. A month is allowed for that. Null without any row.
 */
export async function firstMonthOfScope(session: Queryable): Promise<string | null> {
  const { rows } = await session.query<{ month: string | null }>(
    `select min(least(s.shipment_month - interval '1 month', scans.month))::date as month
     from replay_scope join shipments s using (store_id, carrier, tracking_number)
     left join lateral (
       select min(e.message_month) as month from scan_events e
       where e.shipment_id = s.id and e.shipment_month = s.shipment_month
     ) as scans on true`,
  );
  return rows[0]?.month ?? null;
}
