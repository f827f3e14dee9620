import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { LeadLostError, releaseLease, takeLease, underLease } from "./leases.js";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const leaseOf = (holder: string, name = "work") => ({ name, holder, seconds: 60 });

/** As if so many seconds had gone by. */
const letRunOut = (name: string) =>
  database.db.pool.query(`update leases set until = now() - interval '1 second' where name = $1`, [name]);

test("of many that ask for a lease at once, one has it and may prolong it", async () => {
  const holders = Array.from({ length: 8 }, (_, n) => leaseOf(`w${n}`));
  const took = await Promise.all(holders.map((lease) => takeLease(database.db.pool, lease)));
  expect(took.filter(Boolean)).toHaveLength(1);
  const leader = holders[took.indexOf(true)] ?? leaseOf("none");
  expect(await takeLease(database.db.pool, leader)).toBe(true);
});

test("a lease that ran out goes to another, one that was given back too", async () => {
  const [first, second, third] = [leaseOf("a", "passed on"), leaseOf("b", "passed on"), leaseOf("c", "passed on")];
  expect(await takeLease(database.db.pool, first)).toBe(true);
  expect(await takeLease(database.db.pool, second)).toBe(false);
  await letRunOut("passed on");
  expect(await takeLease(database.db.pool, second)).toBe(true);
  expect(await takeLease(database.db.pool, first)).toBe(false);
  await releaseLease(database.db.pool, first);
  expect(await takeLease(database.db.pool, third)).toBe(false);
  await releaseLease(database.db.pool, second);
  expect(await takeLease(database.db.pool, third)).toBe(true);
});

test("a leader that slept while its lease ran out does nothing more, whether somebody has it by now or not", async () => {
  const [sleeper, next] = [leaseOf("sleeper", "fenced"), leaseOf("next", "fenced")];
  const act = (lease: typeof sleeper) =>
    underLease(database.db, lease, (tx) =>
      tx.query(
        `insert into retention_marks (name, mark) values ('acted', $1)
        on conflict (name) do update set mark = retention_marks.mark || ',' || excluded.mark`,
        [lease.holder],
      ),
    );
  await takeLease(database.db.pool, sleeper);
  await act(sleeper);
  await letRunOut("fenced");
  await expect(act(sleeper)).rejects.toThrow(LeadLostError);
  await takeLease(database.db.pool, next);
  await expect(act(sleeper)).rejects.toThrow(LeadLostError);
  await act(next);
  const { rows } = await database.db.pool.query(`select mark from retention_marks where name = 'acted'`);
  expect(rows).toEqual([{ mark: "sleeper,next" }]);
});

test("every step prolongs the lease, so that much work is not mistaken for a death", async () => {
  const lease = leaseOf("busy", "prolonged");
  await takeLease(database.db.pool, lease);
  await database.db.pool.query(`update leases set until = now() + interval '1 second' where name = 'prolonged'`);
  await underLease(database.db, lease, async () => undefined);
  const { rows } = await database.db.pool.query(
    `select until > now() + interval '50 seconds' as long from leases where name = 'prolonged'`,
  );
  expect(rows).toEqual([{ long: true }]);
});

test("nobody takes a lease over while a step under it is being written", async () => {
  const [slow, next] = [leaseOf("slow", "held"), leaseOf("next", "held")];
  await takeLease(database.db.pool, slow);
  const order: string[] = [];
  let finish = () => {};
  let begun = () => {};
  const isBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const mayEnd = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const step = underLease(database.db, slow, async () => {
    begun();
    await mayEnd;
    order.push("step");
  });
  await isBegun;
  // The clock cannot be moved on here, since the row is held: the taker asks as if the lease had run out.
  const taken = database.db.transaction(async (tx) => {
    const { rowCount } = await tx.query(`update leases set holder = $1 where name = 'held'`, [next.holder]);
    order.push("taken");
    return rowCount;
  });
  const waits = `select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`;
  while (order.length === 0 && (await database.db.pool.query(waits)).rowCount === 0) continue;
  finish();
  await step;
  expect(await taken).toBe(1);
  expect(order).toEqual(["step", "taken"]);
});
