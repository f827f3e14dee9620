import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore, newId } from "../../test/support/store-fixture.js";
import { addConnection } from "../ingest/add-connection.js";
import { sealingKey } from "../runtime/sealing.js";
import { setConnectionEnabled } from "../store/connection-changes.js";
import { createConnectionCache } from "./connection-cache.js";

const RING = { current: sealingKey(Buffer.alloc(32, 4)), old: [] };
let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());

/** A cache over the test database that counts its queries, and a clock that the test moves. */
function given() {
  let nowMs = Date.now();
  let queries = 0;
  const find = createConnectionCache(
    { query: (text, values) => ((queries += 1), test.db.pool.query(text, values as unknown[])) },
    RING,
    () => nowMs,
  );
  return { find, pass: (ms: number) => void (nowMs += ms), queries: () => queries };
}

it("opens a connection's credentials once for many pushes, and learns of its end within ten seconds", async () => {
  const { storeId } = await addStore(test.db);
  const id = newId("con");
  await addConnection(
    test.db.pool,
    RING,
    {
      id,
      storeId,
      family: "carrier",
      connector: "ups",
      label: "UPS",
      credentials: { pushSecret: "moss" },
    },
    [],
  );
  const { find, pass, queries } = given();
  const expected = { id, connector: "ups", enabled: true, credentials: { pushSecret: "moss" } };
  expect(await find(id)).toEqual(expected);
  expect([await find(id), await find(id)]).toEqual([expected, expected]);
  expect(queries()).toBe(1);
  await setConnectionEnabled(test.db.pool, id, false);
  pass(10_001);
  expect(await find(id)).toMatchObject({ enabled: false });
});

it("asks about an unknown id each time, so that a new connection is known at once", async () => {
  const { find, queries } = given();
  const id = newId("con");
  expect([await find(id), await find(id)]).toEqual([null, null]);
  expect(queries()).toBe(2);
  const { storeId } = await addStore(test.db);
  await addConnection(
    test.db.pool,
    RING,
    {
      id,
      storeId,
      family: "carrier",
      connector: "ups",
      label: "UPS",
      credentials: {},
    },
    [],
  );
  expect(await find(id)).toMatchObject({ id });
});
