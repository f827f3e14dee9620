import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOrderDetails, readTimelines } from "../../src/orders/read-orders.js";
import { leaseCarrierMessages, queueAgain } from "../../src/store/carrier-messages.js";
import type { Queryable } from "../../src/store/database.js";
import { readEddStatements } from "../../src/store/edd-statements.js";
import {
  clearMessagesTo,
  findCustomers,
  findPointedBodies,
  listOrdersOfCustomers,
  readErasable,
  searchBodies,
} from "../../src/store/erasure.js";
import { expireQuietPolls } from "../../src/store/expire-bodies.js";
import { deleteStrayCustomers, expireAuditLog } from "../../src/store/expire-logs.js";
import { clearMessageLog, clearMessageTexts } from "../../src/store/expire-messages.js";
import {
  anonymiseOrders,
  deleteCustomersWithoutOrders,
  expireOrders,
  expireTimelines,
} from "../../src/store/expire-orders.js";
import { forgetIdempotencyKeys } from "../../src/store/idempotency.js";
import {
  listMessages,
  listMessagesInState,
  listQueuedMessages,
  markAbandonedSends,
  readUncoveredNews,
} from "../../src/store/messages.js";
import { findOrdersByReference } from "../../src/store/order-lookup.js";
import { findOrder, findOrderByNumber, listOrders } from "../../src/store/orders.js";
import { readPageHead } from "../../src/store/page-heads.js";
import { firstOfMonth } from "../../src/store/partitions.js";
import { readPollDebts } from "../../src/store/poll-debt.js";
import { claimDueShipments, listConnectionsDue, replanPolls } from "../../src/store/poll-queue.js";
import { findShipmentsByNumber } from "../../src/store/shipment-lookup.js";
import {
  ensureShipments,
  findNumberKeys,
  findUnknownNumbers,
  lockShipmentsByNumber,
} from "../../src/store/shipment-states.js";
import { dropUnregisteredShipments, listShipments, readShipments } from "../../src/store/shipments.js";
import { findShortLink } from "../../src/store/short-links.js";
import { readListening } from "../../src/store/subscription-lookup.js";
import { claimDueSubscriptions, listConnectionsToSubscribe } from "../../src/store/subscriptions.js";
import { readLastTransitions } from "../../src/store/transitions.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { fillDatabase } from "../support/filled-database.js";
import { plansOf } from "../support/query-plans.js";

const DAY_MS = 86_400_000;
/** Whoever reads a table of more rows than this from end to end does so in the millions too. */
const SMALL_ROWS = 500;
const NOW = Date.now();

let database: TestDatabase;
let large: ReadonlySet<string>;
beforeAll(async () => {
  database = await createTestDatabase();
  await fillDatabase(database.db, NOW);
  const { rows } = await database.db.pool.query<{ name: string }>(
    `select relname::text as name from pg_class where relkind = 'r' and reltuples > ${SMALL_ROWS}`,
  );
  large = new Set(rows.map(({ name }) => name));
});
afterAll(() => database.drop());

type Work = (db: Queryable) => Promise<unknown>;

/** What a question is, and the indexes that must answer it, by their names on the parent table. */
type Case = readonly [question: string, work: Work, indexes: readonly string[]];

const page = { limit: 50, beforeId: null, number: null, trackingNumber: null, status: null };
const ORDER = ["ord_000042"];
const SHIPMENT = ["shp_000042"];
const key = { storeId: "sto_1", carrier: "ups", trackingNumber: "1Z000042" };
const erasable = { storeId: "sto_1", orderIds: ORDER };
const older = (days: number) => ({ before: new Date(NOW - days * DAY_MS), limit: 50 });
const month = firstOfMonth(NOW);
const claim = { limit: 30, claimSeconds: 60, patienceMinutes: [60, 60, 60, 60] };
const plan = ({ id }: { readonly id: string }) => ({ id, nextPollAt: null, rank: 1, urgentAt: null, batchLimit: null });

