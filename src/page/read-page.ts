import type { Carrier } from "../connectors/carriers/contract.js";
import { carrierInChargeOf, carrierNameOf } from "../domain/carrier-name.js";
import { groupBy } from "../domain/group-by.js";
import { orderState } from "../domain/order-status.js";
import { parcelStory } from "../domain/parcel-facts.js";
import type { Place } from "../domain/place.js";
import type { ScanTime } from "../domain/scan.js";
import type { TimelineEntry } from "../domain/timeline.js";
import { zoneOf } from "../domain/zones.js";
import { type OrderDetails, readOrderDetails, readTimelines, type ShipmentDetails } from "../orders/read-orders.js";
import type { Queryable } from "../store/database.js";
import { readEddStatements, type StoredEddStatement } from "../store/edd-statements.js";
import { findOrder, type OrderRow } from "../store/orders.js";
import type { OrderFacts, PageFacts, ParcelFactsOfPage } from "./page-facts.js";
import { type ItemView, MAX_SCANS_SHOWN, maskPostalCode, type TimelineEntryView } from "./view-model.js";

type FindCarrier = (code: string) => Carrier | null;

/**
 * Reads everything that an order's tracking page shows, whenever it is shown; null when the order is gone. Voided and
 * replaced parcels are left out.
 */
export async function readPageFacts(
  db: Queryable,
  { storeId, orderId }: { readonly storeId: string; readonly orderId: string },
  findCarrier: FindCarrier,
): Promise<PageFacts | null> {
  const order = await findOrder(db, storeId, orderId);
  const [details] = order === null ? [] : await readOrderDetails(db, [order]);
  if (order === null || details === undefined) return null;
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
      toParcelFacts(
        parcel,
        order,
        timelines.get(parcel.shipment.id) ?? [],
        edd.get(parcel.shipment.id) ?? [],
        findCarrier,
      ),
    );
  return { order: toOrderFacts(details), parcels };
}

function toOrderFacts({ order, lineItems, shipments }: OrderDetails): OrderFacts {
  const state = orderState(
    shipments.map(({ shipment }) => ({
      ...shipment,
      voided: shipment.voidedAt !== null,
      replaced: shipment.replacedBy !== null,
    })),
  );
  return {
    number: order.number,
    placedAtMs: order.placedAt.getTime(),
    status: state.status,
    counts: state.counts,
    promised:
      order.promisedFrom === null || order.promisedTo === null
        ? null
        : { from: order.promisedFrom, to: order.promisedTo },
    zone: zoneOf(placeOf(order)),
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

function toParcelFacts(
  { shipment, items, legs }: ShipmentDetails,
  order: OrderRow,
  timeline: readonly TimelineEntry[],
  eddStatements: readonly StoredEddStatement[],
  findCarrier: FindCarrier,
): ParcelFactsOfPage {
  const carrier = findCarrier(carrierInChargeOf(shipment));
  const outbound = shipment.direction === "outbound";
  const story = parcelStory({
    carrierName: carrierNameOf(carrierInChargeOf(shipment), findCarrier),
    timeline,
    eddStatements,
    promise:
      outbound && order.promisedFrom !== null && order.promisedTo !== null
        ? { from: order.promisedFrom, to: order.promisedTo, madeAt: order.createdAt }
        : null,
    destination: (outbound ? placeOf(order) : null) ?? shipment.destination,
  });
  return {
    ...story,
    at: story.at && timeOf(story.at),
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
    timeline: timeline
      .toReversed()
      .slice(0, MAX_SCANS_SHOWN)
      .map((entry) => toEntryView(entry, story.carrierName, findCarrier)),
    proof: shipment.proof,
  };
}

function placeOf({ destination }: OrderRow): Place | null {
  if (destination === null) return null;
  const { city, region, country, postalCode } = destination;
  return { city, region, country, postalCode, facilityCode: null };
}

/** What an aggregator relays is a scan of the carrier that has the parcel. */
function toEntryView(entry: TimelineEntry, carrierName: string, findCarrier: FindCarrier): TimelineEntryView {
  const { meaning, place } = entry;
  return {
    carrierName: entry.relayed ? carrierName : carrierNameOf(entry.carrier, findCarrier),
    subStatus: meaning.kind === "status" ? meaning.subStatus : null,
    carrierText: entry.carrierText,
    carrierTextLanguage: null,
    place: place && { city: place.city, region: place.region, country: place.country },
    time: timeOf(entry),
  };
}

/** The time alone: what a scan says besides is not for the page, and not to be kept with it. */
function timeOf({ occurredAt, localTime, utcOffset, zone, precision }: ScanTime): ScanTime {
  return { occurredAt, localTime, utcOffset, zone, precision };
}
