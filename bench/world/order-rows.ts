import { orderState } from "../../src/domain/order-status.js";
import type { Place } from "../../src/domain/place.js";
import { trackingNumberOf, WORLD_CARRIERS } from "./carrier-words.js";
import { type LivedParcel, liveParcel } from "./parcel-life.js";
import { type LogEntry, logOf } from "./parcel-log.js";
import { shipmentLine, subscriptionLine } from "./parcel-rows.js";
import { stateAt } from "./parcel-state.js";
import type { WorldMemory } from "./world-memory.js";
import { itemCountOf, parcelCountOf, personOf, storeAt, thingOf, WORLD_STORES } from "./world-people.js";
import { copyLine, type WorldRow } from "./world-tables.js";

const HOUR_MS = 3_600_000;
const ORIGIN: Place = { city: "Columbus", region: "OH", country: "US", postalCode: "43004", facilityCode: null };

export interface OrderRows {
  readonly rows: readonly WorldRow[];
  /** What is to be written when its time has come. */
  readonly log: readonly LogEntry[];
  readonly parcels: number;
  readonly openParcels: number;
  readonly scans: number;
}

/** An order whose first parcel is registered at a moment, with everything that belongs to it. */
export function makeOrder(registeredAtMs: number, memory: WorldMemory): OrderRows {
  const { random, newId, nowMs, bare } = memory;
  const store = storeAt(random());
  const storeId = WORLD_STORES[store]?.id ?? "";
  const placedAtMs = registeredAtMs - (1 + random() * 30) * HOUR_MS;
  const orderId = newId("ord", placedAtMs);
  const customer = chooseCustomer(store, placedAtMs, memory);
  const first = liveParcel(registeredAtMs, ORIGIN, random);
  const others = Array.from({ length: parcelCountOf(random()) - 1 }, () => parcelLike(first, registeredAtMs, random));
  const parcels = [first, ...others].map((life) => {
    const parcel = { ...life, destination: first.destination };
    return { id: newId("shp", registeredAtMs), parcel, state: stateAt(parcel, nowMs) };
  });
  const state = orderState(
    parcels.map(({ state }) => ({ ...state, direction: "outbound", voided: false, replaced: false })),
  );
  const closedAtMs = Math.max(...parcels.map(({ state }) => state.statusSinceMs ?? 0));
  const { city, region, country, postalCode } = first.destination;
  const destination = { name: customer.name, lines: ["14 Station Road"], city, region, country, postalCode };
  const serial = nextSerial(memory, `orders ${store}`);
  const order = copyLine([
    orderId,
    storeId,
    `${store + 1}-${100_000 + serial}`,
    bare ? null : customer.id,
    new Date(placedAtMs),
    JSON.stringify(destination),
    state.status,
    state.closed ? new Date(closedAtMs) : null,
    parcels.length * 9,
    new Date(placedAtMs),
    new Date(nowMs),
  ]);
  const rows: WorldRow[] = [["orders", order]];
  const items = bare ? [] : itemsOf(orderId, placedAtMs, memory, rows);
  if (customer.row !== null && !bare) rows.push(["customers", customer.row]);
  const log: LogEntry[] = [];
  for (const { id, parcel, state } of parcels) {
    const trackingNumber = trackingNumberOf(parcel.carrier, store, nextSerial(memory, `${store} ${parcel.carrier}`));
    const connectionId = connectionIdOf(storeId, parcel.carrier);
    rows.push([
      "shipments",
      shipmentLine({ id, storeId, orderId, connectionId, trackingNumber, registeredAtMs }, parcel, state, memory),
    ]);
    rows.push(["shipment_subscriptions", subscriptionLine(id, connectionId, registeredAtMs, state, random)]);
    items.forEach((itemId) => rows.push(["shipment_items", copyLine([id, itemId, 1])]));
    if (!bare)
      log.push(
        ...logOf({ id, storeId, orderId, trackingNumber, registeredAtMs, email: customer.email }, parcel, memory),
      );
  }
  const openParcels = parcels.filter(({ state }) => !state.isOver).length;
  return { rows, log, parcels: parcels.length, openParcels, scans: log.length };
}

/** An order goes to one place, so another parcel of it is of the same carrier and to the same country. */
function parcelLike(first: LivedParcel, registeredAtMs: number, random: () => number): LivedParcel {
  for (;;) {
    const other = liveParcel(registeredAtMs, ORIGIN, random);
    if (other.carrier === first.carrier && other.destination.country === first.destination.country) return other;
  }
}

export function connectionIdOf(storeId: string, carrier: string): string {
  return `con_${storeId.slice(4)}${carrier}`;
}

/** Every store speaks to every carrier. */
export function worldConnections(): { readonly id: string; readonly storeId: string; readonly carrier: string }[] {
  return WORLD_STORES.flatMap(({ id: storeId }) =>
    WORLD_CARRIERS.map((carrier) => ({ id: connectionIdOf(storeId, carrier), storeId, carrier })),
  );
}

/** Two orders in five are of somebody who was here before, mostly of those who came early. */
function chooseCustomer(store: number, atMs: number, { random, newId, customers, serials }: WorldMemory) {
  const known = customers[store] ?? [];
  const name = personOf(random);
  const again = random() < 0.4 ? known[Math.floor(random() * random() * known.length)] : undefined;
  if (again !== undefined) return { ...again, name, row: null };
  const id = newId("cus", atMs);
  const serial = nextSerial({ serials }, `customers ${store}`);
  const email = `${name.replace(" ", ".").toLowerCase()}.${serial}@example.com`;
  known.push({ id, email });
  const storeId = WORLD_STORES[store]?.id ?? "";
  const at = new Date(atMs);
  return { id, email, name, row: copyLine([id, storeId, email, name, email, "en", at, at]) };
}

function itemsOf(orderId: string, atMs: number, { random, newId }: WorldMemory, rows: WorldRow[]): string[] {
  return Array.from({ length: itemCountOf(random()) }, (_, position) => {
    const id = newId("itm", atMs);
    const quantity = random() < 0.85 ? 1 : 2;
    rows.push([
      "line_items",
      copyLine([id, orderId, position, `SKU-${Math.floor(random() * 900)}`, thingOf(random), quantity]),
    ]);
    return id;
  });
}

function nextSerial({ serials }: Pick<WorldMemory, "serials">, name: string): number {
  const next = (serials.get(name) ?? 0) + 1;
  serials.set(name, next);
  return next;
}
