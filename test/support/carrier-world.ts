import { findFreePort } from "../../src/compose/free-port.js";
import { startHttp } from "../../src/compose/start-http.js";
import { createPolling } from "../../src/compose/start-poller.js";
import { createSubscribing } from "../../src/compose/start-subscriber.js";
import type { Workshop } from "../../src/compose/workshop.js";
import { aggregatorCodes } from "../../src/connectors/carriers/registry.js";
import type { TimelineEntry } from "../../src/domain/timeline.js";
import { addConnection } from "../../src/ingest/add-connection.js";
import { readTimelines } from "../../src/orders/read-orders.js";
import { readConfig } from "../../src/runtime/config.js";
import type { Credentials } from "../../src/runtime/credentials.js";
import { createHttpClient } from "../../src/runtime/http-client-undici.js";
import { createLifecycle } from "../../src/runtime/lifecycle.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { createMetrics } from "../../src/runtime/metrics.js";
import { hashSecret } from "../../src/runtime/random-secrets.js";
import { sealingKey } from "../../src/runtime/sealing.js";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/sandbox.js";
import { insertApiKey } from "../../src/store/api-keys.js";
import type { Database } from "../../src/store/database.js";
import { findShipment } from "../../src/store/shipments.js";
import { insertStore } from "../../src/store/stores.js";
import { createClockedDatabase } from "./clocked-database.js";
import { type Outbox, openOutbox } from "./outbox.js";
import { type RecordedCall, recordCalls } from "./recorded-calls.js";
import { stoppedSandbox } from "./sandbox.js";
import { intakeFor, newId, normalizerFor } from "./store-fixture.js";

/** A store with an API key and a connection to one emulated carrier. */
export interface WorldStore {
  readonly id: string;
  readonly connectionId: string;
  readonly key: string;
}

/** A shipment as the API shows it, as far as tests of carriers look at it. */
export interface ShownShipment {
  readonly id: string;
  readonly orderId: string;
  readonly trackingNumber: string;
  readonly status: string;
  readonly subStatus: string;
  readonly statusSince: string | null;
  readonly edd: object | null;
  readonly serviceLevel: string | null;
  readonly shipDate: string | null;
  readonly underlyingCarrier: string | null;
  readonly listening: { readonly state: string; readonly reason: string | null };
  readonly transitions: readonly { readonly status: string; readonly subStatus: string; readonly announced: boolean }[];
}

/**
 * Waybill and the sandbox's carriers on 127.0.0.1, with one stopped clock for both and for the database. Nothing happens by
 * itself: layers do one look, or work until nothing waits, when they are told to.
 */
export interface CarrierWorld {
  readonly db: Database;
  readonly sandbox: Sandbox;
  readonly outbox: Outbox;
  /** Every call that Waybill has made to a carrier. */
  readonly calls: readonly RecordedCall[];
  readonly now: () => number;
  pass(ms: number): Promise<void>;
  /** `setUp` is told the address that takes the connection's pushes. */
  addStore(carrier: string, credentials: Credentials, setUp?: (hookUrl: string) => void): Promise<WorldStore>;
  /** Registers an order with one parcel over the API. */
  order(
    store: WorldStore,
    parcel: { readonly carrier: string; readonly trackingNumber: string },
  ): Promise<ShownShipment>;
  show(store: WorldStore, id: string): Promise<ShownShipment>;
  /** Oldest first. */
  timeline(store: WorldStore, id: string): Promise<readonly TimelineEntry[]>;
  /** One look of the subscriber, and everything that carriers send because of it. */
  subscribe(): Promise<void>;
  /** One look of the poller, and everything that comes of it. */
  poll(): Promise<void>;
  /** Waits for pushes and confirmations under way, then works off what they brought. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

const RING = { current: sealingKey(Buffer.alloc(32, 11)), old: [] };
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;
/** A push may make a call which makes a push: a handshake has three rounds at most. */
const ROUNDS = 4;

export async function startCarrierWorld(options: Partial<SandboxOptions> = {}): Promise<CarrierWorld> {
  const clocked = await createClockedDatabase();
  const { db, now } = clocked;
  const stopped = await stoppedSandbox(now(), options);
  const { sandbox } = stopped;
  const config = readConfig({});
  const port = await findFreePort(config.host);
  const lifecycle = createLifecycle({ log: silentLogger, now: Date.now, deadlineMs: 10_000 });
  const workshop: Workshop = {
    config,
    publicUrl: `http://127.0.0.1:${port}`,
    db,
    ring: RING,
    newId,
    now,
    log: silentLogger,
    metrics: createMetrics({ version: "0.0.0", processMetrics: false }),
    lifecycle,
    workerId: newId("wrk"),
  };
  const real = createHttpClient({ userAgent: "Waybill/test", defaultTimeoutMs: 10_000, maxBytes: MAX_ANSWER_BYTES });
  const recorder = recordCalls(real, now);
  const intake = intakeFor(db, now);
  await startHttp(workshop, intake, recorder.http, port);
  const lookForSubscriptions = createSubscribing(workshop, recorder.http);
  const lookForPolls = createPolling(workshop, intake, recorder.http, () => {});
  const normalizer = normalizerFor(db, { now });
  const outbox = await openOutbox(db, RING, now, workshop.workerId);

  async function settle(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await sandbox.pushesSettled();
      await recorder.settled();
    }
    await normalizer.drain();
  }

  async function send<Body>(method: "GET" | "POST", path: string, { key }: WorldStore, body?: object): Promise<Body> {
    const response = await fetch(`${workshop.publicUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Body;
  }

  return {
    db,
    sandbox,
    outbox,
    calls: recorder.calls,
    now,
    async pass(ms) {
      stopped.pass(ms);
      await clocked.pass(ms);
    },
    async addStore(carrier, credentials, setUp) {
      const store = { id: newId("sto"), connectionId: newId("con"), key: `wb_${newId("key")}` };
      await insertStore(db.pool, { id: store.id, name: "Nordlicht", brand: {}, language: "en", timeZone: "UTC" });
      const key = { id: newId("key"), storeId: store.id, keyHash: hashSecret(store.key), label: "" };
      await insertApiKey(db.pool, key);
      const { id: storeId, connectionId: id } = store;
      const connection = { id, storeId, family: "carrier", connector: carrier, label: carrier, credentials } as const;
      await addConnection(db.pool, RING, connection, aggregatorCodes());
      await outbox.openFor(storeId);
      setUp?.(`${workshop.publicUrl}/hooks/${carrier}/${id}`);
      return store;
    },
    async order(store, parcel) {
      const order = await send<{ shipments: ShownShipment[] }>("POST", "/v1/orders", store, {
        number: parcel.trackingNumber,
        customer: { name: "Ada", email: "ada@example.org" },
        shipments: [parcel],
      });
      const [shipment] = order.shipments;
      if (shipment === undefined) throw new Error("An order with a parcel has a shipment.");
      return shipment;
    },
    show: (store, id) => send("GET", `/v1/shipments/${id}`, store),
    async timeline(store, id) {
      const shipment = await findShipment(db.pool, store.id, id);
      const timelines = await readTimelines(db.pool, shipment === null ? [] : [shipment]);
      return timelines.get(id) ?? [];
    },
    async subscribe() {
      await lookForSubscriptions();
      await settle();
    },
    async poll() {
      await lookForPolls();
      await settle();
    },
    settle,
    async stop() {
      await sandbox.stop();
      await lifecycle.stop("the test is over");
      await real.close();
      await clocked.drop();
    },
  };
}
