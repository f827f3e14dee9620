import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { silentLogger } from "../runtime/logger.js";
import { DatabaseError, openDatabase } from "./database.js";

describe("the database", () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  it("gives dates as the text they are, instants as Date, and int8 as a number or not at all", async () => {
    const { rows } = await test.db.pool.query(
      "select '2026-03-08'::date as day, '2026-03-08T02:30:00+01:00'::timestamptz as instant, 9007199254740991::bigint as large",
    );
    expect(rows).toEqual([
      { day: "2026-03-08", instant: new Date("2026-03-08T01:30:00Z"), large: 9_007_199_254_740_991 },
    ]);
    await expect(test.db.pool.query("select 9007199254740992::bigint")).rejects.toThrow(RangeError);
  });

  it("undoes a transaction whose work throws, and keeps one that does not", async () => {
    await test.db.pool.query("create table notes (word text)");
    const broken = test.db.transaction(async (tx) => {
      await tx.query("insert into notes values ($1)", ["undone"]);
      throw new Error("no");
    });
    await expect(broken).rejects.toThrow("no");
    await test.db.transaction((tx) => tx.query("insert into notes values ($1)", ["kept"]));
    expect((await test.db.pool.query("select word from notes")).rows).toEqual([{ word: "kept" }]);
  });

  it("goes on when its idle connections are ended by the server", async () => {
    await Promise.all([test.db.pool.query("select 1"), test.db.pool.query("select 2")]);
    await endConnections(test, "waybill-test");
    await expect
      .poll(() =>
        test.db.pool.query("select 1").then(
          ({ rowCount }) => rowCount,
          () => 0,
        ),
      )
      .toBe(1);
  });

  it("hears notifications again after its connection was ended, and says that it was away", async () => {
    const db = await openDatabase({ url: test.url, applicationName: "listen-test", poolSize: 2, log: silentLogger });
    const heard: string[] = [];
    let connected = 0;
    db.listen({
      channel: "first",
      onNotify: (payload) => heard.push(`first:${payload}`),
      onReconnect: () => connected++,
    });
    // Subscribed while the connection is being made.
    db.listen({
      channel: "Second",
      onNotify: (payload) => heard.push(`Second:${payload}`),
      onReconnect: () => undefined,
    });
    await expect.poll(() => connected).toBe(1);
    await notify(test, "first", "one");
    await expect.poll(() => heard).toEqual(["first:one"]);
    await endConnections(test, "listen-test");
    await expect.poll(() => connected, { timeout: 20_000 }).toBe(2);
    await notify(test, "Second", "two");
    await expect.poll(() => heard).toEqual(["first:one", "Second:two"]);
    await db.close();
    const { rows } = await test.db.pool.query(
      "select from pg_stat_activity where application_name = 'listen-test' and state = 'idle'",
    );
    expect(rows).toEqual([]);
  });

  it("says in one sentence that a server cannot be reached, without its password", async () => {
    const opening = openDatabase({
      url: "postgres://waybill:hidden-word@127.0.0.1:1/waybill",
      applicationName: "x",
      poolSize: 2,
      log: silentLogger,
    });
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatabaseError);
    expect(String(error)).toMatch(/cannot be reached .*Check DATABASE_URL/);
    expect(String(error)).not.toContain("hidden-word");
  });
});

async function endConnections(test: TestDatabase, applicationName: string): Promise<void> {
  const client = await openDatabase({ url: test.url, applicationName: "ends-others", poolSize: 2, log: silentLogger });
  await client.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()",
    [applicationName],
  );
  await client.close();
}

async function notify(test: TestDatabase, channel: string, payload: string): Promise<void> {
  await test.db.pool.query("select pg_notify($1, $2)", [channel, payload]);
}
