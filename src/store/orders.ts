import type { Place } from "../domain/place.js";
import type { Status } from "../domain/status.js";
import { toColumns, toJson } from "./columns.js";
import type { Queryable } from "./database.js";

/** Where an order goes. Only city and the first characters of the postcode ever reach a page. */
export interface Destination extends Pick<Place, "city" | "region" | "country" | "postalCode"> {
  readonly name: string | null;
  readonly lines: readonly string[];
}

/** An order with its customer. */
export interface OrderRow {
  readonly id: string;
  readonly storeId: string;
  readonly number: string;
  readonly status: Status;
  readonly placedAt: Date;
  readonly promisedFrom: string | null;
  readonly promisedTo: string | null;
  readonly destination: Destination | null;
  readonly silent: boolean;
  readonly language: string | null;
  readonly linkEpoch: number;
  readonly closedAt: Date | null;
  readonly viewVersion: number;
  readonly createdAt: Date;
  readonly customer: {
    readonly id: string;
    readonly name: string | null;
    readonly email: string | null;
    readonly phone: string | null;
  } | null;
}

export interface LineItemRow {
  readonly id: string;
  readonly orderId: string;
  readonly position: number;
  readonly sku: string | null;
  readonly title: string;
  readonly quantity: number;
  readonly imageUrl: string | null;
}

export interface NewOrderRow {
  readonly id: string;
  readonly storeId: string;
  readonly number: string;
  readonly customerId: string | null;
  readonly placedAt: Date;
  readonly promisedFrom: string | null;
  readonly promisedTo: string | null;
  readonly destination: Destination | null;
  readonly language: string | null;
  readonly silent: boolean;
}

const ORDER_COLUMNS = `o.id, o.store_id as "storeId", o.number, o.status, o.placed_at as "placedAt", o.promised_from as "promisedFrom",
  o.promised_to as "promisedTo", o.destination, o.silent, coalesce(o.language, c.language) as language, o.link_epoch as "linkEpoch",
  o.closed_at as "closedAt", o.view_version as "viewVersion", o.created_at as "createdAt",
  case when c.id is null then null else jsonb_build_object('id', c.id, 'name', c.name, 'email', c.email, 'phone', c.phone) end as customer`;

/** One order of a store by its id, or null. */
export async function findOrder(db: Queryable, storeId: string, id: string): Promise<OrderRow | null> {
  const { rows } = await db.query<OrderRow>(
    `select ${ORDER_COLUMNS} from orders o left join customers c on c.id = o.customer_id where o.id = $1 and o.store_id = $2`,
    [id, storeId],
  );
  return rows[0] ?? null;
}

/** One order of a store by the number the customer knows, or null. */
export async function findOrderByNumber(db: Queryable, storeId: string, number: string): Promise<OrderRow | null> {
  const { rows } = await db.query<OrderRow>(
    `select ${ORDER_COLUMNS} from orders o left join customers c on c.id = o.customer_id where o.store_id = $1 and o.number = $2`,
    [storeId, number],
  );
  return rows[0] ?? null;
}

/** A page of a store's orders, newest first, from before `beforeId`. */
export async function listOrders(
  db: Queryable,
  storeId: string,
  page: {
    readonly limit: number;
    readonly beforeId: string | null;
    readonly number: string | null;
    readonly status: Status | null;
  },
): Promise<OrderRow[]> {
  const { rows } = await db.query<OrderRow>(
    `select ${ORDER_COLUMNS} from orders o left join customers c on c.id = o.customer_id
     where o.store_id = $1 and ($2::text is null or o.id < $2) and ($4::text is null or o.number = $4)
       and ($5::text is null or o.status = $5)
     order by o.id desc limit $3`,
    [storeId, page.beforeId, page.limit, page.number, page.status],
  );
  return rows;
}

/** Adds an order. Returns false when the store has that number already. */
export async function insertOrder(db: Queryable, order: NewOrderRow): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into orders (id, store_id, number, customer_id, placed_at, promised_from, promised_to, destination, language, silent)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9, $10)
     on conflict on constraint orders_number_is_unique_in_store do nothing`,
    [
      order.id,
      order.storeId,
      order.number,
      order.customerId,
      order.placedAt,
      order.promisedFrom,
      order.promisedTo,
      toJson(order.destination),
      order.language,
      order.silent,
    ],
  );
  return rowCount === 1;
}

/** Adds a customer or brings a known one up to date; what the new order leaves out is kept. Returns the id. */
export async function upsertCustomer(
  db: Queryable,
  customer: {
    readonly id: string;
    readonly storeId: string;
    readonly customerKey: string;
    readonly name: string | null;
    readonly email: string | null;
    readonly phone: string | null;
    readonly language: string | null;
  },
): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into customers as c (id, store_id, customer_key, name, email, phone, language) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict on constraint customers_are_one_per_key do update
     set name = coalesce(excluded.name, c.name), email = coalesce(excluded.email, c.email), phone = coalesce(excluded.phone, c.phone),
       language = coalesce(excluded.language, c.language), updated_at = now()
     returning id`,
    [
      customer.id,
      customer.storeId,
      customer.customerKey,
      customer.name,
      customer.email,
      customer.phone,
      customer.language,
    ],
  );
  return rows[0]?.id ?? customer.id;
}

/** Adds the line items of an order. */
export async function insertLineItems(db: Queryable, items: readonly LineItemRow[]): Promise<void> {
  if (items.length === 0) return;
  await db.query(
    `insert into line_items (id, order_id, position, sku, title, quantity, image_url)
     select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::int[], $7::text[])`,
    toColumns(items, ["id", "orderId", "position", "sku", "title", "quantity", "imageUrl"]),
  );
}

/** The line items of orders, in their order. */
export async function readLineItems(db: Queryable, orderIds: readonly string[]): Promise<LineItemRow[]> {
  const { rows } = await db.query<LineItemRow>(
    `select id, order_id as "orderId", position, sku, title, quantity, image_url as "imageUrl"
     from line_items where order_id = any($1::text[]) order by order_id, position`,
    [orderIds],
  );
  return rows;
}

/** Makes every link of an order worthless, sealed and short ones. Returns false when there is no such order. */
export async function revokeOrderLinks(db: Queryable, orderId: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `with revoked as (update short_links set revoked_at = now() where order_id = $1 and revoked_at is null)
     update orders set link_epoch = link_epoch + 1, view_version = view_version + 1, updated_at = now() where id = $1`,
    [orderId],
  );
  return rowCount === 1;
}

/** An order by its id alone, for work that no caller of a store asked for (jobs). */
export async function findOrderOfAnyStore(db: Queryable, id: string): Promise<OrderRow | null> {
  const { rows } = await db.query<OrderRow>(
    `select ${ORDER_COLUMNS} from orders o left join customers c on c.id = o.customer_id where o.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
