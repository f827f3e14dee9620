import type { NumberedCarrier } from "../domain/detect-carriers.js";
import { orderState } from "../domain/order-status.js";
import { Problem } from "../runtime/problem.js";
import type { Database, Queryable } from "../store/database.js";
import { addJobs } from "../store/jobs.js";
import { lockOrders, readOrderShipments, updateOrderStates } from "../store/order-states.js";
import {
  findOrderByNumber,
  insertLineItems,
  insertOrder,
  type LineItemRow,
  readLineItems,
  upsertCustomer,
} from "../store/orders.js";
import { lockShipmentsByNumber } from "../store/shipment-states.js";
import { insertShipmentItems, type ShipmentItemRow } from "../store/shipments.js";
import { aggregatorsOf, type ShipmentOfCarrier, withCarrier } from "./choose-carrier.js";
import { MAX_SHIPMENTS_PER_ORDER, type NewOrder, type NewShipment } from "./new-order.js";
import { type RegistrationContext, registerShipment } from "./register-shipment.js";

/** What the order room needs from outside; everything else is in the database. */
export interface OrdersContext {
  readonly db: Database;
  readonly newId: (prefix: string) => string;
  readonly now: () => number;
  readonly newsMaxAgeHours: number;
  /** The carriers that exist: a wrong name is refused at the door, and a number without a name may say whose it is. */
  readonly carriers: readonly NumberedCarrier[];
}

/**
 * Takes an order in, with its customer, line items and shipments, in one transaction, and queues its first message.
 * @throws Problem 409 `order_exists`, 409 `number_in_use`, 422 `carrier_unknown`, 422 `carrier_ambiguous`,
 * 422 `carrier_undetected`, 422 `carrier_is_direct`, 422 `item_unknown`, 422 `item_quantity`
 */
export async function takeOrder(
  tx: Queryable,
  storeId: string,
  order: NewOrder,
  context: OrdersContext,
): Promise<string> {
  const id = context.newId("ord");
  const nowMs = context.now();
  const customerId = await takeCustomer(tx, storeId, id, order, context);
  const inserted = await insertOrder(tx, {
    id,
    storeId,
    number: order.number,
    customerId,
    placedAt: order.placedAt === undefined ? new Date(nowMs) : new Date(order.placedAt),
    promisedFrom: order.promised?.from ?? null,
    promisedTo: order.promised?.to ?? null,
    destination: toDestination(order),
    language: order.customer?.language ?? null,
    silent: order.silent,
  });
  if (!inserted) {
    const existing = await findOrderByNumber(tx, storeId, order.number);
    throw new Problem(
      409,
      "order_exists",
      `Order ${order.number} is already here as ${existing?.id ?? "another order"}. Add shipments to it instead.`,
    );
  }
  const items = order.lineItems.map(
    (item, position): LineItemRow => ({
      id: context.newId("itm"),
      orderId: id,
      position,
      sku: item.sku ?? null,
      title: item.title,
      quantity: item.quantity,
      imageUrl: item.imageUrl ?? null,
    }),
  );
  await insertLineItems(tx, items);
  const registration: RegistrationContext = {
    storeId,
    orderId: id,
    silent: order.silent,
    nowMs,
    newId: context.newId,
    newsMaxAgeHours: context.newsMaxAgeHours,
    aggregators: aggregatorsOf(context),
  };
  const shipments = order.shipments.map((shipment) => withCarrier(shipment, context));
  // All at once and so by id, as everybody locks shipments: one after the other could close a circle with the normaliser.
  await lockShipmentsByNumber(
    tx,
    shipments.map(({ carrier, trackingNumber }) => ({ storeId, carrier, trackingNumber })),
  );
  for (const shipment of sortedByNumber(shipments)) await addToOrder(tx, shipment, items, registration);
  await settleOrder(tx, id);
  return id;
}

/**
 * Adds a shipment to an order. Saying the same again changes nothing.
 * @throws Problem 409 `number_in_use`, 409 `too_many_shipments`, 422 `carrier_unknown`, 422 `carrier_ambiguous`,
 * 422 `carrier_undetected`, 422 `carrier_is_direct`, 422 `item_unknown`, 422 `item_quantity`
 */
