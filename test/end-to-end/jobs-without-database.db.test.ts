import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type JobRunner, type JobTask, startJobRunner } from "../../src/runtime/job-runner.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { type Database, isDatabaseUnavailable, openDatabase } from "../../src/store/database.js";
import { addJobs } from "../../src/store/jobs.js";
import { type CuttableLine, layLine } from "../support/cuttable-line.js";
import { createTestDatabase, type TestDatabase } from "../support/database.js";

const WAIT = { timeout: 30_000, interval: 20 };

let test: TestDatabase;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
afterAll(() => test.drop());

/** A runner whose database can be cut off. */
async function given(task: JobTask): Promise<{ readonly line: CuttableLine; readonly runner: JobRunner }> {
  const line = await layLine(test.url);
  const db: Database = await openDatabase({ url: line.url, applicationName: "jobs", poolSize: 4, log: silentLogger });
  const runner = await startJobRunner({
    pool: db.pool,
    tasks: { greet: task },
    concurrency: 2,
    isUnavailable: isDatabaseUnavailable,
    log: silentLogger,
  });
  closers.push(
    () => line.close(),
    () => db.close(),
    () => runner.stop(),
  );
  return { line, runner };
}

const add = (name: string) => addJobs(test.db.pool, [{ task: "greet", payload: { name }, key: name }]);

async function jobsLeft(): Promise<{ readonly key: string; readonly attempts: number; readonly isHeld: boolean }[]> {
  const { rows } = await test.db.pool.query<{ key: string; attempts: number; isHeld: boolean }>(
    `select key, attempts, locked_at is not null as "isHeld" from graphile_worker._private_jobs order by key`,
  );
  return rows;
}

/** A task whose first runs are in hand until the test lets them go. */
function heldTask() {
  const ran: string[] = [];
  let letGo = (_error: Error | null) => {};
  const gate = new Promise<Error | null>((resolve) => {
    letGo = resolve;
  });
  const task: JobTask = async (payload) => {
    ran.push((payload as { name: string }).name);
    const error = await gate;
    if (error !== null && ran.length === 1) throw error;
  };
  return { ran, task, letGo: (error: Error | null = null) => letGo(error) };
}

it("finishes a job that was done while the database was away, and goes on with the next", async () => {
  const { ran, task, letGo } = heldTask();
  const { line } = await given(task);
  await add("ada");
  await expect.poll(() => ran, WAIT).toEqual(["ada"]);
  line.cut();
  letGo();
  // Long enough for several tries of the library and of its listening connection.
  await expectStill(() => jobsLeft().then((jobs) => jobs.map(({ key, isHeld }) => [key, isHeld])), [["ada", true]]);
  await add("bert");
  line.mend();
  await expect.poll(jobsLeft, WAIT).toEqual([]);
  expect(ran).toEqual(["ada", "bert"]);
});

it("writes down that a job failed while the database was away, and the job is tried again", async () => {
  const { ran, task, letGo } = heldTask();
  const { line } = await given(task);
  await add("ada");
  await expect.poll(() => ran, WAIT).toEqual(["ada"]);
  line.cut();
  letGo(new Error("no answer"));
  await expectStill(() => jobsLeft().then((jobs) => jobs.map(({ isHeld }) => isHeld)), [true]);
  line.mend();
  await expect.poll(() => ran, WAIT).toEqual(["ada", "ada"]);
  await expect.poll(jobsLeft, WAIT).toEqual([]);
});

it("stops in good time while the database is away", async () => {
  const { ran, task, letGo } = heldTask();
  letGo();
  const { line, runner } = await given(task);
  await add("ada");
  await expect.poll(() => ran, WAIT).toEqual(["ada"]);
  await expect.poll(jobsLeft, WAIT).toEqual([]);
  line.cut();
  closers.pop();
  await runner.stop();
});

/** Looks ten times, with a real interval in between: what must not happen has no moment at which it has not happened. */
async function expectStill<Value>(read: () => Promise<Value>, expected: Value): Promise<void> {
  for (let look = 0; look < 10; look += 1) {
    expect(await read()).toEqual(expected);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
