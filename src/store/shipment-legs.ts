import type { LinkedNumber } from "../domain/report.js";
import type { Queryable } from "./database.js";

/** A number under which a shipment goes on. */
export interface LegRow {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly relation: LinkedNumber["relation"];
}

/** A leg to add. */
export interface NewLeg extends LegRow {
  readonly id: string;
  readonly storeId: string;
  readonly useNumber: number;
  readonly connectionId: string | null;
  readonly shipDate: string | null;
  readonly shipmentMonth: string;
  readonly nextPollAt: Date | null;
}

/** The most numbers under which one shipment goes on. */
const MAX_LEGS = 8;

/**
 * Adds a leg, to be polled and subscribed like a shipment. Under the shipment's lock. Returns false when the use exists by
 * now or the shipment has too many legs already.
 */
export async function insertLeg(db: Queryable, leg: NewLeg): Promise<boolean> {
  const { rowCount } = await db.query(
    `with made as (
       insert into shipments (id, store_id, connection_id, carrier, tracking_number, use_number, ship_date, shipment_month,
         next_poll_at, leg_of, leg_relation)
       select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
       where (select count(*) from shipments where leg_of = $10) < ${MAX_LEGS}
       on conflict on constraint shipments_use_is_unique do nothing
       returning id, connection_id
     ), subscription as (
       insert into shipment_subscriptions (shipment_id, connection_id)
       select id, connection_id from made where connection_id is not null
     )
     select from made`,
    [
      leg.id,
      leg.storeId,
      leg.connectionId,
      leg.carrier,
      leg.trackingNumber,
      leg.useNumber,
      leg.shipDate,
      leg.shipmentMonth,
      leg.nextPollAt,
      leg.shipmentId,
      leg.relation,
    ],
  );
  return rowCount === 1;
}

/**
 * Makes a number that nobody registered the leg of a shipment, under the locks of both. What was made of its messages so far
 * goes, for they are to be read again as the shipment's; returns their ids. False when the shipment has too many legs already.
 */
export async function adoptAsLeg(
  db: Queryable,
  id: string,
  leg: Pick<NewLeg, "shipmentId" | "relation" | "connectionId" | "nextPollAt">,
): Promise<readonly StoredMessage[] | null> {
  const { rowCount } = await db.query(
    `with adopted as (
       update shipments set leg_of = $2, leg_relation = $3, connection_id = coalesce($4, connection_id), next_poll_at = $5,
         status = null, sub_status = null, status_since = null, last_scan_at = null, edd_from = null, edd_to = null,
         edd_window_from = null, edd_window_to = null, edd_source = null, proof = null, updated_at = now()
       where id = $1 and order_id is null and leg_of is null
         and (select count(*) from shipments where leg_of = $2) < ${MAX_LEGS}
       returning id, connection_id
     ), subscription as (
       insert into shipment_subscriptions (shipment_id, connection_id)
       select id, connection_id from adopted where connection_id is not null
       on conflict (shipment_id) do nothing
     ), told as (
       delete from transitions t using adopted a where t.shipment_id = a.id
     ), dates as (
       delete from edd_statements e using adopted a where e.shipment_id = a.id
     )
     select from adopted`,
    [id, leg.shipmentId, leg.relation, leg.connectionId, leg.nextPollAt],
  );
  if (rowCount !== 1) return null;
  const { rows } = await db.query<StoredMessage>(
    `with gone as (
       delete from scan_events e using shipments s
       where s.id = $1 and e.shipment_id = s.id and e.shipment_month = s.shipment_month
       returning e.message_id, e.message_month
     )
     select distinct message_id as id, message_month as "receivedMonth" from gone`,
    [id],
  );
  return rows;
}

/** A raw body, where it is stored. */
export interface StoredMessage {
  readonly id: string;
  readonly receivedMonth: string;
}

/** The numbers under which shipments go on, in the order in which they became known. */
export async function readLegs(db: Queryable, shipmentIds: readonly string[]): Promise<LegRow[]> {
  const { rows } = await db.query<LegRow>(
    `select leg_of as "shipmentId", carrier, tracking_number as "trackingNumber", leg_relation as relation
     from shipments where leg_of = any($1::text[]) order by id`,
    [shipmentIds],
  );
  return rows;
}
