import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { registerApi } from "../../src/api/register-api.js";
import {
  CarrierCallError,
  type CarrierSubscriptions,
  type SubscribeContext,
  type SubscriptionAnswer,
} from "../../src/connectors/carriers/contract.js";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { leaveAlone } from "../../src/ingest/call-budget.js";
import { subscribeDueShipments } from "../../src/ingest/subscriber.js";
import { createHttpServer } from "../../src/runtime/http-server.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { hashSecret } from "../../src/runtime/random-secrets.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import { insertApiKey } from "../../src/store/api-keys.js";
import { forgetRateLimits } from "../../src/store/call-budget.js";
import { replaceCredentials, setConnectionEnabled } from "../../src/store/connection-changes.js";
import { isDatabaseUnavailable } from "../../src/store/database.js";
import {
  claimDueJob,
  claimDueSubscriptions,
  findStillNeeded,
  listConnectionsToSubscribe,
  pauseSubscribing,
  writeSubscriptionResults,
} from "../../src/store/subscriptions.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { addStore, newId, ordersFor, type StoreFixture } from "../support/store-fixture.js";

const KEY = "wb_heather-and-bog-and-stone";
let test: TestDatabase;
let app: FastifyInstance;
let store: StoreFixture;
let serial = 0;
const subscribed: string[] = [];
const ended: string[] = [];
/** What the carrier says to the next call; null: it agrees. */
let refusal: CarrierCallError | string | null = null;

beforeAll(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
  await insertApiKey(test.db.pool, {
    id: KEY.slice(3).toLowerCase(),
    storeId: store.storeId,
    keyHash: hashSecret(KEY),
    label: "",
  });
  app = createHttpServer({ log: silentLogger, isUnavailable: isDatabaseUnavailable, observe: () => {} });
  await registerApi(app, {
    ...ordersFor(test.db),
    presenter: { findCarrier, trackingUrl: () => "https://t.example/t" },
  });
});
afterAll(async () => {
  await app.close();
  await test.drop();
});

const answerTo = (trackingNumber: string): SubscriptionAnswer => ({
  trackingNumber,
  outcome: refusal === null ? "subscribed" : "refused",
  reference: refusal === null ? `sub-${trackingNumber}` : null,
  expiresAt: refusal === null ? Date.now() + 14 * 86_400_000 : null,
  reason: typeof refusal === "string" ? refusal : null,
});
const SUBSCRIPTIONS: CarrierSubscriptions = {
  batchSize: () => 100,
  obstacle: () => null,
  async subscribe(queries) {
    if (refusal instanceof CarrierCallError) throw refusal;
    subscribed.push(...queries.map(({ trackingNumber }) => trackingNumber));
    return { jobId: null, numbers: queries.map(({ trackingNumber }) => answerTo(trackingNumber)) };
  },
  async unsubscribe(subscriptions) {
    ended.push(...subscriptions.map(({ reference }) => reference ?? "none"));
  },
};

async function subscribe(): Promise<number> {
  const carrier = findCarrier("fedex");
  if (carrier?.push === undefined) throw new Error("FedEx pushes.");
  const faked = { ...carrier, push: { ...carrier.push, subscriptions: SUBSCRIPTIONS } };
  const context: SubscribeContext = {
    credentials: {},
    http: () => Promise.reject(new Error("No test calls out.")),
    tokens: { get: (obtain) => obtain(), refresh: (_stale, obtain) => obtain() },
    now: Date.now,
    newId: () => newId("req"),
    hookUrl: `https://track.example.com/hooks/fedex/${store.connections.fedex}`,
  };
  const { pool } = test.db;
  return subscribeDueShipments({
    listConnectionsDue: () => listConnectionsToSubscribe(pool),
    openConnection: async () => ({ carrier: faked, context }),
    claimDue: (id, claim) => claimDueSubscriptions(pool, id, claim),
    claimJob: (id, claim) => claimDueJob(pool, id, claim),
    findStillNeeded: (id, shipmentIds) => findStillNeeded(pool, id, shipmentIds),
    write: (results) => writeSubscriptionResults(pool, results),
    pause: (id, until, reason) => pauseSubscribing(pool, id, until, reason),
    blockRateLimited: (id, retryAfterMs) => leaveAlone(pool, id, { retryAfterMs, at: new Date() }),
    onAnswer: (id) => forgetRateLimits(pool, id),
    takeCall: async () => null,
    now: Date.now,
    log: silentLogger,
    count: () => {},
  });
}

interface Shipment {
  readonly id: string;
  readonly trackingNumber: string;
  readonly listening: { readonly state: string; readonly reason: string | null; readonly expiresAt: string | null };
}

