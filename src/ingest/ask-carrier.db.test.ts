import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { newId } from "../../test/support/store-fixture.js";
import { type Carrier, CarrierCallError } from "../connectors/carriers/contract.js";
import { sealingKey } from "../runtime/sealing.js";
import { type ConnectionRow, findConnection, insertConnection } from "../store/connections.js";
import { sealCredentials } from "../store/open-credentials.js";
import { insertStore } from "../store/stores.js";
import { type AskingContext, askCarrier } from "./ask-carrier.js";

const RING = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };
const QUERY = { trackingNumber: "N1", carrierUniqueId: null, shipDate: null };
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
  await insertStore(test.db.pool, { id: "sto_1", name: "Northwind", brand: {}, language: "en", timeZone: "UTC" });
});
afterAll(() => test.drop());

/** A carrier that grants a call in `everySeconds`, and what it answers. */
function acme(everySeconds: number, answer: () => Promise<Uint8Array> = async () => Buffer.from("{}")): Carrier {
  const budget = { perSecond: 1 / everySeconds, perHour: null, perDay: null };
  const parse = () => ({ trackings: [], notices: [] });
  return {
    code: "acme",
    name: "Acme",
    numberFormats: [],
    statusCodes: [],
    credentials: [],
    poll: { batchSize: 1, budget, maxBytes: 1_000, fetch: answer, parse },
  };
}

async function connection(): Promise<ConnectionRow> {
  const id = newId("con");
  const credentialsSealed = sealCredentials(RING, id, {});
  const row = { id, storeId: "sto_1", family: "carrier" as const, connector: "acme", label: "Acme", credentialsSealed };
  await insertConnection(test.db.pool, row);
  const found = await findConnection(test.db.pool, id);
  if (found === null) throw new Error("The connection is not there.");
  return found;
}

const context = (pauses: number[] = []): AskingContext => ({
  db: test.db,
  ring: RING,
  http: () => Promise.reject(new Error("No test calls out.")),
  now: Date.now,
  pause: async (waitMs) => pauses.push(waitMs),
});

const failure = (asking: Promise<unknown>) =>
  asking.then(
    () => null,
    (error: unknown) => (error instanceof CarrierCallError ? error : null),
  );

it("takes from the budget that pollers share, and says when the next call is free and what to do", async () => {
  const row = await connection();
  const pauses: number[] = [];
  await askCarrier(acme(600), row, QUERY, context(pauses));
  const refused = await failure(askCarrier(acme(600), row, QUERY, context(pauses)));
  expect(refused).toMatchObject({
    kind: "rate_limited",
    message: expect.stringMatching(/Acme.*used up.*--calls-per-hour/),
  });
  expect(refused?.retryAfterMs).toBeGreaterThan(500_000);
  expect(pauses).toEqual([]);
  // Nobody was called, so nobody is blocked.
  expect((await findConnection(test.db.pool, row.id))?.blockedUntil).toBeNull();
});

it("waits a moment for the next call, a few times at most", async () => {
  const row = await connection();
  const pauses: number[] = [];
  await askCarrier(acme(3), row, QUERY, context(pauses));
  // The pauses of this test take no time, so the call is never free.
  expect(await failure(askCarrier(acme(3), row, QUERY, context(pauses)))).toMatchObject({ kind: "rate_limited" });
  expect(pauses).toHaveLength(4);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(3_000);
});

it("blocks the connection for everybody when the carrier was called too often, though it names no time", async () => {
  const row = await connection();
  const tooOften = acme(0.001, () => Promise.reject(new CarrierCallError("rate_limited", "slow down")));
  await failure(askCarrier(tooOften, row, QUERY, context()));
  const blocked = await findConnection(test.db.pool, row.id);
  expect(blocked?.blockedReason).toBe("rate_limited");
  expect((blocked?.blockedUntil?.getTime() ?? 0) - Date.now()).toBeGreaterThan(50_000);
});
