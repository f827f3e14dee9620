import type { Status, SubStatus } from "../domain/status.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** What decides an order's status: one row per shipment of it. */
export interface OrderShipment {
  readonly orderId: string;
  readonly direction: "outbound" | "return";
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly voided: boolean;
  readonly replaced: boolean;
}

/** Locks orders by id. Always after their shipments. */
export async function lockOrders(db: Queryable, orderIds: readonly string[]): Promise<void> {
  await db.query(`select from orders where id = any($1::text[]) order by id for no key update`, [orderIds]);
}

/** The shipments of the given orders as they stand now. Read under the orders' lock, or two parcels miss each other. */
export async function readOrderShipments(db: Queryable, orderIds: readonly string[]): Promise<OrderShipment[]> {
  const { rows } = await db.query<OrderShipment>(
    `select order_id as "orderId", direction, status, sub_status as "subStatus", voided_at is not null as voided,
       replaced_by is not null as replaced
     from shipments where order_id = any($1::text[])`,
    [orderIds],
  );
  return rows;
}

/** Writes orders' statuses, counts a change of the page, and notes when an order came to its end or was opened again. */
export async function updateOrderStates(
  db: Queryable,
  orders: readonly { readonly id: string; readonly status: Status; readonly closed: boolean }[],
): Promise<void> {
  if (orders.length === 0) return;
  await db.query(
    `update orders o set status = t.status, view_version = o.view_version + 1, updated_at = now(),
       closed_at = case when t.closed then coalesce(o.closed_at, now()) end,
       -- What a carrier said just now may name a person again.
       anonymised_at = null
     from unnest($1::text[], $2::text[], $3::boolean[]) as t (id, status, closed)
     where o.id = t.id`,
    toColumns(orders, ["id", "status", "closed"]),
  );
}
