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
  type ShipmentRow,
} from "../store/shipments.js";
import { aggregatorsOf, requireCarrier } from "./choose-carrier.js";
import type { ShipmentChange } from "./new-order.js";
import { registerShipment, type ShipmentDraft } from "./register-shipment.js";
import { type OrdersContext, settleOrder } from "./take-order.js";

/**
 * Voids a shipment, or replaces its number or its carrier: the old one's scans leave the page, its contents go over to the
 * new one. Returns the shipment that counts afterwards. Asked twice, it answers the same.
 * @throws Problem 404 `shipment_unknown`, 409 `shipment_retired`, 409 `number_in_use`, 422 `carrier_unknown`
 */
export async function changeShipment(
  tx: Queryable,
  storeId: string,
  shipmentId: string,
  change: ShipmentChange,
  context: OrdersContext,
): Promise<string> {
  // A number never changes, so that it can be read before anything is locked.
  const known = await findShipment(tx, storeId, shipmentId);
  const replacement = known && replacementOf(known, change);
  if (known !== null && replacement !== null) await lockBothNumbers(tx, known, replacement);
  const shipment = await lockShipment(tx, storeId, shipmentId);
  if (shipment === null || shipment.orderId === null) {
    throw new Problem(404, "shipment_unknown", "There is no such shipment in this store.");
  }
  const at = new Date(context.now());
  if (replacement === null) {
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
  requireCarrier(replacement.carrier, context.carriers);
  const { shipmentId: nextId } = await registerShipment(tx, replacement, {
    storeId,
    orderId: order.id,
    silent: order.silent,
    nowMs: context.now(),
    newId: context.newId,
    newsMaxAgeHours: context.newsMaxAgeHours,
    aggregators: aggregatorsOf(context),
  });
  if (nextId === shipment.id) return shipment.id;
  const contents = await readShipmentItems(tx, [shipment.id]);
  await insertShipmentItems(
    tx,
    contents.map((item) => ({ ...item, shipmentId: nextId })),
  );
  await retireShipment(tx, shipment.id, nextId, at);
  await settleOrder(tx, order.id);
  return nextId;
}

/** What takes a shipment's place; null where it is only voided. What the wrong carrier said of it, its service too, is not kept. */
function replacementOf(shipment: ShipmentRow, change: ShipmentChange): ShipmentDraft | null {
  if ("void" in change) return null;
  const { direction, trackingNumber, shipDate } = shipment;
  const same = { direction, trackingNumber, shipDate, underlyingCarrier: null, serviceLevel: null };
  if ("carrier" in change) return { ...same, carrier: change.carrier };
  const { carrier, ...next } = change.replaceWith;
  return {
    ...same,
    carrier,
    trackingNumber: next.trackingNumber,
    serviceLevel: next.serviceLevel ?? null,
    shipDate: next.shipDate ?? null,
  };
}

/** Both at once and so by id, as everybody locks shipments: one after the other could close a circle with the normaliser. */
async function lockBothNumbers(tx: Queryable, shipment: ShipmentRow, next: ShipmentDraft): Promise<void> {
  const { storeId } = shipment;
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
