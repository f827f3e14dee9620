import type { Place } from "../domain/place.js";
import type { ProofOfDelivery } from "../domain/report.js";
import type { Status, SubStatus } from "../domain/status.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";
import { type DatedShipment, deleteScansOf } from "./scan-events.js";

/** A shipment as pages and the API read it. */
export interface ShipmentRow {
  readonly id: string;
  readonly storeId: string;
  readonly orderId: string | null;
  readonly carrier: string;
  /** Who carries it, where it is registered with an aggregator and that is known. */
  readonly underlyingCarrier: string | null;
  readonly trackingNumber: string;
  readonly useNumber: number;
  readonly direction: "outbound" | "return";
  readonly serviceLevel: string | null;
  readonly shipDate: string | null;
  readonly shipmentMonth: string;
  readonly destination: Place | null;
  readonly proof: ProofOfDelivery | null;
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly statusSince: Date | null;
  readonly lastScanAt: Date | null;
  readonly eddFrom: string | null;
  readonly eddTo: string | null;
  readonly eddWindowFrom: string | null;
  readonly eddWindowTo: string | null;
  readonly eddSource: "carrier" | "predicted" | "promised" | null;
  readonly noticeKind: string | null;
  readonly nextPollAt: Date | null;
  readonly lastPolledAt: Date | null;
  readonly voidedAt: Date | null;
  readonly replacedBy: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What to register under an order. */
export interface ShipmentRegistration {
  readonly id: string;
  readonly storeId: string;
  readonly orderId: string;
  readonly connectionId: string | null;
  readonly carrier: string;
  readonly underlyingCarrier: string | null;
  readonly trackingNumber: string;
  readonly useNumber: number;
  readonly direction: "outbound" | "return";
  readonly serviceLevel: string | null;
  readonly shipDate: string | null;
  readonly shipmentMonth: string;
  readonly silent: boolean;
  readonly nextPollAt: Date | null;
}

const SHIPMENT_COLUMNS = `s.id, s.store_id as "storeId", s.order_id as "orderId", s.carrier, s.underlying_carrier as "underlyingCarrier", s.tracking_number as "trackingNumber",
  s.use_number as "useNumber", s.direction, s.service_level as "serviceLevel", s.ship_date as "shipDate", s.shipment_month as "shipmentMonth",
  s.destination, s.proof, s.status, s.sub_status as "subStatus", s.status_since as "statusSince", s.last_scan_at as "lastScanAt",
  s.edd_from as "eddFrom", s.edd_to as "eddTo", s.edd_window_from as "eddWindowFrom", s.edd_window_to as "eddWindowTo",
  s.edd_source as "eddSource", s.notice_kind as "noticeKind", s.next_poll_at as "nextPollAt", s.last_polled_at as "lastPolledAt",
  s.voided_at as "voidedAt", s.replaced_by as "replacedBy", s.created_at as "createdAt", s.updated_at as "updatedAt"`;

/** One shipment of a store, or null. */
export async function findShipment(db: Queryable, storeId: string, id: string): Promise<ShipmentRow | null> {
  const { rows } = await db.query<ShipmentRow>(
    `select ${SHIPMENT_COLUMNS} from shipments s where s.id = $1 and s.store_id = $2`,
    [id, storeId],
  );
  return rows[0] ?? null;
}

/** The shipments of orders, oldest first. */
export async function readShipments(db: Queryable, orderIds: readonly string[]): Promise<ShipmentRow[]> {
  const { rows } = await db.query<ShipmentRow>(
    `select ${SHIPMENT_COLUMNS} from shipments s where s.order_id = any($1::text[]) order by s.id`,
    [orderIds],
  );
  return rows;
}

/** A page of a store's registered shipments, newest first, from before `beforeId`. */
export async function listShipments(
  db: Queryable,
  storeId: string,
  page: {
    readonly limit: number;
    readonly beforeId: string | null;
    readonly trackingNumber: string | null;
    readonly status: Status | null;
  },
): Promise<ShipmentRow[]> {
  const { rows } = await db.query<ShipmentRow>(
    `select ${SHIPMENT_COLUMNS} from shipments s
     where s.store_id = $1 and s.order_id is not null and ($2::text is null or s.id < $2)
       and ($4::text is null or s.tracking_number = $4) and ($5::text is null or s.status = $5)
     order by s.id desc limit $3`,
    [storeId, page.beforeId, page.limit, page.trackingNumber, page.status],
  );
  return rows;
}

/** Locks a shipment of a store. First lock of a transaction that also touches its order. */
export async function lockShipment(db: Queryable, storeId: string, id: string): Promise<ShipmentRow | null> {
  const { rows } = await db.query<ShipmentRow>(
    `select ${SHIPMENT_COLUMNS} from shipments s where s.id = $1 and s.store_id = $2 for no key update`,
    [id, storeId],
  );
  return rows[0] ?? null;
}

/** Adds a use of a number, to be subscribed. Returns false when that use exists by now: read again and decide anew. */
export async function insertShipment(db: Queryable, shipment: ShipmentRegistration): Promise<boolean> {
  const { rowCount } = await db.query(
    `with made as (
       insert into shipments (id, store_id, order_id, connection_id, carrier, tracking_number, use_number, direction, service_level,
         ship_date, shipment_month, silent, next_poll_at, underlying_carrier)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       on conflict on constraint shipments_use_is_unique do nothing
       returning id, connection_id
     ), subscription as (
       insert into shipment_subscriptions (shipment_id, connection_id)
       select id, connection_id from made where connection_id is not null
     )
     select from made`,
    [
      shipment.id,
      shipment.storeId,
      shipment.orderId,
      shipment.connectionId,
      shipment.carrier,
      shipment.trackingNumber,
      shipment.useNumber,
      shipment.direction,
      shipment.serviceLevel,
      shipment.shipDate,
      shipment.shipmentMonth,
      shipment.silent,
      shipment.nextPollAt,
      shipment.underlyingCarrier,
    ],
  );
  return rowCount === 1;
}

/**
 * Gives a number that carriers spoke of before anybody registered it to its order, to be subscribed. Its scans stay. Under
 * its lock.
 */
export async function claimShipment(
  db: Queryable,
  id: string,
  shipment: Omit<ShipmentRegistration, "id" | "useNumber" | "shipmentMonth">,
): Promise<void> {
  await db.query(
    `with claimed as (
       update shipments set order_id = $2, connection_id = coalesce($3, connection_id), direction = $4,
         service_level = coalesce($5, service_level), ship_date = coalesce($6, ship_date), silent = $7, next_poll_at = $8,
         underlying_carrier = coalesce(underlying_carrier, $9), updated_at = now()
       where id = $1 and order_id is null
       returning id, connection_id
     )
     insert into shipment_subscriptions (shipment_id, connection_id)
     select id, connection_id from claimed where connection_id is not null
     on conflict (shipment_id) do nothing`,
    [
      id,
      shipment.orderId,
      shipment.connectionId,
      shipment.direction,
      shipment.serviceLevel,
      shipment.shipDate,
      shipment.silent,
      shipment.nextPollAt,
      shipment.underlyingCarrier,
    ],
  );
}

/** Marks a shipment as void, or as replaced by another; both stop polling, and its subscriptions are to end. Its legs go with it. Under its lock. */
export async function retireShipment(db: Queryable, id: string, replacedBy: string | null, at: Date): Promise<void> {
  await db.query(
    `with subscriptions as (
       update shipment_subscriptions set next_attempt_at = now()
       where state <> 'ended' and shipment_id in (select id from shipments where id = $1 or leg_of = $1)
     )
     update shipments set voided_at = case when id <> $1 or $2::text is null then $3::timestamptz else voided_at end,
       replaced_by = case when id = $1 then $2 end, next_poll_at = null, updated_at = now()
     where id in (select id from shipments where id = $1 or leg_of = $1)`,
    [id, replacedBy, at],
  );
}

/** What is in a shipment. */
export interface ShipmentItemRow {
  readonly shipmentId: string;
  readonly lineItemId: string;
  readonly quantity: number;
}

/** Adds what is in a shipment; said again, the newest quantity stands. */
export async function insertShipmentItems(db: Queryable, items: readonly ShipmentItemRow[]): Promise<void> {
  if (items.length === 0) return;
  await db.query(
    `insert into shipment_items (shipment_id, line_item_id, quantity)
     select * from unnest($1::text[], $2::text[], $3::int[])
     on conflict (shipment_id, line_item_id) do update set quantity = excluded.quantity`,
    toColumns(items, ["shipmentId", "lineItemId", "quantity"]),
  );
}

/** The contents of shipments. */
export async function readShipmentItems(db: Queryable, shipmentIds: readonly string[]): Promise<ShipmentItemRow[]> {
  const { rows } = await db.query<ShipmentItemRow>(
    `select shipment_id as "shipmentId", line_item_id as "lineItemId", quantity from shipment_items where shipment_id = any($1::text[])`,
    [shipmentIds],
  );
  return rows;
}

/**
 * Drops numbers that nobody registered for 30 days, with their scans; their raw bodies live by their own retention. To be run in a
 * transaction. Bounded per run. Returns how many.
 */
export async function dropUnregisteredShipments(tx: Queryable, limit = 1000): Promise<number> {
  const { rows } = await tx.query<DatedShipment>(
    `delete from shipments where id in (
       select id from shipments
       where order_id is null and leg_of is null and created_at < now() - interval '30 days'
       order by created_at limit $1
       for update skip locked
     ) returning id, shipment_month as "shipmentMonth"`,
    [limit],
  );
  await deleteScansOf(tx, rows);
  return rows.length;
}
