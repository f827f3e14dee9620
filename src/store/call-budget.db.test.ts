import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { addStore } from "../../test/support/store-fixture.js";
import { blockRateLimited, type CallPaces, forgetRateLimits, giveBackCalls, takeCalls } from "./call-budget.js";

const START = Date.parse("2026-03-04T12:00:00Z");
const at = (seconds: number) => new Date(START + seconds * 1000);
const paces = (more: Partial<CallPaces> = {}): CallPaces => ({
  second: { burst: 5, perSecond: 5 },
  hour: null,
  day: null,
  ...more,
});

let test: TestDatabase;
let connectionId: string;

beforeAll(async () => {
  test = await createTestDatabase();
});
beforeEach(async () => {
  connectionId = (await addStore(test.db)).connections.usps ?? "";
});
afterAll(() => test.drop());

const take = (seconds: number, wanted = 1, kept = paces()) =>
  takeCalls(test.db.pool, connectionId, { paces: kept, wanted, at: at(seconds) });

const readCounts = async () => {
  const { rows } = await test.db.pool.query<{ calls: number; hour: number; day: number }>(
    `select calls, hour_calls as hour, day_calls as day from call_budgets where connection_id = $1`,
    [connectionId],
  );
  return rows[0];
};

describe("taking calls", () => {
  it("grants what a full bucket holds, then says how long the next call takes to come in", async () => {
    expect(await take(0, 20)).toEqual({ granted: 5, waitMs: 0 });
    expect(await take(0)).toEqual({ granted: 0, waitMs: 200 });
    expect(await take(0.199)).toMatchObject({ granted: 0, waitMs: 1 });
    expect(await take(0.2, 20)).toMatchObject({ granted: 1 });
    expect(await take(0.6, 20)).toMatchObject({ granted: 2 });
  });

  it("keeps a rate below one a second: one call in five seconds, however often it is asked", async () => {
    const slow = paces({ second: { burst: 1, perSecond: 0.2 } });
    const granted: number[] = [];
    for (let tenth = 0; tenth <= 200; tenth++) {
      if ((await take(tenth / 10, 3, slow)).granted > 0) granted.push(tenth / 10);
    }
    expect(granted).toEqual([0, 5, 10, 15, 20]);
  });

  it("lets the narrowest window decide, and takes from every window", async () => {
    const kept = paces({ hour: { burst: 3, perSecond: 0.01 }, day: { burst: 4, perSecond: 0.001 } });
    expect(await take(0, 10, kept)).toMatchObject({ granted: 3 });
    expect(await take(1, 10, kept)).toMatchObject({ granted: 0, waitMs: 99_000 });
    expect(await take(100, 10, kept)).toMatchObject({ granted: 1 });
    // The hour has another call by now, the day has not.
    expect(await take(200, 10, kept)).toMatchObject({ granted: 0, waitMs: 800_000 });
    expect(await readCounts()).toMatchObject({ calls: 4 });
  });

  it("never grants more in total than the bucket held, however many take at once", async () => {
    const kept = paces({ second: { burst: 25, perSecond: 1 } });
    const taken = await Promise.all(Array.from({ length: 40 }, () => take(0, 2, kept)));
    expect(taken.reduce((sum, { granted }) => sum + granted, 0)).toBe(25);
    expect(await readCounts()).toEqual({ calls: 25, hour: 25, day: 25 });
  });

  it("does not grant more because a clock went back", async () => {
    expect(await take(10, 5)).toMatchObject({ granted: 5 });
    expect(await take(0, 5)).toMatchObject({ granted: 0, waitMs: 10_200 });
  });

  it("counts by the hour and by the day of UTC", async () => {
    await take(0, 5);
    await take(3_599, 3);
    expect(await readCounts()).toEqual({ calls: 8, hour: 8, day: 8 });
    await take(3_600, 1);
    expect(await readCounts()).toEqual({ calls: 9, hour: 1, day: 9 });
    await take(12 * 3_600, 2);
    expect(await readCounts()).toEqual({ calls: 11, hour: 2, day: 2 });
  });

  it("gives back what was not called", async () => {
    const kept = paces({ hour: { burst: 10, perSecond: 0.01 } });
    await take(0, 5, kept);
    await giveBackCalls(test.db.pool, connectionId, { paces: kept, unused: 3 });
    expect(await readCounts()).toEqual({ calls: 2, hour: 2, day: 2 });
    expect(await take(0, 5, kept)).toMatchObject({ granted: 3 });
  });

  it("goes by the database's clock where no moment is given", async () => {
    const kept = paces({ second: { burst: 1, perSecond: 0.001 } });
    const now = () => takeCalls(test.db.pool, connectionId, { paces: kept, wanted: 1, at: null });
    expect(await now()).toMatchObject({ granted: 1 });
    const { granted, waitMs } = await now();
    expect(granted).toBe(0);
    expect(waitMs).toBeGreaterThan(900_000);
    expect(waitMs).toBeLessThanOrEqual(1_000_000);
  });

  it("keeps connections apart, and has no call for one that is gone", async () => {
    const other = (await addStore(test.db)).connections.usps ?? "";
    await take(0, 5);
    expect(await takeCalls(test.db.pool, other, { paces: paces(), wanted: 5, at: at(0) })).toMatchObject({
      granted: 5,
    });
    expect(await takeCalls(test.db.pool, "con_gone", { paces: paces(), wanted: 5, at: at(0) })).toMatchObject({
      granted: 0,
    });
  });
});

describe("a carrier that was called too often", () => {
  const block = (minutes: number, retryAfterMs: number | null = null) =>
    blockRateLimited(test.db.pool, connectionId, {
      retryAfterMs,
      firstMs: 60_000,
      longestMs: 600_000,
      at: at(minutes * 60),
    });
  const afterMinutes = async (minutes: number, retryAfterMs: number | null = null) =>
    ((await block(minutes, retryAfterMs)).getTime() - START) / 60_000 - minutes;

  it("is left alone twice as long each time that it names no time, up to a bound, until it answers", async () => {
    expect(await afterMinutes(0)).toBe(1);
    expect(await afterMinutes(10)).toBe(2);
    expect(await afterMinutes(20)).toBe(4);
    expect(await afterMinutes(30)).toBe(8);
    expect(await afterMinutes(40)).toBe(10);
    await forgetRateLimits(test.db.pool, connectionId);
    expect(await afterMinutes(60)).toBe(1);
  });

  it("is refused once where several processes are refused together", async () => {
    expect(await Promise.all([afterMinutes(0), afterMinutes(0), afterMinutes(0)])).toEqual([1, 1, 1]);
    expect(await afterMinutes(5)).toBe(2);
  });

  it("is left alone for as long as it says, never shorter than it said before", async () => {
    expect(await afterMinutes(0, 1_800_000)).toBe(30);
    expect(await afterMinutes(1, 1_000)).toBe(29);
    expect(await afterMinutes(2)).toBe(28);
  });
});
