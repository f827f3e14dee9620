import { groupBy } from "../domain/group-by.js";
import { buildTimeline, type TimelineEntry } from "../domain/timeline.js";
import type { Queryable } from "../store/database.js";
import { type LineItemRow, type OrderRow, readLineItems } from "../store/orders.js";
import { readScanEvents } from "../store/scan-events.js";
import { type LegRow, readLegs } from "../store/shipment-legs.js";
import { readShipmentItems, readShipments, type ShipmentRow } from "../store/shipments.js";

/** An order with everything that belongs to it, timelines excepted. */
export interface OrderDetails {
  readonly order: OrderRow;
  readonly lineItems: readonly LineItemRow[];
  readonly shipments: readonly ShipmentDetails[];
}

export interface ShipmentDetails {
  readonly shipment: ShipmentRow;
  /** What is in it, as far as the store said. */
  readonly items: readonly { readonly lineItem: LineItemRow; readonly quantity: number }[];
  /** The numbers under which it goes on. */
  readonly legs: readonly LegRow[];
}

/** Reads what belongs to the given orders, in four queries however many they are. */
export async function readOrderDetails(db: Queryable, orders: readonly OrderRow[]): Promise<OrderDetails[]> {
  const ids = orders.map((order) => order.id);
  const lineItems = await readLineItems(db, ids);
  const shipments = await withContents(db, await readShipments(db, ids), lineItems);
  const itemsByOrder = groupBy(lineItems, (item) => item.orderId);
  const shipmentsByOrder = groupBy(shipments, ({ shipment }) => shipment.orderId);
  return orders.map((order) => ({
    order,
    lineItems: itemsByOrder.get(order.id) ?? [],
    shipments: shipmentsByOrder.get(order.id) ?? [],
  }));
}

/** Reads what is in the given shipments and how they go on, in three queries. */
export async function readShipmentDetails(
  db: Queryable,
  shipments: readonly ShipmentRow[],
): Promise<ShipmentDetails[]> {
  const orderIds = [...new Set(shipments.map((shipment) => shipment.orderId))].filter((id) => id !== null);
  return withContents(db, shipments, await readLineItems(db, orderIds));
}

async function withContents(
  db: Queryable,
  shipments: readonly ShipmentRow[],
  lineItems: readonly LineItemRow[],
): Promise<ShipmentDetails[]> {
  const ids = shipments.map(({ id }) => id);
  const contents = groupBy(await readShipmentItems(db, ids), (content) => content.shipmentId);
  const legs = groupBy(await readLegs(db, ids), (leg) => leg.shipmentId);
  const itemsById = new Map(lineItems.map((item) => [item.id, item]));
  return shipments.map((shipment) => ({
    shipment,
    items: (contents.get(shipment.id) ?? []).flatMap(({ lineItemId, quantity }) => {
      const lineItem = itemsById.get(lineItemId);
      return lineItem === undefined ? [] : [{ lineItem, quantity }];
    }),
    legs: legs.get(shipment.id) ?? [],
  }));
}

/** The timelines of shipments, by shipment id, in timeline order. */
export async function readTimelines(
  db: Queryable,
  shipments: readonly { readonly id: string; readonly shipmentMonth: string }[],
): Promise<Map<string, readonly TimelineEntry[]>> {
  if (shipments.length === 0) return new Map();
  const scans = groupBy(await readScanEvents(db, shipments), (stored) => stored.shipmentId);
  return new Map([...scans].map(([shipmentId, stored]) => [shipmentId, buildTimeline(stored.map(({ scan }) => scan))]));
}
