import type { Carrier } from "../connectors/carriers/contract.js";
import { readBrand } from "../domain/brand.js";
import { carrierInChargeOf, carrierNameOf } from "../domain/carrier-name.js";
import { groupBy } from "../domain/group-by.js";
import { todayIn } from "../domain/local-time.js";
import { orderState } from "../domain/order-status.js";
import { toldParcel } from "../domain/parcel-facts.js";
import type { Place } from "../domain/place.js";
import type { TimelineEntry } from "../domain/timeline.js";
import { zoneOf } from "../domain/zones.js";
import { type OrderDetails, readOrderDetails, readTimelines, type ShipmentDetails } from "../orders/read-orders.js";
import type { Queryable } from "../store/database.js";
import { readEddStatements, type StoredEddStatement } from "../store/edd-statements.js";
import type { OrderRow } from "../store/orders.js";
import type { StoreRow } from "../store/stores.js";
import { type ItemView, maskPostalCode, type PageView, type ParcelView, type TimelineEntryView } from "./view-model.js";

export interface PageContext {
  readonly findCarrier: (code: string) => Carrier | null;
  readonly nowMs: number;
}

/** Reads everything that an order's tracking page shows. Voided and replaced parcels are gone from it. */
export async function readPage(
  db: Queryable,
  store: StoreRow,
  order: OrderRow,
  context: PageContext,
): Promise<PageView> {
  const [details] = await readOrderDetails(db, [order]);
  if (details === undefined) throw new Error("readOrderDetails answers for every order.");
  const shown = details.shipments.filter(({ shipment }) => shipment.voidedAt === null && shipment.replacedBy === null);
  const rows = shown.map(({ shipment }) => shipment);
  const timelines = await readTimelines(db, rows);
  const edd = groupBy(
    await readEddStatements(
      db,
      rows.map(({ id }) => id),
    ),
    (statement) => statement.shipmentId,
  );
  const parcels = shown
    .toSorted((a, b) => Number(a.shipment.direction === "return") - Number(b.shipment.direction === "return"))
    .map((parcel) =>
      toParcelView(parcel, order, timelines.get(parcel.shipment.id) ?? [], edd.get(parcel.shipment.id) ?? [], context),
    );
  return {
    brand: readBrand(store.name, store.brand),
    locale: order.language ?? store.language,
    order: toOrderView(details, store, context.nowMs),
    parcels,
  };
}

function toOrderView({ order, lineItems, shipments }: OrderDetails, store: StoreRow, nowMs: number): PageView["order"] {
  const state = orderState(
    shipments.map(({ shipment }) => ({
      ...shipment,
      voided: shipment.voidedAt !== null,
      replaced: shipment.replacedBy !== null,
    })),
  );
  const zone = zoneOf(placeOf(order));
  return {
    number: order.number,
    placedOn: todayIn(store.timeZone, order.placedAt.getTime()),
    status: state.status,
    counts: state.counts,
    promised:
      order.promisedFrom === null || order.promisedTo === null
        ? null
        : { from: order.promisedFrom, to: order.promisedTo },
    today: zone === null ? null : todayIn(zone, nowMs),
    unshippedItems: unshippedItems(lineItems, shipments),
    destination: order.destination && {
      city: order.destination.city,
      region: order.destination.region,
      country: order.destination.country,
      postalCodePrefix: maskPostalCode(order.destination.postalCode),
    },
  };
}

/** What is in none of the parcels. Where no parcel says what is in it, nothing is claimed to be missing. */
function unshippedItems(lineItems: OrderDetails["lineItems"], shipments: readonly ShipmentDetails[]): ItemView[] {
  const outbound = shipments.filter(
    ({ shipment }) => shipment.direction === "outbound" && shipment.voidedAt === null && shipment.replacedBy === null,
  );
  if (outbound.some(({ items }) => items.length === 0)) return [];
  const shipped = new Map<string, number>();
  for (const { lineItem, quantity } of outbound.flatMap(({ items }) => items)) {
    shipped.set(lineItem.id, (shipped.get(lineItem.id) ?? 0) + quantity);
  }
  return lineItems
    .map(({ id, title, quantity }) => ({ title, quantity: quantity - (shipped.get(id) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}

function toParcelView(
  { shipment, items, legs }: ShipmentDetails,
  order: OrderRow,
  timeline: readonly TimelineEntry[],
  eddStatements: readonly StoredEddStatement[],
  { findCarrier, nowMs }: PageContext,
): ParcelView {
  const carrier = findCarrier(carrierInChargeOf(shipment));
  const outbound = shipment.direction === "outbound";
  const told = toldParcel(
    {
      carrierName: carrierNameOf(carrierInChargeOf(shipment), findCarrier),
      timeline,
      eddStatements,
      promise:
        outbound && order.promisedFrom !== null && order.promisedTo !== null
          ? { from: order.promisedFrom, to: order.promisedTo, madeAt: order.createdAt }
          : null,
      destination: (outbound ? placeOf(order) : null) ?? shipment.destination,
    },
    nowMs,
  );
  return {
    ...told,
    id: shipment.id,
    direction: shipment.direction,
    trackingNumber: shipment.trackingNumber,
    carrierUrl: carrier?.trackingUrl?.(shipment.trackingNumber) ?? null,
    legs: legs.map((leg) => ({
      carrierName: carrierNameOf(leg.carrier, findCarrier),
      trackingNumber: leg.trackingNumber,
      carrierUrl: findCarrier(leg.carrier)?.trackingUrl?.(leg.trackingNumber) ?? null,
    })),
    serviceLevel: shipment.serviceLevel,
    items: items.map(({ lineItem, quantity }) => ({ title: lineItem.title, quantity })),
    timeline: timeline.toReversed().map(toEntryView),
    proof: shipment.proof,
  };
}

function placeOf({ destination }: OrderRow): Place | null {
  if (destination === null) return null;
  const { city, region, country, postalCode } = destination;
  return { city, region, country, postalCode, facilityCode: null };
}

function toEntryView(entry: TimelineEntry): TimelineEntryView {
  const { meaning, place } = entry;
  return {
    subStatus: meaning.kind === "status" ? meaning.subStatus : null,
    carrierText: entry.carrierText,
    carrierTextLanguage: null,
    place: place && { city: place.city, region: place.region, country: place.country },
    time: entry,
  };
}
