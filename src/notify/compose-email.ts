import type { Carrier } from "../connectors/carriers/contract.js";
import { readBrand } from "../domain/brand.js";
import { carrierInChargeOf, carrierNameOf } from "../domain/carrier-name.js";
import { groupBy } from "../domain/group-by.js";
import { toldParcel } from "../domain/parcel-facts.js";
import { buildTimeline } from "../domain/timeline.js";
import type { Queryable } from "../store/database.js";
import { readEddStatements } from "../store/edd-statements.js";
import { type OrderRow, readLineItems } from "../store/orders.js";
import { readScanEvents } from "../store/scan-events.js";
import { readShipmentItems, readShipments } from "../store/shipments.js";
import type { StoreRow } from "../store/stores.js";
import type { EmailParcelView, EmailView } from "./email/email-view.js";

export interface ComposeContext {
  readonly findCarrier: (code: string) => Carrier | null;
  readonly trackingUrl: (order: {
    readonly id: string;
    readonly storeRef: number;
    readonly linkEpoch: number;
  }) => string;
  readonly nowMs: number;
}

/** Reads what a mail about some parcels of an order says. No parcels: the confirmation of the order itself. */
export async function composeEmail(
  db: Queryable,
  store: StoreRow,
  order: OrderRow,
  shipmentIds: readonly string[],
  context: ComposeContext,
): Promise<EmailView> {
  const lineItems = await readLineItems(db, [order.id]);
  return {
    brand: readBrand(store.name, store.brand),
    locale: order.language ?? store.language,
    orderNumber: order.number,
    trackingUrl: context.trackingUrl({ id: order.id, storeRef: store.storeRef, linkEpoch: order.linkEpoch }),
    parcels: await readParcels(
      db,
      order,
      shipmentIds,
      new Map(lineItems.map((item) => [item.id, item.title])),
      context,
    ),
    items: lineItems.map(({ title, quantity }) => ({ title, quantity })),
    promised:
      order.promisedFrom === null || order.promisedTo === null
        ? null
        : { from: order.promisedFrom, to: order.promisedTo },
    destination: order.destination && {
      city: order.destination.city,
      region: order.destination.region,
      country: order.destination.country,
    },
  };
}

async function readParcels(
  db: Queryable,
  order: OrderRow,
  shipmentIds: readonly string[],
  titles: ReadonlyMap<string, string>,
  { findCarrier, nowMs }: ComposeContext,
): Promise<EmailParcelView[]> {
  if (shipmentIds.length === 0) return [];
  const shipments = (await readShipments(db, [order.id])).filter(({ id }) => shipmentIds.includes(id));
  const scans = groupBy(await readScanEvents(db, shipments), (stored) => stored.shipmentId);
  const statements = groupBy(await readEddStatements(db, shipmentIds), (statement) => statement.shipmentId);
  const contents = groupBy(await readShipmentItems(db, shipmentIds), (item) => item.shipmentId);
  const destination = order.destination && { ...order.destination, facilityCode: null };
  return shipments.map((shipment) => {
    const promised = shipment.direction === "outbound" && order.promisedFrom !== null && order.promisedTo !== null;
    const told = toldParcel(
      {
        carrierName: carrierNameOf(carrierInChargeOf(shipment), findCarrier),
        timeline: buildTimeline((scans.get(shipment.id) ?? []).map(({ scan }) => scan)),
        eddStatements: statements.get(shipment.id) ?? [],
        promise: promised ? { from: order.promisedFrom, to: order.promisedTo, madeAt: order.createdAt } : null,
        destination: (shipment.direction === "outbound" ? destination : null) ?? shipment.destination,
      },
      nowMs,
    );
    return {
      ...told,
      status: told.status ?? "label_created",
      trackingNumber: shipment.trackingNumber,
      items: (contents.get(shipment.id) ?? []).map(({ lineItemId, quantity }) => ({
        title: titles.get(lineItemId) ?? "",
        quantity,
      })),
    };
  });
}
