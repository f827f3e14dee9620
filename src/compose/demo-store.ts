import { newOrder } from "../orders/new-order.js";
import { type OrdersContext, takeOrder } from "../orders/take-order.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import type { Journey } from "../sandbox/journey.js";
import { spanMinutes } from "../sandbox/journey.js";
import { findJourney } from "../sandbox/journey-list.js";
import type { DirectCarrier, Hook } from "../sandbox/parcel.js";
import type { Sandbox } from "../sandbox/sandbox.js";
import { sandboxTrackingNumber } from "../sandbox/tracking-numbers.js";
import { insertConnection } from "../store/connections.js";
import { sealCredentials } from "../store/open-credentials.js";
import { findOrderByNumber } from "../store/orders.js";
import { findStore, insertStore } from "../store/stores.js";
import { DEMO_ORDERS, type DemoOrder } from "./demo-orders.js";
import { sandboxSettings } from "./sandbox-settings.js";
import type { Workshop } from "./workshop.js";

/** The brand of the demo's store. */
const BRAND = {
  accentColor: "#1f6f5c",
  websiteUrl: "https://nordlicht.example",
  supportUrl: "https://nordlicht.example/help",
  supportEmail: "help@nordlicht.example",
};
const FROM_ADDRESS = "orders@nordlicht.example";
const MINUTE_MS = 60_000;
/** USPS wants 32 characters. */
const PUSH_SECRET = "demo-push-secret-of-nordlicht-shop";

/** What the demo shows for one order. */
export interface DemoLink {
  readonly number: string;
  readonly trackingUrl: string;
}

export interface DemoContext {
  readonly workshop: Workshop;
  readonly orders: OrdersContext;
  readonly sandbox: Sandbox;
  /** Where the intake listens. */
  readonly url: string;
  readonly smtpPort: number;
}

/** Sets up a store with its connections, takes a dozen orders in and puts their parcels on their way. */
export async function fillDemoStore(context: DemoContext): Promise<DemoLink[]> {
  const { workshop } = context;
  const storeId = workshop.newId("sto");
  await insertStore(workshop.db.pool, {
    id: storeId,
    name: "Nordlicht",
    brand: BRAND,
    language: "en",
    timeZone: "America/New_York",
  });
  const connections = await addConnections(storeId, context);
  const fedexHook = hookOf("fedex", `${context.url}/hooks/fedex/${connections.fedex}`);
  if (fedexHook.kind === "fedex") context.sandbox.setPortalHook(fedexHook);
  const store = await findStore(workshop.db.pool, storeId);
  if (store === null) throw new Error("The store that was just added is gone.");
  const links = createTrackingLinks(workshop.ring, workshop.publicUrl, { now: workshop.now });

  const shown: DemoLink[] = [];
  let serial = 1;
  for (const order of DEMO_ORDERS) {
    const numbers = (order.journey?.carriers ?? []).map((carrier) => sandboxTrackingNumber(carrier, serial++));
    await takeDemoOrder(storeId, order, numbers, context);
    const row = await findOrderByNumber(workshop.db.pool, storeId, order.number);
    if (row === null) throw new Error("The order that was just taken in is gone.");
    shown.push({
      number: order.number,
      trackingUrl: links.sealed({ id: row.id, storeRef: store.storeRef, linkEpoch: row.linkEpoch }),
    });
    sendOff(order, numbers, connections, context);
  }
  return shown;
}

async function addConnections(
  storeId: string,
  { workshop, sandbox, smtpPort }: DemoContext,
): Promise<Record<DirectCarrier, string>> {
  const add = async (family: "carrier" | "channel", connector: string, credentials: Record<string, string>) => {
    const id = workshop.newId("con");
    const credentialsSealed = sealCredentials(workshop.ring, id, credentials);
    await insertConnection(workshop.db.pool, { id, storeId, family, connector, label: "Sandbox", credentialsSealed });
    return id;
  };
  await add("channel", "smtp", {
    host: "127.0.0.1",
    port: String(smtpPort),
    tls: "none",
    fromName: "Nordlicht",
    fromAddress: FROM_ADDRESS,
  });
  const addCarrier = (carrier: DirectCarrier) =>
    add("carrier", carrier, sandboxSettings(sandbox, carrier, PUSH_SECRET));
  return {
    fedex: await addCarrier("fedex"),
    ups: await addCarrier("ups"),
    usps: await addCarrier("usps"),
    dhl: await addCarrier("dhl"),
  };
}

async function takeDemoOrder(
  storeId: string,
  order: DemoOrder,
  numbers: readonly string[],
  { workshop, orders }: DemoContext,
): Promise<void> {
  const parcels = journeyOf(order)?.parcels ?? [];
  const destination = parcels[0]?.destination;
  const body = newOrder.parse({
    number: order.number,
    customer: { name: order.customer, email: `${order.number.toLowerCase()}@customers.example` },
    lineItems: order.items,
    ...(destination && {
      destination: {
        city: destination.city,
        region: destination.region,
        country: destination.country,
        postalCode: destination.postalCode,
      },
    }),
    shipments: numbers.map((trackingNumber, index) => ({
      carrier: order.journey?.carriers[index],
      trackingNumber,
      // Several parcels share the items out; a single one has them all.
      items: order.items
        .map((item, position) => ({ position, quantity: item.quantity }))
        .filter((_item, position) => numbers.length === 1 || position === index),
    })),
  });
  await workshop.db.transaction((tx) => takeOrder(tx, storeId, body, orders));
}

/** Each story ends about now, so that its delivery dates are today's and to come rather than past. */
function sendOff(
  order: DemoOrder,
  numbers: readonly string[],
  connections: Record<DirectCarrier, string>,
  context: DemoContext,
): void {
  const { sandbox, url, workshop } = context;
  const journey = journeyOf(order);
  if (journey === null || order.journey === undefined) return;
  const { code, carriers, seconds } = order.journey;
  numbers.forEach((trackingNumber, part) => {
    const carrier = carriers[part];
    if (carrier === undefined) return;
    const hook = hookOf(carrier, `${url}/hooks/${carrier}/${connections[carrier]}`);
    const startAt = workshop.now() - spanMinutes(journey) * MINUTE_MS;
    sandbox.register({
      carrier,
      trackingNumber,
      journey: code,
      part,
      hook,
      startAt,
      speed: (spanMinutes(journey) * 60) / seconds,
    });
  });
}

/** What carriers push before anybody could have subscribed: the demo shows news from its first second. */
function hookOf(carrier: DirectCarrier, url: string): Hook {
  switch (carrier) {
    case "fedex":
      return { kind: "fedex", url, secret: PUSH_SECRET };
    case "ups":
      return { kind: "ups_v1", url, secret: PUSH_SECRET };
    case "usps":
      return { kind: "usps", url, secret: PUSH_SECRET, subscriptionId: "demo" };
    default:
      return { kind: "dhl", url, header: "X-Api-Key", secret: PUSH_SECRET, self: url };
  }
}

function journeyOf(order: DemoOrder): Journey | null {
  return order.journey === undefined ? null : findJourney(order.journey.code);
}
