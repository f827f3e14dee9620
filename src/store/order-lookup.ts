import type { Queryable } from "./database.js";
import { findOrder, type OrderRow } from "./orders.js";

/** The most stores in which one number is looked up for an operator. */
const MAX_MATCHES = 10;

/**
 * The orders that a person may mean: by id, or by the number that the customer knows, which several stores may have
 * given. Looks store by store, so that the unique index of numbers answers.
 */
export async function findOrdersByReference(
  db: Queryable,
  reference: string,
  storeId: string | null,
): Promise<OrderRow[]> {
  const { rows } = await db.query<{ id: string; storeId: string }>(
    `select o.id, o.store_id as "storeId" from orders o where o.id = $1 and ($2::text is null or o.store_id = $2)
     union
     select o.id, o.store_id from stores s join orders o on o.store_id = s.id and o.number = $1
     where $2::text is null or s.id = $2
     order by 1 limit ${MAX_MATCHES}`,
    [reference, storeId],
  );
  const orders: OrderRow[] = [];
  for (const row of rows) {
    const order = await findOrder(db, row.storeId, row.id);
    if (order !== null) orders.push(order);
  }
  return orders;
}
