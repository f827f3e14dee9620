import type { Database } from "../../src/store/database.js";
import { ensurePartitions } from "../../src/store/partitions.js";

/** How many orders there are, each with one parcel of eight scans, over six months. */
export const FILLED_ORDERS = 20_000;

/**
 * Fills a database so that its planner has something to choose between: nine tenths of the orders are delivered, one in a hundred is in
 * trouble, one in twenty due to be polled, the oldest third anonymised. Ids are `ord_000042`, `shp_000042` and so on. One in a hundred
 * is of a small store, `sto_2`, the others are of `sto_1`.
 */
export async function fillDatabase(db: Database, nowMs: number): Promise<void> {
  for (let month = 0; month < 6; month++) await ensurePartitions(db, nowMs - month * 30 * 86_400_000, 0);
  for (const statement of STATEMENTS) await db.pool.query(statement);
  await db.pool.query("vacuum (analyze)");
}

const NUMBERS = `generate_series(1, ${FILLED_ORDERS}) as n`;
const ID = "lpad(n::text, 6, '0')";
const STORE = "case when n % 100 = 7 then 'sto_2' else 'sto_1' end";
const CONNECTION = "case when n % 100 = 7 then 'con_2' else 'con_1' end";
/** Old ones first, as ids grow with time: six months ago up to now. */
const MADE = `now() - make_interval(mins => (${FILLED_ORDERS} - n) * 12)`;
const MONTH = `date_trunc('month', ${MADE})::date`;
const STATUS = `case when n % 100 = 0 then 'exception' when n % 10 = 0 then 'in_transit' else 'delivered' end`;
const SUB_STATUS = `case when n % 100 = 0 then 'delayed' when n % 10 = 0 then 'moving' else 'delivered' end`;

const STATEMENTS = [
  `insert into stores (id, name) select 'sto_' || n, 'Store ' || n from generate_series(1, 2) n`,
  `insert into connections (id, store_id, family, connector, label, credentials_sealed)
   select 'con_' || n, 'sto_' || n, 'carrier', 'ups', 'UPS', '' from generate_series(1, 2) n`,
  `insert into customers (id, store_id, customer_key, name, email)
   select 'cus_' || ${ID}, ${STORE}, 'email:' || n, 'Customer ' || n, 'customer' || n || '@example.com' from ${NUMBERS}`,
  `insert into orders (id, store_id, number, customer_id, placed_at, status, created_at, updated_at, closed_at, anonymised_at)
   select 'ord_' || ${ID}, ${STORE}, 'N-' || n, 'cus_' || ${ID}, ${MADE}, ${STATUS}, ${MADE}, ${MADE},
     case when n % 10 <> 0 then ${MADE} end, case when n < ${FILLED_ORDERS} / 3 then now() end from ${NUMBERS}`,
  `insert into line_items (id, order_id, position, title, quantity) select 'itm_' || ${ID}, 'ord_' || ${ID}, 0, 'Shirt', 1 from ${NUMBERS}`,
  `insert into shipments (id, store_id, order_id, connection_id, carrier, tracking_number, shipment_month, status, sub_status,
     next_poll_at, poll_rank, poll_plan_stale, created_at)
   select 'shp_' || ${ID}, ${STORE}, 'ord_' || ${ID}, ${CONNECTION}, 'ups', '1Z' || ${ID}, ${MONTH}, ${STATUS}, ${SUB_STATUS},
     case when n % 10 = 0 then now() + make_interval(mins => n % 40 - 20) end, n % 4, n % 1000 = 0, ${MADE} from ${NUMBERS}`,
  `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month, created_at)
   select 'shu_' || ${ID}, 'sto_1', 'con_1', 'ups', '9Z' || ${ID}, ${MONTH}, ${MADE} from ${NUMBERS} where n % 50 = 0`,
  `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month, leg_of, leg_relation)
   select 'shl_' || ${ID}, ${STORE}, ${CONNECTION}, 'usps', '8Z' || ${ID}, ${MONTH}, 'shp_' || ${ID}, 'next_leg' from ${NUMBERS} where n % 25 = 0`,
  `insert into shipment_items (shipment_id, line_item_id, quantity) select 'shp_' || ${ID}, 'itm_' || ${ID}, 1 from ${NUMBERS}`,
  `insert into shipment_subscriptions (shipment_id, connection_id, state, subscribed_at, next_attempt_at)
   select 'shp_' || ${ID}, ${CONNECTION}, case when n % 40 = 0 then 'waiting' else 'subscribed' end, now(),
     case when n % 40 = 0 then now() else now() + interval '1 day' end from ${NUMBERS}`,
  `insert into scan_events (shipment_id, shipment_month, identity, digest, carrier, tracking_number, scan_code, carrier_code, carrier_text,
     zone, precision, meaning, message_id, message_month, received_at)
   select 'shp_' || ${ID}, ${MONTH}, 'scan' || k, 'd', 'ups', '1Z' || ${ID}, 'AR', 'AR', 'Arrived at the facility', 'unknown', 'minute',
     'information', 'msg_' || ${ID}, ${MONTH}, ${MADE} from ${NUMBERS}, generate_series(1, 8) as k`,
  `insert into edd_statements (shipment_id, source, from_date, to_date, received_at)
   select 'shp_' || ${ID}, 'carrier', now()::date, now()::date, ${MADE} from ${NUMBERS}`,
  `insert into transitions (shipment_id, status, sub_status, cause, announced, learned_at)
   select 'shp_' || ${ID}, 'in_transit', 'moving', 'c' || k, true, ${MADE} from ${NUMBERS}, generate_series(1, 2) as k`,
  `insert into messages (id, store_id, order_id, shipment_id, transition_id, cause, channel, status, sub_status, state, reason, recipient, body_text, created_at)
   select 'msg_' || ${ID}, ${STORE}, 'ord_' || ${ID}, 'shp_' || ${ID}, n * 2, 'transition:' || n, 'email', 'in_transit', 'moving',
     case when n % 500 = 0 then 'unknown' else 'sent' end, null, 'customer' || n || '@example.com', 'text', ${MADE} from ${NUMBERS}`,
  `insert into message_events (message_id, kind) select 'msg_' || ${ID}, 'accepted' from ${NUMBERS}`,
  `insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, asked_numbers, received_at)
   select 'msg_' || ${ID}, ${MONTH}, ${CONNECTION}, case when n % 2 = 0 then 'poll' else 'push' end, sha256(n::text::bytea),
     convert_to(repeat('body ' || n, 30), 'UTF8'), case when n % 2 = 0 then array['1Z' || ${ID}] end, ${MADE} from ${NUMBERS}`,
  // A backlog of an hour or two.
  `insert into carrier_message_queue (message_id, received_month)
   select 'msg_' || lpad(n::text, 6, '0'), date_trunc('month', now())::date from generate_series(1, 200000) as n`,
  `insert into short_links (link_hash, order_id) select sha256(n::text::bytea), 'ord_' || ${ID} from ${NUMBERS}`,
  `insert into audit_log (actor, action, subject) select 'a', 'b', 'c' || n from ${NUMBERS}`,
  `insert into idempotency_keys (store_id, key, request_hash, created_at) select ${STORE}, 'k' || n, '', now() - make_interval(secs => n) from ${NUMBERS}`,
] as const;
