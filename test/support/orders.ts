import { changeShipment } from "../../src/orders/change-shipment.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import type { Database } from "../../src/store/database.js";
import { ordersFor } from "./store-fixture.js";

/** Takes an order in as the API would, from its JSON. Returns its id. */
export function takeOrderOf(db: Database, storeId: string, order: object): Promise<string> {
  return db.transaction((tx) => takeOrder(tx, storeId, newOrder.parse(order), ordersFor(db)));
}

/** Voids a shipment as the API would. */
export async function voidShipment(db: Database, storeId: string, shipmentId: string): Promise<void> {
  await db.transaction((tx) => changeShipment(tx, storeId, shipmentId, { void: true }, ordersFor(db)));
}
