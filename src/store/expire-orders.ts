import type { Queryable } from "./database.js";
import { type DatedShipment, deleteScansOf } from "./scan-events.js";

/** What is due and how much of it to take at once. */
export interface ExpiryBatch {
  /** What came to its end before this is due. */
  readonly before: Date;
  readonly limit: number;
}

/** An order without an end counts from the last time that anything changed. `o` is the order. */
const ENDED = "coalesce(o.closed_at, o.updated_at)";

/** What of a destination says nothing about a person. */
const COARSE = `jsonb_build_object('name', null, 'lines', '[]'::jsonb, 'city', null, 'postalCode', null,
  'region', d.destination->'region', 'country', d.destination->'country')`;

/**
 * Takes the customer, the address and the proofs of delivery off orders whose time is over. Country and region stay, for
 * figures. Returns how many orders, and the customers that may have none left.
 */
export async function anonymiseOrders(
  tx: Queryable,
  { before, limit }: ExpiryBatch,
): Promise<{ readonly orders: number; readonly customerIds: readonly string[] }> {
  const { rows: due } = await tx.query<{ id: string; customerId: string | null }>(
    `select o.id, o.customer_id as "customerId" from orders o
     where o.anonymised_at is null and o.created_at < $1 and ${ENDED} < $1
     order by o.created_at limit $2`,
    [before, limit],
  );
  if (due.length === 0) return { orders: 0, customerIds: [] };
  const { ids, shipments } = await lockEnded(
    tx,
    due.map(({ id }) => id),
    before,
  );
  await tx.query(
    `update orders d set customer_id = null, destination = case when d.destination is not null then ${COARSE} end,
       anonymised_at = now(), view_version = d.view_version + 1
     where d.id = any($1::text[])`,
    [ids],
  );
  await tx.query(
    `update shipments d set proof = null, destination = case when d.destination is not null then jsonb_build_object('city', null,
       'postalCode', null, 'facilityCode', null, 'region', d.destination->'region', 'country', d.destination->'country') end
     where d.id = any($1::text[]) and (d.proof is not null or d.destination is not null)`,
    [shipments.map(({ id }) => id)],
  );
  const ended = new Set(ids);
  const customerIds = due.flatMap(({ id, customerId }) => (ended.has(id) && customerId !== null ? [customerId] : []));
  return { orders: ids.length, customerIds };
}

/**
 * Deletes those of the customers that have no order. To be run in a transaction that holds nothing else: who takes an order
 * locks its customer first.
 */
export async function deleteCustomersWithoutOrders(tx: Queryable, customerIds: readonly string[]): Promise<number> {
  if (customerIds.length === 0) return 0;
  await tx.query(`select from customers where id = any($1::text[]) order by id for update`, [customerIds]);
  // A statement of its own, so that it sees the orders that were committed while we waited for the locks.
  const { rowCount } = await tx.query(
    `delete from customers c where c.id = any($1::text[]) and not exists (select from orders o where o.customer_id = c.id)`,
    [customerIds],
  );
  return rowCount ?? 0;
}

/** Deletes the parcels of orders whose timelines have served their time. Returns how many orders. */
export async function expireTimelines(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rows: due } = await tx.query<{ id: string }>(
    `select distinct id from (
       select o.id from shipments s join orders o on o.id = s.order_id
       where s.shipment_month <= $1::timestamptz::date and ${ENDED} < $1
       order by s.shipment_month limit $2
     ) as oldest`,
    [before, limit],
  );
  if (due.length === 0) return 0;
  const { ids, shipments } = await lockEnded(
    tx,
    due.map(({ id }) => id),
    before,
  );
  await deleteShipments(tx, shipments);
  // Pages show parcels. The time of the last change stays: it counts for the order's own end.
  await tx.query(`update orders set view_version = view_version + 1 where id = any($1::text[])`, [ids]);
  return ids.length;
}

/** Deletes orders that have served their time, with everything of them. Returns how many. */
export async function expireOrders(tx: Queryable, { before, limit }: ExpiryBatch): Promise<number> {
  const { rows: due } = await tx.query<{ id: string }>(
    `select o.id from orders o where o.created_at < $1 and ${ENDED} < $1 order by o.created_at limit $2`,
    [before, limit],
  );
  if (due.length === 0) return 0;
  const { ids, shipments } = await lockEnded(
    tx,
    due.map(({ id }) => id),
    before,
  );
  await deleteShipments(tx, shipments);
  await deleteOrders(tx, ids);
  return ids.length;
}

/** Locks orders that are to be deleted, so that nobody even adds a row that names one. After their parcels, as everybody does. */
export async function lockOrdersToDelete(tx: Queryable, orderIds: readonly string[]): Promise<void> {
  await tx.query(`select from orders where id = any($1::text[]) order by id for update`, [orderIds]);
}

/** Deletes locked parcels and legs with their scans. What was told of them stays in the log of messages. */
export async function deleteShipments(tx: Queryable, shipments: readonly DatedShipment[]): Promise<void> {
  await deleteScansOf(tx, shipments);
  await tx.query(`delete from shipments where id = any($1::text[])`, [shipments.map(({ id }) => id)]);
}

/** Deletes locked orders, whose parcels are gone, with everything of them, jobs included. Their customers stay. */
export async function deleteOrders(tx: Queryable, orderIds: readonly string[]): Promise<void> {
  await tx.query(`delete from orders where id = any($1::text[])`, [orderIds]);
  await tx.query(
    `select graphile_worker.remove_job(j.key) from graphile_worker._private_jobs j where j.key = any($1::text[])`,
    [orderIds.map((id) => `notify:${id}`)],
  );
}

/** The ids of the parcels of orders and of their legs. $1: ids of orders. */
export const SHIPMENTS_AND_LEGS = `select s.id from shipments s where s.order_id = any($1::text[])
  union all select l.id from shipments s join shipments l on l.leg_of = s.id where s.order_id = any($1::text[])`;

/**
 * Locks orders with their parcels, parcels first, as everybody does, and returns those that are still at their end: one that
 * something happened to meanwhile is spared.
 */
async function lockEnded(
  tx: Queryable,
  orderIds: readonly string[],
  before: Date,
): Promise<{ readonly ids: readonly string[]; readonly shipments: readonly DatedShipment[] }> {
  await tx.query(`select from shipments where id in (${SHIPMENTS_AND_LEGS}) order by id for update`, [orderIds]);
  await lockOrdersToDelete(tx, orderIds);
  const { rows } = await tx.query<{ id: string }>(
    `select o.id from orders o where o.id = any($1::text[]) and ${ENDED} < $2 order by o.id`,
    [orderIds, before],
  );
  const ids = rows.map(({ id }) => id);
  const shipments = await tx.query<DatedShipment>(
    `select id, shipment_month as "shipmentMonth" from shipments where id in (${SHIPMENTS_AND_LEGS})`,
    [ids],
  );
  return { ids, shipments: shipments.rows };
}
