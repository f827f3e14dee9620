import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";
import { deleteOrders, deleteShipments, lockOrdersToDelete, SHIPMENTS_AND_LEGS } from "./expire-orders.js";
import type { DatedShipment } from "./scan-events.js";
import type { StoredMessage } from "./shipment-legs.js";

/** What is to be erased: orders of one store, by id. */
export interface ErasureScope {
  readonly storeId: string;
  readonly orderIds: readonly string[];
}

/** What there is of some orders. */
export interface ErasableFacts {
  readonly shipments: readonly DatedShipment[];
  /** Tracking numbers of parcels and legs. */
  readonly numbers: readonly string[];
  /** First of the month of which the oldest body can be that speaks of them; null without parcels. */
  readonly firstMonth: string | null;
  readonly scans: number;
  readonly messages: number;
}

/** The parcels of orders, their legs, and what nobody registered of their numbers. $1: orders, $2: store. */
const PARCELS = `${SHIPMENTS_AND_LEGS}
  union all select u.id from shipments u where u.store_id = $2 and u.order_id is null and u.leg_of is null
    and u.tracking_number in (select tracking_number from shipments where id in (${SHIPMENTS_AND_LEGS}))`;

/**
 * Reads what there is of the orders. A number has a row before anything that a body says of it is written, so no body is older than
 * the row by more than it waited; a month is allowed for that.
 */
export async function readErasable(db: Queryable, { storeId, orderIds }: ErasureScope): Promise<ErasableFacts> {
  const { rows } = await db.query<ErasableFacts>(
    `with parcels as (select s.id, s.tracking_number, s.shipment_month from shipments s where s.id in (${PARCELS})),
     scans as (
       select count(*) as n, min(e.message_month) as month from parcels p
       join scan_events e on e.shipment_id = p.id and e.shipment_month = p.shipment_month
     )
     select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'shipmentMonth', p.shipment_month)), '[]') as shipments, coalesce(array_agg(distinct p.tracking_number), '{}') as numbers,
       least(min(p.shipment_month) - interval '1 month', (select month from scans))::date as "firstMonth",
       (select n from scans) as scans, (select count(*) from messages where order_id = any($1::text[])) as messages
     from parcels p`,
    [orderIds, storeId],
  );
  const [facts] = rows;
  if (facts === undefined) throw new Error("An aggregate gave no row.");
  return facts;
}

/** Locks everything that a carrier's word could change of the orders: parcels by id, then the orders. */
export async function lockErasable(tx: Queryable, { storeId, orderIds }: ErasureScope): Promise<void> {
  await tx.query(`select from shipments where id in (${PARCELS}) order by id for update`, [orderIds, storeId]);
  await lockOrdersToDelete(tx, orderIds);
}

/** The bodies that scans of the parcels point at, in whichever words they speak of them. */
export async function findPointedBodies(db: Queryable, { storeId, orderIds }: ErasureScope): Promise<StoredMessage[]> {
  const { rows } = await db.query<StoredMessage>(
    `select distinct e.message_id as id, e.message_month as "receivedMonth"
     from shipments s join scan_events e on e.shipment_id = s.id and e.shipment_month = s.shipment_month
     where s.id in (${PARCELS})`,
    [orderIds, storeId],
  );
  return rows;
}

/** A stretch of the stored bodies, looked through for numbers. */
export interface SearchedBodies {
  /** The last one that was looked at; null when there was none left. */
  readonly lastId: string | null;
  readonly found: readonly StoredMessage[];
}

/** Looks through the next `limit` bodies after `afterId`: those of the store that name one of the numbers, or answered a question about one. */
export async function searchBodies(
  db: Queryable,
  search: {
    readonly storeId: string;
    readonly numbers: readonly string[];
    readonly firstMonth: string;
    readonly afterId: string;
    readonly limit: number;
  },
): Promise<SearchedBodies> {
  const { rows } = await db.query<{ id: string; receivedMonth: string; named: boolean }>(
    `select m.id, m.received_month as "receivedMonth",
       m.connection_id in (select id from connections where store_id = $1) and (
         m.asked_numbers && $2::text[]
         or exists (
           select from unnest($2::text[]) as n (number), lateral (values (n.number), (lower(n.number))) as w (written)
           where position(convert_to(w.written, 'UTF8') in m.body) > 0
         )
       ) is true as named
     from carrier_messages m
     where m.received_month >= $3::date and m.id > $4
     order by m.id limit $5`,
    [search.storeId, search.numbers, search.firstMonth, search.afterId, search.limit],
  );
  return { lastId: rows.at(-1)?.id ?? null, found: rows.filter(({ named }) => named) };
}