const CASES: readonly Case[] = [
  // The page.
  ["an order by a sealed link", (db) => findOrder(db, "sto_1", "ord_000042"), []],
  ["an order by a short link", (db) => findShortLink(db, Buffer.alloc(32)), ["short_links_pkey", "orders_pkey"]],
  [
    "what belongs to an order",
    readDetails,
    ["shipments_by_order", "line_items_have_a_place", "shipment_items_pkey", "shipments_legs"],
  ],
  ["the timelines of an order", readOrderTimelines, ["scan_events_pkey"]],
  ["the delivery dates of a parcel", (db) => readEddStatements(db, SHIPMENT), ["edd_statements_are_stored_once"]],
  ["whether a page in memory is still right", (db) => readPageHead(db, "ord_000042"), ["orders_pkey"]],
  // The API and the operator.
  ["the newest orders of a small store", (db) => listOrders(db, "sto_2", page), ["orders_newest_first"]],
  ["the newest parcels of a small store", (db) => listShipments(db, "sto_2", page), ["shipments_newest_first"]],
  [
    "the next page of orders",
    (db) => listOrders(db, "sto_2", { ...page, beforeId: "ord_010000" }),
    ["orders_newest_first"],
  ],
  ["orders by a rare status", (db) => listOrders(db, "sto_1", { ...page, status: "exception" }), ["orders_by_status"]],
  [
    "parcels by a rare status",
    (db) => listShipments(db, "sto_1", { ...page, status: "exception" }),
    ["shipments_by_status"],
  ],
  [
    "orders by number",
    (db) => listOrders(db, "sto_1", { ...page, number: "N-42" }),
    ["orders_number_is_unique_in_store"],
  ],
  [
    "parcels by number",
    (db) => listShipments(db, "sto_1", { ...page, trackingNumber: "1Z000042" }),
    ["shipments_by_number"],
  ],
  ["an order by its number", (db) => findOrderByNumber(db, "sto_1", "N-42"), ["orders_number_is_unique_in_store"]],
  [
    "an order by number or id in any store",
    (db) => findOrdersByReference(db, "N-42", null),
    ["orders_number_is_unique_in_store", "orders_pkey"],
  ],
  [
    "every use of a number",
    (db) => findShipmentsByNumber(db, "1Z000042", { storeId: null, carriers: ["ups", "dhl"] }),
    [],
  ],
  ["a customer by e-mail address", (db) => findCustomers(db, "Customer42@example.com", null), ["customers_by_email"]],
  ["the orders of a customer", (db) => listOrdersOfCustomers(db, ["cus_000042"], 100), ["orders_by_customer"]],
  ["what is to be erased of an order", (db) => readErasable(db, erasable), ["shipments_by_order", "scan_events_pkey"]],
  ["the bodies that scans of an order point at", (db) => findPointedBodies(db, erasable), ["scan_events_pkey"]],
  [
    "the next bodies to search for a number",
    (db) => searchBodies(db, { storeId: "sto_1", numbers: ["1Z000042"], firstMonth: month, afterId: "", limit: 100 }),
    ["carrier_messages_pkey"],
  ],
  [
    "messages to an address",
    (db) => clearMessagesTo(db, "sto_1", ["customer42@example.com"]),
    ["messages_by_recipient"],
  ],
  ["how a parcel is listened to", (db) => readListening(db, SHIPMENT), ["shipment_subscriptions_pkey"]],
  // The pipeline.
  [
    "the next messages to read",
    (db) => leaseCarrierMessages(db, "l", { batchSize: 200, leaseSeconds: 60 }),
    ["carrier_message_queue_pkey", "carrier_messages_pkey"],
  ],
  [
    "messages to be read again",
    (db) => queueAgain(db, [{ id: "msg_019999", receivedMonth: month }]),
    ["carrier_messages_pkey"],
  ],
  [
    "numbers that nobody knows yet",
    (db) => findUnknownNumbers(db, [{ ...key, connector: "ups" }]),
    ["shipments_by_number"],
  ],
  [
    "numbers that nobody knows yet, to make them known",
    (db) =>
      ensureShipments(db, [{ ...key, id: "shp_x", connectionId: "con_1", connector: "ups", shipmentMonth: month }]),
    ["shipments_by_number"],
  ],
  [
    "the uses of numbers, to lock them",
    (db) => lockShipmentsByNumber(db, [key]),
    ["shipments_by_number", "shipments_pkey"],
  ],
  [
    "under which carriers numbers are known",
    (db) => findNumberKeys(db, [{ connectionId: "con_1", trackingNumber: "1Z000042" }]),
    ["shipments_by_number"],
  ],
  ["what was told last", (db) => readLastTransitions(db, SHIPMENT), ["transitions_by_shipment"]],
  // Polls and subscriptions.
  ["connections with polls that are due", listConnectionsDue, ["shipments_by_poll_rank"]],
  ["polls that are due", (db) => claimDueShipments(db, "con_1", claim), ["shipments_by_poll_rank"]],
  ["polls to plan anew", (db) => replanPolls(db, 100, plan), ["shipments_to_plan", "shipments_legs", "shipments_pkey"]],
  ["the debt of polls", (db) => readPollDebts(db, { storeId: null, at: null }), ["shipments_by_poll_rank"]],
  ["connections with subscriptions that are due", listConnectionsToSubscribe, ["shipment_subscriptions_due"]],
  [
    "subscriptions that are due",
    (db) => claimDueSubscriptions(db, "con_1", { limit: 30, claimSeconds: 60 }),
    ["shipment_subscriptions_due"],
  ],
  // Messages.
  [
    "news that was not told",
    (db) => readUncoveredNews(db, "ord_000042", "email"),
    ["shipments_by_order", "transitions_by_shipment"],
  ],
  ["the messages of an order", (db) => listMessages(db, "ord_000042"), ["messages_by_order"]],
  ["the queued messages of an order", (db) => listQueuedMessages(db, "ord_000042"), ["messages_by_order"]],
  ["messages of unknown fate", (db) => listMessagesInState(db, "unknown", 200), ["messages_in_trouble"]],
  ["messages in the hands of the dead", (db) => markAbandonedSends(db, 15), ["messages_in_hand"]],
  // Retention.
  ["orders to anonymise", (db) => anonymiseOrders(db, older(100)), ["orders_to_anonymise"]],
  [
    "customers without orders",
    (db) => deleteCustomersWithoutOrders(db, ["cus_000042"]),
    ["customers_pkey", "orders_by_customer"],
  ],
  ["strays among customers", (db) => deleteStrayCustomers(db, older(1)), ["customers_pkey", "orders_by_customer"]],
  ["timelines past their time", (db) => expireTimelines(db, older(150)), ["shipments_by_month", "scan_events_pkey"]],
  ["orders past their time", (db) => expireOrders(db, older(150)), ["orders_by_age", "scan_events_pkey"]],
  [
    "numbers that nobody registered",
    (db) => dropUnregisteredShipments(db, 50),
    ["shipments_unregistered", "scan_events_pkey"],
  ],
  ["texts of messages past their time", (db) => clearMessageTexts(db, older(150)), ["messages_with_texts"]],
  [
    "the log of messages past its time",
    (db) => clearMessageLog(db, older(150)),
    ["messages_with_recipients", "message_events_by_message"],
  ],
  [
    "polls that brought nothing",
    (db) => expireQuietPolls(db, older(7)),
    ["carrier_messages_id_idx", "scan_events_pkey", "shipments_by_number"],
  ],
  ["the audit log past its time", (db) => expireAuditLog(db, older(150)), ["audit_log_pkey"]],
  ["answers past their time", (db) => forgetIdempotencyKeys(db, 500), ["idempotency_keys_by_age"]],
];