async function send<Body>(method: "GET" | "POST" | "PATCH", url: string, body?: object): Promise<Body> {
  const headers = { authorization: `Bearer ${KEY}` };
  const answer = await app.inject({ method, url, headers, ...(body && { payload: body }) });
  expect(answer.statusCode).toBeLessThan(300);
  return answer.json<Body>();
}
const parcel = (carrier = "fedex") => ({ carrier, trackingNumber: sandboxTrackingNumber("fedex", (serial += 1)) });
async function order(...shipments: object[]): Promise<Shipment> {
  const taken = await send<{ shipments: Shipment[] }>("POST", "/v1/orders", {
    number: `S-${(serial += 1)}`,
    shipments,
  });
  const [shipment] = taken.shipments;
  if (shipment === undefined) throw new Error("An order with a parcel has a shipment.");
  return shipment;
}
const listeningTo = async ({ id }: Shipment) => (await send<Shipment>("GET", `/v1/shipments/${id}`)).listening;

it("subscribes a number soon after it is registered, and shows it", async () => {
  const shipment = await order(parcel());
  expect(shipment.listening).toEqual({
    state: "polling",
    reason: "The carrier is about to be asked to push it.",
    subscribedAt: null,
    expiresAt: null,
    lastPushAt: null,
  });
  expect(await subscribe()).toBe(1);
  expect(subscribed).toContain(shipment.trackingNumber);
  const shown = await listeningTo(shipment);
  expect(shown).toMatchObject({ state: "subscribed", reason: null });
  expect(Date.parse(shown.expiresAt ?? "")).toBeGreaterThan(Date.now() + 13 * 86_400_000);
  const list = await send<{ items: Shipment[] }>("GET", `/v1/shipments?trackingNumber=${shipment.trackingNumber}`);
  expect(list.items[0]?.listening).toEqual(shown);
  expect(await subscribe()).toBe(0);
});

it("shows why a number has failed, and that it is polled while its carrier cannot be asked", async () => {
  refusal = "The account does not own this number.";
  const refused = await order(parcel());
  await subscribe();
  expect(await listeningTo(refused)).toMatchObject({ state: "failed", reason: refusal });

  refusal = new CarrierCallError("unauthorized", "FedEx did not let us subscribe (HTTP 403).");
  const [asked, later] = [await order(parcel()), await order(parcel())];
  await subscribe();
  const after = await order(parcel());
  for (const shipment of [asked, later, after])
    expect(await listeningTo(shipment)).toMatchObject({ state: "polling", reason: refusal.message });

  refusal = null;
  expect(await subscribe()).toBe(0);
  await replaceCredentials(test.db.pool, store.connections.fedex ?? "", Buffer.from("others"));
  await subscribe();
  for (const shipment of [refused, asked, later, after])
    expect(await listeningTo(shipment)).toMatchObject({ state: "subscribed" });
});

it("ends the subscription of a number that is voided or replaced, and subscribes the one that took its place", async () => {
  const [voided, replaced] = [await order(parcel()), await order(parcel())];
  await subscribe();
  await send("PATCH", `/v1/shipments/${voided.id}`, { void: true });
  const next = await send<Shipment>("PATCH", `/v1/shipments/${replaced.id}`, { replaceWith: parcel() });
  await subscribe();
  expect(ended.toSorted()).toEqual([`sub-${voided.trackingNumber}`, `sub-${replaced.trackingNumber}`].toSorted());
  expect(await listeningTo(voided)).toMatchObject({ state: "none", reason: "The shipment has ended." });
  expect(await listeningTo(next)).toMatchObject({ state: "subscribed" });
  expect(await subscribe()).toBe(0);
});

it("says that nobody listens while the connection is switched off, and subscribes anew when it is on again", async () => {
  const shipment = await order(parcel());
  await subscribe();
  const id = store.connections.fedex ?? "";
  // An aggregator would stand in for what is registered meanwhile.
  for (const connection of Object.values(store.connections))
    await setConnectionEnabled(test.db.pool, connection, false);
  expect(await listeningTo(shipment)).toMatchObject({
    state: "none",
    reason: "The connection to this carrier is switched off.",
  });
  const unheard = await order(parcel());
  expect(await listeningTo(unheard)).toMatchObject({
    state: "none",
    reason: "The store has no connection to this carrier.",
  });
  await setConnectionEnabled(test.db.pool, id, true);
  expect(await listeningTo(shipment)).toMatchObject({ state: "polling" });
  subscribed.length = 0;
  await subscribe();
  expect(subscribed).toContain(shipment.trackingNumber);
  expect(await listeningTo(shipment)).toMatchObject({ state: "subscribed" });
});
