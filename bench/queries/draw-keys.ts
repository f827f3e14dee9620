import type { Database } from "../../src/store/database.js";
import type { QuestionKey } from "./questions.js";

/**
 * Parcels drawn evenly from the whole world, by a hash so that the same world gives the same ones. Shoppers look at what is
 * new, which is warmer than this. Claims are of the connection with most parcels.
 */
export async function drawKeys(db: Database, count: number): Promise<QuestionKey[]> {
  const { rows } = await db.pool.query<QuestionKey>(
    `with drawn as (select id from shipments order by md5(id) limit $1),
     busiest as (select connection_id as id from shipments where next_poll_at <= now() group by 1 order by count(*) desc limit 1)
     select s.store_id as "storeId", o.id as "orderId", o.number as "orderNumber", s.id as "shipmentId",
       s.tracking_number as "trackingNumber", c.email, busiest.id as "connectionId"
     from drawn join shipments s on s.id = drawn.id join orders o on o.id = s.order_id join customers c on c.id = o.customer_id
     cross join busiest
     order by md5(s.id || 'order')`,
    [count],
  );
  return rows;
}
