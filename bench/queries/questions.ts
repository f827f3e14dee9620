import { readListeningOf } from "../../src/api/read-listening.js";
import { CARRIERS, findCarrier } from "../../src/connectors/carriers/registry.js";
import type { Status } from "../../src/domain/status.js";
import { PATIENCE_MINUTES } from "../../src/ingest/cadence-table.js";
import { readOrderDetails, readShipmentDetails, readTimelines } from "../../src/orders/read-orders.js";
import { readPageFacts } from "../../src/page/read-page.js";
import type { Queryable } from "../../src/store/database.js";
import { findCustomers, listOrdersOfCustomers } from "../../src/store/erasure.js";
import { findOrdersByReference } from "../../src/store/order-lookup.js";
import { findOrder, listOrders } from "../../src/store/orders.js";
import { readPageHead } from "../../src/store/page-heads.js";
import { claimDueShipments, listConnectionsDue } from "../../src/store/poll-queue.js";
import { findShipmentsByNumber } from "../../src/store/shipment-lookup.js";
import { findShipment, listShipments } from "../../src/store/shipments.js";
import { readTransitions } from "../../src/store/transitions.js";
import { WORLD_STORES } from "../world/world-people.js";

/** Where to look: a parcel of the world and what belongs to it. */
export interface QuestionKey {
  readonly storeId: string;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly shipmentId: string;
  readonly trackingNumber: string;
  readonly email: string;
  readonly connectionId: string;
}

/** What somebody asks of the database, by the functions with which Waybill asks it. */
export interface Question {
  readonly name: string;
  /** Takes rows for itself: measured in transactions that are undone. */
  readonly claims?: true;
  readonly ask: (db: Queryable, key: QuestionKey) => Promise<unknown>;
}

/** What a list brings when nobody says how much, and the row that tells whether there is more. */
const LIST = { limit: 26, number: null, trackingNumber: null };
/** The largest batch of any carrier, FedEx's. For a day, so that what an undone claim leaves behind does not come due. */
const CLAIM = { limit: 30, claimSeconds: 86_400, patienceMinutes: Object.values(PATIENCE_MINUTES) };
/** A million scans leave it more parcels on their way than a page holds, so that pages of both sizes are full. */
const LARGEST_STORE = WORLD_STORES[0].id;
const CARRIER_CODES = CARRIERS.map(({ code }) => code);

export const QUESTIONS: readonly Question[] = [
  { name: "page, kept: is it still right", ask: (db, { orderId }) => readPageHead(db, orderId) },
  {
    name: "page, not kept",
    async ask(db, { storeId, orderId }) {
      await readPageHead(db, orderId);
      return readPageFacts(db, { storeId, orderId }, findCarrier);
    },
  },
  { name: "timeline: GET /v1/shipments/:id", ask: readShipmentWithTimeline },
  { name: "order: GET /v1/orders/:id", ask: readOrderWithTimelines },
  { name: "order list, from the newest", ask: (db, { storeId }) => readOrderList(db, storeId, null, null) },
  { name: "order list, from anywhere", ask: (db, { storeId, orderId }) => readOrderList(db, storeId, orderId, null) },
  { name: "order list, on their way", ask: (db) => readOrderList(db, LARGEST_STORE, null, "in_transit") },
  { name: "parcel list, from anywhere", ask: readShipmentList },
  { name: "search: order number", ask: (db, { orderNumber }) => findOrdersByReference(db, orderNumber, null) },
  {
    name: "search: tracking number",
    ask: (db, { trackingNumber }) =>
      findShipmentsByNumber(db, trackingNumber, { storeId: null, carriers: CARRIER_CODES }),
  },
  { name: "search: e-mail", ask: searchCustomer },
  { name: "due sweep: connections with polls due", ask: listConnectionsDue },
  {
    name: `due sweep: claim ${CLAIM.limit}`,
    claims: true,
    ask: (db, { connectionId }) => claimDueShipments(db, connectionId, CLAIM),
  },
];

/** As `src/api/shipment-routes.ts` reads it. */
async function readShipmentWithTimeline(db: Queryable, { storeId, shipmentId }: QuestionKey): Promise<void> {
  const shipment = await findShipment(db, storeId, shipmentId);
  if (shipment === null) throw new Error(`Shipment ${shipmentId} is gone.`);
  await readShipmentDetails(db, [shipment]);
  await readTimelines(db, [shipment]);
  await readTransitions(db, [shipment.id]);
  await readListeningOf(db, [shipment.id], Date.now());
}

/** As `src/api/order-routes.ts` reads it, one query after the other, since they share a connection here. */
async function readOrderWithTimelines(db: Queryable, { storeId, orderId }: QuestionKey): Promise<void> {
  const order = await findOrder(db, storeId, orderId);
  const [details] = order === null ? [] : await readOrderDetails(db, [order]);
  if (details === undefined) throw new Error(`Order ${orderId} is gone.`);
  const shipments = details.shipments.map(({ shipment }) => shipment);
  const ids = shipments.map(({ id }) => id);
  await readTimelines(db, shipments);
  await readTransitions(db, ids);
  await readListeningOf(db, ids, Date.now());
}

async function readOrderList(db: Queryable, storeId: string, beforeId: string | null, status: Status | null) {
  const orders = (await listOrders(db, storeId, { ...LIST, beforeId, status })).slice(0, LIST.limit - 1);
  const details = await readOrderDetails(db, orders);
  const ids = details.flatMap(({ shipments }) => shipments.map(({ shipment }) => shipment.id));
  return readListeningOf(db, ids, Date.now());
}

async function readShipmentList(db: Queryable, { storeId, shipmentId }: QuestionKey) {
  const page = { ...LIST, beforeId: shipmentId, status: null };
  const shipments = (await listShipments(db, storeId, page)).slice(0, LIST.limit - 1);
  await readShipmentDetails(db, shipments);
  const ids = shipments.map(({ id }) => id);
  return readListeningOf(db, ids, Date.now());
}

async function searchCustomer(db: Queryable, { email }: QuestionKey) {
  const customers = await findCustomers(db, email, null);
  const ids = customers.map(({ id }) => id);
  return listOrdersOfCustomers(db, ids, 100);
}
