import { randomBytes } from "node:crypto";
import { CARRIERS, findCarrier } from "../../src/connectors/carriers/registry.js";
import { createIntake, type Intake } from "../../src/ingest/intake.js";
import { createMappingReader } from "../../src/normalize/apply-mappings.js";
import { type NormalizerOptions, normalizeBatch } from "../../src/normalize/normalizer.js";
import type { BatchResult } from "../../src/normalize/record-batch.js";
import type { OrdersContext } from "../../src/orders/take-order.js";
import { createIdSource } from "../../src/runtime/ids.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { storeCarrierMessages } from "../../src/store/carrier-messages.js";
import { insertConnection } from "../../src/store/connections.js";
import { type Database, isDatabaseUnavailable } from "../../src/store/database.js";
import { insertStore } from "../../src/store/stores.js";

/** Ids as in production. */
export const newId = createIdSource({ now: Date.now, randomBytes });

/** A store with one connection per carrier. */
export interface StoreFixture {
  readonly storeId: string;
  readonly connections: Readonly<Record<string, string>>;
}

/** Adds a store with carrier connections whose credentials nobody opens. */
export async function addStore(db: Database, name = "Nordlicht"): Promise<StoreFixture> {
  const storeId = newId("sto");
  await insertStore(db.pool, { id: storeId, name, brand: {}, language: "en", timeZone: "UTC" });
  const connections: Record<string, string> = {};
  for (const carrier of CARRIERS) {
    const id = newId("con");
    await insertConnection(db.pool, {
      id,
      storeId,
      family: "carrier",
      connector: carrier.code,
      label: carrier.name,
      credentialsSealed: Buffer.from("sealed"),
    });
    connections[carrier.code] = id;
  }
  return { storeId, connections };
}

/** The intake in front of a test database. */
export function intakeFor(db: Database, now: () => number = Date.now): Intake {
  return createIntake({
    store: (messages) => storeCarrierMessages(db.pool, messages),
    newId,
    now,
    maxBatch: 500,
    maxWaiting: 100_000,
    maxWaitingBytes: 256 * 1024 * 1024,
  });
}

/** Options of a normaliser over a test database; what batches did is collected in `results`. */
export function normalizerFor(db: Database, overrides: Partial<NormalizerOptions> = {}) {
  const results: BatchResult[] = [];
  const options: NormalizerOptions = {
    db,
    findCarrier,
    carriers: CARRIERS,
    readMappings: createMappingReader(db.pool),
    newId,
    now: Date.now,
    batchSize: 200,
    leaseSeconds: 60,
    newsMaxAgeHours: 72,
    isTransient: isDatabaseUnavailable,
    log: silentLogger,
    observe: (result) => results.push(result),
    ...overrides,
  };
  return {
    options,
    results,
    /** Works until nothing waits. */
    async drain(): Promise<void> {
      while ((await normalizeBatch(options)) > 0) continue;
    },
  };
}

/** The order room over a test database. */
export function ordersFor(db: Database, now: () => number = Date.now): OrdersContext {
  return { db, newId, now, newsMaxAgeHours: 72, carriers: CARRIERS };
}
