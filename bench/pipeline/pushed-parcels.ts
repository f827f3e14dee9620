import { randomBytes } from "node:crypto";
import { CARRIERS } from "../../src/connectors/carriers/registry.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { createIdSource } from "../../src/runtime/ids.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import { type BurstCarrier, type BurstPush, buildBurst } from "../../src/sandbox/burst.js";
import { insertConnection } from "../../src/store/connections.js";
import { sealCredentials } from "../../src/store/open-credentials.js";
import { insertStore } from "../../src/store/stores.js";
import type { BenchDatabase } from "../support/bench-database.js";

const newId = createIdSource({ now: Date.now, randomBytes });
const SECRET = "bench-secret";
const ORDERS_PER_TRANSACTION = 100;
const KEY = Buffer.alloc(32, 11);
const BURST_CARRIERS: readonly BurstCarrier[] = ["fedex", "ups"];

/** A store that hears of its parcels from FedEx and UPS. */
export interface PushedStore {
  readonly storeId: string;
  readonly connections: Readonly<Record<BurstCarrier, string>>;
  /** The key that its credentials are sealed under, as `WAYBILL_SECRET_KEY` takes it. */
  readonly secretKey: string;
}

/** A push with the connection that it goes to. */
export interface DirectedPush extends BurstPush {
  readonly carrier: BurstCarrier;
  readonly connectionId: string;
}

export interface ParcelPlan {
  /** Even, and so is the number of pushes. */
  readonly parcels: number;
  readonly pushes: number;
  readonly seed: number;
  readonly inTurn?: boolean;
}

/** Adds the store with one connection to each of the two carriers. */
export async function addPushedStore({ db }: BenchDatabase): Promise<PushedStore> {
  const storeId = newId("sto");
  await insertStore(db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
  const ring = { current: sealingKey(KEY), old: [] };
  const add = async (connector: BurstCarrier, credentials: Readonly<Record<string, string>>) => {
    const id = newId("con");
    const credentialsSealed = sealCredentials(ring, id, credentials);
    await insertConnection(db.pool, { id, storeId, family: "carrier", connector, label: "", credentialsSealed });
    return id;
  };
  const fedex = await add("fedex", { clientId: "a", clientSecret: "b", pushToken: SECRET });
  const ups = await add("ups", { clientId: "a", clientSecret: "b", pushSecret: SECRET });
  return { storeId, connections: { fedex, ups }, secretKey: KEY.toString("base64") };
}

export interface PushedParcels {
  readonly pushes: readonly DirectedPush[];
  /** The order of each parcel, by tracking number. */
  readonly orderIds: ReadonlyMap<string, string>;
}

/**
 * Parcels that every one is an order's, and their pushes, half of them FedEx's and half UPS's, one scan each. Shuffled, so that
 * neighbours in the queue are of different parcels and what a batch writes is spread as widely as it can be; or with one push of
 * every parcel in turn, each in the order in which it happened.
 */
export async function registerParcels(
  { db }: BenchDatabase,
  { storeId, connections }: PushedStore,
  { parcels, pushes, seed, inTurn = false }: ParcelPlan,
): Promise<PushedParcels> {
  const bursts = BURST_CARRIERS.map((carrier) => {
    const burst = buildBurst({
      carrier,
      pushes: pushes / 2,
      parcels: parcels / 2,
      seed,
      secret: SECRET,
      endAt: Date.now(),
      shuffled: !inTurn,
      firstSerial: seed * parcels,
    });
    return { carrier, burst };
  });
  const numbers = bursts.flatMap(({ carrier, burst }) =>
    [...burst.expected.keys()].map((trackingNumber) => ({ carrier, trackingNumber })),
  );
  const context = { db, newId, now: Date.now, newsMaxAgeHours: 72, carriers: CARRIERS };
  const orders = numbers.map((shipment, index) =>
    newOrder.parse({
      number: `B${seed}-${index}`,
      customer: { name: "Ada Lind", email: `ada${seed}-${index}@shop.example` },
      lineItems: [{ title: "Lamp", quantity: 1 }],
      shipments: [shipment],
    }),
  );
  const orderIds = new Map<string, string>();
  for (let from = 0; from < orders.length; from += ORDERS_PER_TRANSACTION)
    await db.transaction(async (tx) => {
      for (const order of orders.slice(from, from + ORDERS_PER_TRANSACTION)) {
        const id = await takeOrder(tx, storeId, order, context);
        for (const { trackingNumber } of order.shipments) orderIds.set(trackingNumber, id);
      }
    });
  const directed = bursts.map(({ carrier, burst }) => {
    const pushed = burst.pushes.map((push) => ({ ...push, carrier, connectionId: connections[carrier] }));
    return inTurn ? takeTurns(pushed) : pushed;
  });
  return { pushes: interleave(directed), orderIds };
}

/** The first push of every parcel, then the second of every one, and so on. */
function takeTurns(pushes: readonly DirectedPush[]): DirectedPush[] {
  const seen = new Map<string, number>();
  const rounds: DirectedPush[][] = [];
  for (const push of pushes) {
    const round = seen.get(push.trackingNumber) ?? 0;
    seen.set(push.trackingNumber, round + 1);
    (rounds[round] ??= []).push(push);
  }
  return rounds.flat();
}

function interleave<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const longest = Math.max(...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) =>
    lists.flatMap((list) => (list[at] === undefined ? [] : [list[at]])),
  ).flat();
}