/** Deletes bodies whole, waiting and parked ones too, what waits first and by id, as the normaliser does. Returns how many there still were. */
export async function deleteBodies(tx: Queryable, bodies: readonly StoredMessage[]): Promise<number> {
  if (bodies.length === 0) return 0;
  const ids = bodies.map(({ id }) => id);
  await tx.query(
    `with waiting as (
       select message_id from carrier_message_queue where message_id = any($1::text[]) order by message_id for update
     )
     delete from carrier_message_queue q using waiting where q.message_id = waiting.message_id`,
    [ids],
  );
  const { rowCount } = await tx.query(
    `with doomed as (
       select * from unnest($1::text[], $2::date[]) as t (id, received_month)
     ), parked as (
       delete from parked_messages p using doomed d where p.message_id = d.id
     )
     delete from carrier_messages m using doomed d where m.id = d.id and m.received_month = d.received_month`,
    toColumns(bodies, ["id", "receivedMonth"]),
  );
  return rowCount ?? 0;
}

/** Takes the words off examples of unknown codes that the bodies gave. Last in its transaction: all normalisers share these rows. */
export async function forgetExamples(tx: Queryable, bodies: readonly StoredMessage[]): Promise<void> {
  await tx.query(
    `with examples as (
       select carrier, code from carrier_code_sightings where example_message_id = any($1::text[]) order by carrier, code for update
     )
     update carrier_code_sightings c set example_text = '' from examples e where c.carrier = e.carrier and c.code = e.code`,
    [bodies.map(({ id }) => id)],
  );
}

/** Deletes locked orders and what hangs on them; last the answers of the API that repeat something of them. */
export async function deleteErasable(tx: Queryable, scope: ErasureScope, facts: ErasableFacts): Promise<void> {
  await deleteShipments(tx, facts.shipments);
  await deleteOrders(tx, scope.orderIds);
  await tx.query(
    `delete from idempotency_keys where store_id = $1
       and exists (select from unnest($2::text[]) as t (told) where position(told in response::text) > 0)`,
    [scope.storeId, [...scope.orderIds, ...facts.shipments.map(({ id }) => id), ...facts.numbers]],
  );
}

/** A customer as an operator may name one. */
export interface NamedCustomer {
  readonly id: string;
  readonly storeId: string;
}

/** The customers with that id, or with that e-mail address in whichever case; of all stores where `storeId` is null. */
export async function findCustomers(
  db: Queryable,
  reference: string,
  storeId: string | null,
): Promise<NamedCustomer[]> {
  const { rows } = await db.query<NamedCustomer>(
    `select c.id, c.store_id as "storeId" from customers c where c.id = $1 and ($2::text is null or c.store_id = $2)
     union
     select c.id, c.store_id from stores s join customers c on c.store_id = s.id and lower(c.email) = lower($1)
     where $2::text is null or s.id = $2
     order by 1 limit 100`,
    [reference, storeId],
  );
  return rows;
}

/** Ids of orders of the customers, the oldest `limit` of them. */
export async function listOrdersOfCustomers(
  db: Queryable,
  customerIds: readonly string[],
  limit: number,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from orders where customer_id = any($1::text[]) order by id limit $2`,
    [customerIds, limit],
  );
  return rows.map(({ id }) => id);
}

/** The e-mail addresses of the customers, in lower case. */
export async function readAddresses(db: Queryable, customerIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ email: string }>(
    `select distinct lower(email) as email from customers where id = any($1::text[]) and email is not null`,
    [customerIds],
  );
  return rows.map(({ email }) => email);
}

/** Takes everything off messages to the addresses that are of orders which no longer name their customer. Returns how many. */
export async function clearMessagesTo(tx: Queryable, storeId: string, addresses: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `update messages set recipient = null, subject = null, gateway_id = null, body_text = null, body_html = null,
       reason = case when state = 'suppressed' then reason end, updated_at = now()
     where store_id = $1 and lower(recipient) = any($2::text[]) returning id`,
    [storeId, addresses],
  );
  await tx.query(`delete from message_events where message_id = any($1::text[])`, [rows.map(({ id }) => id)]);
  return rows.length;
}

/** The customers of the orders. */
export async function readCustomerIds(db: Queryable, orderIds: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select distinct customer_id as id from orders where id = any($1::text[]) and customer_id is not null order by 1`,
    [orderIds],
  );
  return rows.map(({ id }) => id);
}