async function readDetails(db: Queryable): Promise<void> {
  const order = await findOrder(db, "sto_1", "ord_000042");
  if (order !== null) await readOrderDetails(db, [order]);
}

async function readOrderTimelines(db: Queryable): Promise<void> {
  await readTimelines(db, await readShipments(db, ORDER));
}

const onParent = (index: string) => index.replace(/_\d{4}_\d{2}(?=_)/, "");

describe("no table that grows is read from end to end for", () => {
  test.each(CASES)("%s", async (_question, work, indexes) => {
    const plans = await plansOf(database.db, work);
    expect(plans.length).toBeGreaterThan(0);
    for (const { text, readWhole } of plans)
      expect(
        readWhole.filter((table) => large.has(table)),
        text,
      ).toEqual([]);
    const used = plans.flatMap((plan) => plan.indexes.map(onParent));
    expect(used).toEqual(expect.arrayContaining([...indexes]));
  });
});

describe("months that do not matter are not even opened for", () => {
  test.each<readonly [string, Work]>([
    ["the timelines of an order", readOrderTimelines],
    ["timelines past their time", (db) => expireTimelines(db, { before: new Date(NOW - 150 * DAY_MS), limit: 1 })],
    ["numbers that nobody registered", (db) => dropUnregisteredShipments(db, 1)],
    ["messages to be read again", (db) => queueAgain(db, [{ id: "msg_019999", receivedMonth: month }])],
  ])("%s", async (_question, work) => {
    const touched = (await plansOf(database.db, work)).flatMap(({ partitions }) => partitions);
    expect(touched).toHaveLength(1);
  });
});

test("a plan that reads a large table from end to end is noticed", async () => {
  const [plan] = await plansOf(database.db, (db) => db.query("select from shipments where proof is not null"));
  expect(plan?.readWhole).toEqual(["shipments"]);
  expect(large).toContain("shipments");
});
