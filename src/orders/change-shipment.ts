import { Problem } from "../runtime/problem.js";
import type { Queryable } from "../store/database.js";
import { findOrder } from "../store/orders.js";
import { lockShipmentsByNumber } from "../store/shipment-states.js";
import {
  findShipment,
  insertShipmentItems,
  lockShipment,
  readShipmentItems,
  retireShipment,
} from "../store/shipments.js";
import { requireCarrier } from "./choose-carrier.js";
import type { ShipmentChange } from "./new-order.js";
import { registerShipment } from "./register-shipment.js";
import { type OrdersContext, settleOrder } from "./take-order.js";

/**
 * Voids a shipment, or replaces its number: the old number's scans leave the page, its contents go over to the new one.
 * Returns the shipment that counts afterwards. Asked twice, it answers the same.
 * @throws Problem 404 `shipment_unknown`, 409 `shipment_retired`, 409 `number_in_use`, 422 `carrier_unknown`
 */
export async function changeShipment(
  tx: Queryable,
  storeId: string,
  shipmentId: string,
  change: ShipmentChange,
  context: OrdersContext,
): Promise<string> {
  if ("replaceWith" in change) await lockBothNumbers(tx, storeId, shipmentId, change.replaceWith);
  const shipment = await lockShipment(tx, storeId, shipmentId);
  if (shipment === null || shipment.orderId === null) {
    throw new Problem(404, "shipment_unknown", "There is no such shipment in this store.");
  }
  const at = new Date(context.now());
  if ("void" in change) {
    if (shipment.replacedBy !== null) throw retired();
    if (shipment.voidedAt === null) {
      await retireShipment(tx, shipment.id, null, at);
      await settleOrder(tx, shipment.orderId);
    }
    return shipment.id;
  }
  if (shipment.replacedBy !== null || shipment.voidedAt !== null) throw retired();
  const order = await findOrder(tx, storeId, shipment.orderId);
  if (order === null) throw new Problem(404, "order_unknown", "There is no such order in this store.");
  const { carrier, trackingNumber, serviceLevel, shipDate } = change.replaceWith;
  requireCarrier(carrier, context.carriers);
  const replacement = await registerShipment(
    tx,
    {
      carrier,
      trackingNumber,
      direction: shipment.direction,
      serviceLevel: serviceLevel ?? null,
      shipDate: shipDate ?? null,
    },
    {
      storeId,
      orderId: order.id,
      silent: order.silent,
      nowMs: context.now(),
      newId: context.newId,
      newsMaxAgeHours: context.newsMaxAgeHours,
    },
  );
  if (replacement.shipmentId === shipment.id) return shipment.id;
  const contents = await readShipmentItems(tx, [shipment.id]);
  await insertShipmentItems(
    tx,
    contents.map((item) => ({ ...item, shipmentId: replacement.shipmentId })),
  );
  await retireShipment(tx, shipment.id, replacement.shipmentId, at);
  await settleOrder(tx, order.id);
  return replacement.shipmentId;
}

/** Both at once and so by id, as everybody locks shipments: one after the other could close a circle with the normaliser. */
async function lockBothNumbers(
  tx: Queryable,
  storeId: string,
  shipmentId: string,
  next: { readonly carrier: string; readonly trackingNumber: string },
): Promise<void> {
  const shipment = await findShipment(tx, storeId, shipmentId);
  if (shipment === null) return;
  await lockShipmentsByNumber(
    tx,
    [shipment, next].map(({ carrier, trackingNumber }) => ({ storeId, carrier, trackingNumber })),
  );
}

function retired(): Problem {
  return new Problem(
    409,
    "shipment_retired",
    "This shipment is already void or replaced. Change the shipment that took its place.",
  );
}
