import { randomBytes } from "node:crypto";
import { CARRIERS, findCarrier } from "../../src/connectors/carriers/registry.js";
import { createIntake } from "../../src/ingest/intake.js";
import { createMappingReader } from "../../src/normalize/apply-mappings.js";
import { normalizeBatch } from "../../src/normalize/normalizer.js";
import { newOrder } from "../../src/orders/new-order.js";
import { takeOrder } from "../../src/orders/take-order.js";
import { createIdSource } from "../../src/runtime/ids.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { storeCarrierMessages } from "../../src/store/carrier-messages.js";
import { insertConnection } from "../../src/store/connections.js";
import { type Database, isDatabaseUnavailable } from "../../src/store/database.js";
import { insertStore } from "../../src/store/stores.js";

const newId = createIdSource({ now: Date.now, randomBytes });
const INTAKE_LIMITS = { maxBatch: 500, maxWaiting: 100_000, maxWaitingBytes: 256 * 1024 * 1024 };

/** A store whose parcels travel with UPS, and what is written into it as the product writes it. */
export interface BenchStore {
  /** The small public number of the store, for sealed links. */
  readonly storeRef: number;
  /** Takes one order with one parcel in; gives the order's id. */
  takeOrder(order: { readonly number: string; readonly trackingNumber: string; readonly town: Town }): Promise<string>;
  /** Stores pushes of UPS and takes them through the normaliser until nothing waits. */
  hear(bodies: readonly Buffer[]): Promise<void>;
}

interface Town {
  readonly city: string;
  readonly region: string;
  readonly country: string;
  readonly postalCode: string;
}

/** Adds the store. `now` is the clock of everything that it takes in. */
export async function addBenchStore(db: Database, now: () => number): Promise<BenchStore> {
  const storeId = newId("sto");
  const connectionId = newId("con");
  await insertStore(db.pool, { id: storeId, name: "Nordlicht", brand: {}, language: "en", timeZone: "Europe/Berlin" });
  const connection = { id: connectionId, storeId, family: "carrier", connector: "ups", label: "UPS" } as const;
  await insertConnection(db.pool, { ...connection, credentialsSealed: Buffer.from("nobody opens it") });
  const { rows } = await db.pool.query<{ storeRef: number }>(
    `select store_ref as "storeRef" from stores where id = $1`,
    [storeId],
  );
  const intake = createIntake({
    store: (messages) => storeCarrierMessages(db.pool, messages),
    newId,
    now,
    ...INTAKE_LIMITS,
  });
  const normalizer = {
    db,
    findCarrier,
    carriers: CARRIERS,
    readMappings: createMappingReader(db.pool),
    newId,
    now,
    batchSize: 200,
    leaseSeconds: 60,
    newsMaxAgeHours: 72,
    isTransient: isDatabaseUnavailable,
    log: silentLogger,
    observe: () => {},
  };
  const orders = { db, newId, now, newsMaxAgeHours: 72, carriers: CARRIERS };
  return {
    storeRef: rows[0]?.storeRef ?? 0,
    takeOrder({ number, trackingNumber, town: { city, region, country, postalCode } }) {
      const order = newOrder.parse({
        number,
        customer: { name: "Ada Lind", email: `${number}@shop.example`.toLowerCase() },
        destination: { city, region, country, postalCode, name: "Ada Lind", lines: ["1 Long Street"] },
        lineItems: LINE_ITEMS,
        shipments: [{ carrier: "ups", trackingNumber }],
      });
      return db.transaction((tx) => takeOrder(tx, storeId, order, orders));
    },
    async hear(bodies) {
      await Promise.all(bodies.map((body) => intake.record({ connectionId, source: "push", body })));
      while ((await normalizeBatch(normalizer)) > 0) continue;
    },
  };
}

const LINE_ITEMS = [
  { title: "Wool blanket, forest green", quantity: 1 },
  { title: "Enamel mug", quantity: 2 },
];