export async function addShipment(
  tx: Queryable,
  order: { readonly id: string; readonly storeId: string; readonly silent: boolean },
  shipment: NewShipment,
  context: OrdersContext,
): Promise<{ readonly shipmentId: string; readonly created: boolean }> {
  const items = await readLineItems(tx, [order.id]);
  const registration: RegistrationContext = {
    storeId: order.storeId,
    orderId: order.id,
    silent: order.silent,
    nowMs: context.now(),
    newId: context.newId,
    newsMaxAgeHours: context.newsMaxAgeHours,
    aggregators: aggregatorsOf(context),
  };
  const { shipmentId, outcome } = await addToOrder(tx, withCarrier(shipment, context), items, registration);
  if (outcome !== "known") {
    await settleOrder(tx, order.id);
    await refuseTooMany(tx, order.id);
  }
  return { shipmentId, created: outcome !== "known" };
}

/** Counted under the order's lock, voided and replaced ones too: each is a row to read for every page of the order. */
async function refuseTooMany(tx: Queryable, orderId: string): Promise<void> {
  if ((await readOrderShipments(tx, [orderId])).length <= MAX_SHIPMENTS_PER_ORDER) return;
  throw new Problem(409, "too_many_shipments", `An order has at most ${MAX_SHIPMENTS_PER_ORDER} shipments.`);
}

/** Brings an order's status in line with its shipments and queues the look for news. Takes the order's lock. */
export async function settleOrder(tx: Queryable, orderId: string): Promise<void> {
  await lockOrders(tx, [orderId]);
  const { status, closed } = orderState(await readOrderShipments(tx, [orderId]));
  await updateOrderStates(tx, [{ id: orderId, status, closed }]);
  await addJobs(tx, [{ task: "notify", key: `notify:${orderId}`, payload: { orderId } }]);
}

async function addToOrder(
  tx: Queryable,
  shipment: ShipmentOfCarrier,
  lineItems: readonly LineItemRow[],
  registration: RegistrationContext,
) {
  const registered = await registerShipment(
    tx,
    {
      carrier: shipment.carrier,
      underlyingCarrier: shipment.underlyingCarrier ?? null,
      trackingNumber: shipment.trackingNumber,
      direction: shipment.direction,
      serviceLevel: shipment.serviceLevel ?? null,
      shipDate: shipment.shipDate ?? null,
    },
    registration,
  );
  await insertShipmentItems(tx, toShipmentItems(registered.shipmentId, shipment, lineItems));
  return registered;
}

function toShipmentItems(
  shipmentId: string,
  shipment: NewShipment,
  lineItems: readonly LineItemRow[],
): ShipmentItemRow[] {
  const byPosition = new Map(lineItems.map((item) => [item.position, item]));
  const quantities = new Map<string, number>();
  for (const { position, quantity } of shipment.items ?? []) {
    const item = byPosition.get(position);
    if (item === undefined)
      throw new Problem(422, "item_unknown", `The order has no line item at position ${position}.`);
    quantities.set(item.id, (quantities.get(item.id) ?? 0) + quantity);
    if ((quantities.get(item.id) ?? 0) > item.quantity) {
      throw new Problem(422, "item_quantity", `The order has only ${item.quantity} of line item ${position}.`);
    }
  }
  return [...quantities].map(([lineItemId, quantity]) => ({ shipmentId, lineItemId, quantity }));
}

async function takeCustomer(
  tx: Queryable,
  storeId: string,
  orderId: string,
  { customer }: NewOrder,
  context: OrdersContext,
) {
  if (customer === undefined) return null;
  return upsertCustomer(tx, {
    id: context.newId("cus"),
    storeId,
    // Without an id or an address nobody can say that two customers are one.
    customerKey:
      customer.externalId ??
      (customer.email === undefined ? `order:${orderId}` : `email:${customer.email.toLowerCase()}`),
    name: customer.name ?? null,
    email: customer.email ?? null,
    phone: customer.phone ?? null,
    language: customer.language ?? null,
  });
}

function toDestination({ destination }: NewOrder) {
  if (destination === undefined) return null;
  const { name, lines, city, region, postalCode, country } = destination;
  return {
    name: name ?? null,
    lines: lines ?? [],
    city: city ?? null,
    region: region ?? null,
    postalCode: postalCode ?? null,
    country: country ?? null,
  };
}

/** Rows are added in one order, or two orders that share new numbers could wait for each other. */
function sortedByNumber(shipments: readonly ShipmentOfCarrier[]): ShipmentOfCarrier[] {
  return shipments.toSorted((a, b) => (a.carrier + a.trackingNumber < b.carrier + b.trackingNumber ? -1 : 1));
}
