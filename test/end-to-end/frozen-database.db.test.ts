import type { FastifyInstance } from "fastify";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { CARRIERS } from "../../src/connectors/carriers/registry.js";
import { registerHooks } from "../../src/ingest/hooks.js";
import { createIntake, type Intake } from "../../src/ingest/intake.js";
import { createHttpServer } from "../../src/runtime/http-server.js";
import { silentLogger } from "../../src/runtime/logger.js";
import type { BurstPush } from "../../src/sandbox/burst.js";
import { storeCarrierMessages } from "../../src/store/carrier-messages.js";
import { type Database, isDatabaseUnavailable, openDatabase, withAnswerLimit } from "../../src/store/database.js";
import { startHearing } from "../../src/store/hearing.js";
import { startListener } from "../../src/store/listener.js";
import { type CuttableLine, layLine } from "../support/cuttable-line.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";
import { onePush } from "../support/one-push.js";
import { addStore, newId, type StoreFixture } from "../support/store-fixture.js";

/*
 * A server that hangs is worse than one that is gone: connections stay, and nothing is ever answered. Whoever waits for it must be
 * told in time, what it holds must stay bounded, and all of it must go on once it answers, or once another stands in its place.
 */
const SECRET = "moss-on-granite";
const WAIT = { timeout: 30_000, interval: 20 };
const STORE_WITHIN_MS = 2_500;

let test: TestDatabase;
let store: StoreFixture;
let line: CuttableLine;
let db: Database;
let app: FastifyInstance;
let intake: Intake;
let waitedMs: number[] = [];
let serial = 0;
/** Fires the timers of pushes that wait for an answer. */
let timeIsUp: (() => void)[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
});
afterAll(() => test.drop());

beforeEach(async () => {
  line = await layLine(test.url);
  db = await openDatabase({ url: line.url, applicationName: "frozen", poolSize: 2, log: silentLogger });
  timeIsUp = [];
  waitedMs = [];
  const stored = withAnswerLimit(db.pool, STORE_WITHIN_MS);
  intake = createIntake({
    store: (messages) => storeCarrierMessages(stored, messages),
    newId,
    now: Date.now,
    maxBatch: 500,
    maxWaiting: 50,
    maxWaitingBytes: 1_000_000,
  });
  app = createHttpServer({ log: silentLogger, isUnavailable: isDatabaseUnavailable, observe: () => {} });
  const id = store.connections.fedex ?? "";
  registerHooks(app, {
    carriers: CARRIERS,
    findConnection: async () => ({ id, connector: "fedex", enabled: true, credentials: { pushToken: SECRET } }),
    intake,
    isUnavailable: isDatabaseUnavailable,
    signingKeys: { find: () => Promise.reject(new Error("FedEx publishes no keys.")) },
    now: Date.now,
    log: silentLogger,
    confirm: () => {},
    heard: () => {},
    count: () => {},
    start: (callback, delayMs) => {
      waitedMs.push(delayMs);
      timeIsUp.push(callback);
      return () => {};
    },
  });
});
afterEach(async () => {
  await app.close();
  await line.close();
  await db.close();
});

function nextPush(): BurstPush {
  serial += 1;
  return onePush("fedex", SECRET, serial);
}

async function send({ headers, body }: BurstPush) {
  const url = `/hooks/fedex/${store.connections.fedex}`;
  const answer = await app.inject({ method: "POST", url, headers, payload: body });
  return { status: answer.statusCode, retryAfter: answer.headers["retry-after"], code: answer.json().code as unknown };
}

async function isStored({ body }: BurstPush): Promise<boolean> {
  const { rowCount } = await test.db.pool.query(`select from carrier_messages where body = $1`, [body]);
  return rowCount === 1;
}

const AWAY = { status: 503, retryAfter: "5", code: "storage_unavailable" };

it("a push is answered 503 after four seconds, stored all the same when the server goes on, and taken as known when it comes again", async () => {
  expect(await send(nextPush())).toMatchObject({ status: 200 });
  line.freeze();
  const late = nextPush();
  const answer = send(late);
  await expect.poll(() => intake.room.freeBytes, WAIT).toBeLessThan(1_000_000);
  await expect.poll(() => timeIsUp.length, WAIT).toBe(4);
  for (const callback of timeIsUp) callback();
  expect(await answer).toEqual(AWAY);
  expect(waitedMs.every((ms) => ms > 3_500 && ms <= 4_000)).toBe(true);
  // It still takes room: nothing is forgotten while it may yet be stored.
  expect(intake.room.freeBytes).toBeLessThan(1_000_000);
  line.thaw();
  await expect.poll(() => isStored(late), WAIT).toBe(true);
  await expect.poll(() => intake.room.freeBytes, WAIT).toBe(1_000_000);
  expect(await send(late)).toMatchObject({ status: 200 });
});

it("an insert that hangs is given up with its connection, pushes are refused unread, and a new connection takes them again", async () => {
  expect(await send(nextPush())).toMatchObject({ status: 200 });
  line.abandon();
  // Over the one connection that the pool has made, which is dead.
  expect(await send(nextPush())).toEqual(AWAY);
  const unread = nextPush();
  const waits = waitedMs.length;
  expect(await send(unread)).toEqual(AWAY);
  expect(waitedMs).toHaveLength(waits);
  await expect.poll(async () => (await send(unread)).status, WAIT).toBe(200);
  expect(await isStored(unread)).toBe(true);
  expect(intake.room.freeBytes).toBe(1_000_000);
});

it("a listening connection whose server has vanished is replaced, and hears again", async () => {
  const listener = startListener({ connectionString: line.url }, silentLogger, { probeEveryMs: 100, answerMs: 300 });
  const hearing = startHearing({
    db: { pool: test.db.pool, listen: (subscription) => listener.subscribe(subscription) },
    now: Date.now,
    channel: "frozen_beat",
    beatMs: 50,
  });
  await expect.poll(() => hearing.isHearing(), WAIT).toBe(true);
  line.abandon();
  await expect.poll(() => hearing.isHearing(), WAIT).toBe(false);
  await expect.poll(() => hearing.isHearing(), WAIT).toBe(true);
  hearing.stop();
  await listener.close();
});
