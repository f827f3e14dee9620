import type { Carrier } from "../connectors/carriers/contract.js";
import { carrierInChargeOf } from "../domain/carrier-name.js";
import type { Listening } from "../domain/listening.js";
import type { TimelineEntry } from "../domain/timeline.js";
import type { OrderDetails, ShipmentDetails } from "../orders/read-orders.js";
import type { TransitionRow } from "../store/transitions.js";
import type { OrderJson, ShipmentJson, ShipmentWithTimelineJson } from "./schemas.js";

/** What presenting needs beside the rows. */
export interface Presenter {
  readonly findCarrier: (code: string) => Carrier | null;
  readonly trackingUrl: (order: {
    readonly id: string;
    readonly storeRef: number;
    readonly linkEpoch: number;
  }) => string;
}

/** How each shipment is listened to, by its id. */
export type ListeningOf = (shipmentId: string) => Listening;

/** An order as the API shows it. */
export function presentOrder(
  details: OrderDetails,
  { storeRef, listeningOf }: { readonly storeRef: number; readonly listeningOf: ListeningOf },
  presenter: Presenter,
): OrderJson {
  const { order, lineItems, shipments } = details;
  return {
    id: order.id,
    number: order.number,
    status: order.status,
    placedAt: order.placedAt.toISOString(),
    promised:
      order.promisedFrom === null || order.promisedTo === null
        ? null
        : { from: order.promisedFrom, to: order.promisedTo },
    customer: order.customer && { name: order.customer.name, email: order.customer.email, phone: order.customer.phone },
    destination: order.destination && { ...order.destination, lines: [...order.destination.lines] },
    lineItems: lineItems.map(({ position, sku, title, quantity, imageUrl }) => ({
      position,
      sku,
      title,
      quantity,
      imageUrl,
    })),
    silent: order.silent,
    trackingUrl: presenter.trackingUrl({ id: order.id, storeRef, linkEpoch: order.linkEpoch }),
    closedAt: order.closedAt?.toISOString() ?? null,
    createdAt: order.createdAt.toISOString(),
    shipments: shipments.map((shipment) => presentShipment(shipment, listeningOf, presenter)),
  };
}

/** A shipment as the API shows it. One that no carrier has spoken of yet stands as its label. */
export function presentShipment(
  { shipment, items, legs }: ShipmentDetails,
  listeningOf: ListeningOf,
  presenter: Presenter,
): ShipmentJson {
  const { eddFrom, eddTo, eddSource } = shipment;
  return {
    id: shipment.id,
    orderId: shipment.orderId,
    carrier: shipment.carrier,
    underlyingCarrier: shipment.underlyingCarrier,
    trackingNumber: shipment.trackingNumber,
    carrierTrackingUrl:
      presenter.findCarrier(carrierInChargeOf(shipment))?.trackingUrl?.(shipment.trackingNumber) ?? null,
    legs: legs.map(({ carrier, trackingNumber, relation }) => ({ carrier, trackingNumber, relation })),
    direction: shipment.direction,
    serviceLevel: shipment.serviceLevel,
    shipDate: shipment.shipDate,
    status: shipment.status ?? "label_created",
    subStatus: shipment.subStatus ?? "label_created",
    statusSince: shipment.statusSince?.toISOString() ?? null,
    edd:
      eddFrom === null || eddTo === null || eddSource === null
        ? null
        : {
            from: eddFrom,
            to: eddTo,
            windowFrom: shipment.eddWindowFrom,
            windowTo: shipment.eddWindowTo,
            source: eddSource,
          },
    listening: presentListening(listeningOf(shipment.id)),
    notice: shipment.noticeKind,
    items: items.map(({ lineItem, quantity }) => ({ position: lineItem.position, quantity })),
    voidedAt: shipment.voidedAt?.toISOString() ?? null,
    replacedBy: shipment.replacedBy,
    createdAt: shipment.createdAt.toISOString(),
  };
}

function presentListening(listening: Listening): ShipmentJson["listening"] {
  return {
    state: listening.state,
    reason: listening.reason,
    subscribedAt: listening.subscribedAt?.toISOString() ?? null,
    expiresAt: listening.expiresAt?.toISOString() ?? null,
    lastPushAt: listening.pushHeardAt?.toISOString() ?? null,
  };
}

/** A shipment with its timeline, newest first, and the log of its news. */
export function presentShipmentWithTimeline(
  details: ShipmentDetails,
  timeline: readonly TimelineEntry[],
  transitions: readonly TransitionRow[],
  listeningOf: ListeningOf,
  presenter: Presenter,
): ShipmentWithTimelineJson {
  return {
    ...presentShipment(details, listeningOf, presenter),
    timeline: timeline.toReversed().map(presentEvent),
    transitions: transitions.map((transition) => ({
      status: transition.status,
      subStatus: transition.subStatus,
      occurredAt: transition.occurredAt?.toISOString() ?? null,
      learnedAt: transition.learnedAt.toISOString(),
      announced: transition.announced,
    })),
  };
}

function presentEvent(entry: TimelineEntry): ShipmentWithTimelineJson["timeline"][number] {
  const { meaning } = entry;
  return {
    occurredAt: entry.occurredAt === null ? null : new Date(entry.occurredAt).toISOString(),
    localTime: entry.localTime,
    utcOffset: entry.utcOffset,
    zone: entry.zone,
    precision: entry.precision,
    status: meaning.kind === "status" ? meaning.status : null,
    subStatus: meaning.kind === "status" ? meaning.subStatus : null,
    carrier: entry.carrier,
    carrierCode: entry.carrierCode,
    carrierText: entry.carrierText,
    place: entry.place,
  };
}
