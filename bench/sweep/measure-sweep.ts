import type pg from "pg";
import type { Database } from "../../src/store/database.js";
import type { BenchDatabase } from "../support/bench-database.js";
import { say } from "../support/bench-report.js";
import { buffersOf, type WorkBuffers } from "../support/buffers-of.js";
import { cpuSecondsOf } from "../support/cpu-seconds.js";
import { median } from "../support/quantiles.js";
import { claim, look, makeDue, sweep } from "./due-parcels.js";

export interface SweepPlan {
  /** How many parcels are made due in each round. */
  readonly due: number;
  readonly rounds: number;
  /** How many claims of each size are explained. */
  readonly claims: number;
}

/** How many parcels are claimed at a time: as many as one call of FedEx may ask about, and as many as detection may take. */
export const LIMITS = [30, 500] as const;

export interface Swept {
  readonly limit: number;
  /** Until nothing was due any more. */
  readonly allMs: number;
  /** PostgreSQL's. */
  readonly serverCpuMs: number;
  readonly claims: number;
}

export interface Step {
  readonly step: string;
  readonly ms: number;
  readonly buffers: number;
  readonly rowsLookedAt: number;
}

/** Sweeps of every size in turn, medians over the rounds; then what their steps read. */
export async function measureSweeps({ db, pid }: BenchDatabase, plan: SweepPlan) {
  const client = await db.pool.connect();
  try {
    const swept = await timeSweeps({ db, pid }, client, plan);
    return { swept, steps: await readSteps(db, client, plan, swept) };
  } finally {
    client.release();
  }
}

async function timeSweeps(
  { db, pid }: Pick<BenchDatabase, "db" | "pid">,
  client: pg.PoolClient,
  plan: SweepPlan,
): Promise<Swept[]> {
  const times = LIMITS.map((): number[] => []);
  const cpuTimes = LIMITS.map((): number[] => []);
  const claims = LIMITS.map((): number[] => []);
  for (let round = 0; round < plan.rounds; round++) {
    say(`Round ${round + 1} of ${plan.rounds}.`);
    for (const [index, limit] of LIMITS.entries()) {
      await makeDue(db, plan.due, `${round} ${limit}`);
      const cpuBefore = cpuSecondsOf(pid);
      const startedMs = performance.now();
      const done = await sweep(client, limit);
      times[index]?.push(performance.now() - startedMs);
      cpuTimes[index]?.push((cpuSecondsOf(pid) - cpuBefore) * 1_000);
      claims[index]?.push(done.claims);
      if (done.claimed !== plan.due) throw new Error(`${done.claimed} parcels were claimed, and ${plan.due} were due.`);
    }
  }
  return LIMITS.map((limit, index) => ({
    limit,
    allMs: median(times[index] ?? []),
    serverCpuMs: median(cpuTimes[index] ?? []),
    claims: median(claims[index] ?? []),
  }));
}

async function readSteps(
  db: Database,
  client: pg.PoolClient,
  plan: SweepPlan,
  swept: readonly Swept[],
): Promise<Step[]> {
  const idle = await explainStep("a look when nothing is due", client, plan.claims, () => look(client), look);
  const steps = [idle];
  await makeDue(db, plan.due, "explained");
  const connectionId = await readBusiest(client);
  for (const { limit, allMs, claims } of swept) {
    const one = await explainStep(
      `a claim of at most ${limit}`,
      client,
      limit > 100 ? 1 : plan.claims,
      () => claim(client, connectionId, limit),
      (db) => claim(db, connectionId, limit),
    );
    steps.push({ ...one, ms: allMs / claims });
    if (limit > 100) await makeDue(db, plan.due, "again");
  }
  steps.push(...(await readByScans(client, connectionId)));
  await sweep(client, 500);
  return steps;
}

/** The same claim without indexes, and the least that finding what is due could read then. */
async function readByScans(client: pg.PoolClient, connectionId: string): Promise<Step[]> {
  const [limit] = LIMITS;
  const once = "select id from shipments where next_poll_at <= now()";
  await client.query("set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off");
  try {
    return [
      await explainStep(
        `a claim of at most ${limit}, by full scans`,
        client,
        1,
        () => claim(client, connectionId, limit),
        (db) => claim(db, connectionId, limit),
      ),
      await explainStep(
        "the table read once",
        client,
        1,
        () => client.query(once),
        (db) => db.query(once),
      ),
    ];
  } finally {
    await client.query("reset enable_indexscan; reset enable_indexonlyscan; reset enable_bitmapscan");
  }
}

/** Explains and then makes a step so many times: means. */
async function explainStep(
  step: string,
  client: pg.PoolClient,
  times: number,
  work: () => Promise<unknown>,
  explained: Parameters<typeof buffersOf>[1],
): Promise<Step> {
  const taken: number[] = [];
  const read: WorkBuffers[] = [];
  for (let count = 0; count < times; count++) {
    read.push(await buffersOf(client, explained));
    const startedMs = performance.now();
    await work();
    taken.push(performance.now() - startedMs);
  }
  const mean = (figureOf: (one: WorkBuffers) => number) => read.reduce((sum, one) => sum + figureOf(one), 0) / times;
  return {
    step,
    ms: median(taken),
    buffers: mean(({ hit, read }) => hit + read),
    rowsLookedAt: mean(({ rowsScanned }) => rowsScanned),
  };
}

async function readBusiest(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `select connection_id as id from shipments where next_poll_at <= now() group by 1 order by count(*) desc, 1 limit 1`,
  );
  if (rows[0] === undefined) throw new Error("Nothing is due.");
  return rows[0].id;
}
