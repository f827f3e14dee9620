import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { BenchDatabase } from "../support/bench-database.js";
import { cpuSecondsOf } from "../support/cpu-seconds.js";
import type { Variant } from "./intake-variants.js";
import type { LoadOrder, LoadResult } from "./load-process.js";

/** Longer than any insert takes, so that two equal counts mean the end. */
const BETWEEN_LOOKS_MS = 500;
const MAX_LOOKS = 60;

/** A process of this benchmark and the first thing it said. */
export interface BenchChild {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly said: string;
}

/** One variant at one number of connections. CPU seconds are those of the whole run, per 10,000 answers. */
export interface Round {
  readonly variant: Variant;
  readonly connections: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverCpu: number;
  readonly databaseCpu: number;
  readonly loadCpu: number;
}

/** Starts a compiled module as a process and waits until it says that it is ready. */
export async function startChild(module: URL, args: readonly string[], env: NodeJS.ProcessEnv): Promise<BenchChild> {
  const child = fork(fileURLToPath(module), args, { env });
  return { child, pid: child.pid ?? 0, said: String(await nextMessage(child)) };
}

export async function endChild({ child }: BenchChild): Promise<void> {
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}

/** Every run begins with empty tables and a checkpoint behind it, so that none pays for the one before. */
export async function emptyTables({ db }: BenchDatabase): Promise<void> {
  await db.pool.query("truncate carrier_messages, carrier_message_queue");
  await db.pool.query("checkpoint");
}

/** @throws Error when a request failed, or when fewer rows than answers are stored */
export async function measureRound(
  database: BenchDatabase,
  load: BenchChild,
  server: BenchChild,
  variant: Variant,
  { connections, seconds }: { readonly connections: number; readonly seconds: number },
): Promise<Round> {
  await emptyTables(database);
  const serverBefore = cpuSecondsOf(server.pid);
  const databaseBefore = cpuSecondsOf(database.pid);
  const result = await order(load, { url: server.said, connections, seconds });
  const serverCpu = cpuSecondsOf(server.pid) - serverBefore;
  const databaseCpu = cpuSecondsOf(database.pid) - databaseBefore;
  if (result.failed > 0) throw new Error(`${result.failed} pushes failed in variant ${variant}.`);
  await checkStored(database, variant, result.answered);
  const per10k = 10_000 / result.answered;
  return {
    variant,
    connections,
    perSecond: result.answered / result.seconds,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
    serverCpu: serverCpu * per10k,
    databaseCpu: databaseCpu * per10k,
    loadCpu: result.cpuSeconds * per10k,
  };
}

async function order({ child }: BenchChild, what: LoadOrder): Promise<LoadResult> {
  child.send(what);
  return (await nextMessage(child)) as LoadResult;
}

/** @throws Error when the process ends instead */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController();
  const { signal } = heard;
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]: unknown[]) => message),
      once(child, "exit", { signal }).then(([code]: unknown[]) => {
        throw new Error(`A process of the benchmark ended (${String(code)}): ${child.spawnargs.slice(1).join(" ")}`);
      }),
    ]);
  } finally {
    heard.abort();
  }
}

/** What was acknowledged is there; a few more may be, whose answers nobody waited for at the end. */
async function checkStored(database: BenchDatabase, variant: Variant, answered: number): Promise<void> {
  const { stored, queued } = await settledCounts(database);
  const right = variant === "floor" ? stored === 0 : stored >= answered && queued === stored;
  if (!right)
    throw new Error(`${answered} pushes were acknowledged (${variant}), but ${stored} are stored, ${queued} queued.`);
}

/** Once nothing comes any more: requests that were under way at the end must not run into the next round. */
async function settledCounts({ db }: BenchDatabase) {
  let before = -1;
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const { rows } = await db.pool.query<{ stored: number; queued: number }>(
      `select (select count(*)::int from carrier_messages) as stored, (select count(*)::int from carrier_message_queue) as queued`,
    );
    const counts = rows[0] ?? { stored: 0, queued: 0 };
    if (counts.stored === before) return counts;
    before = counts.stored;
    await setTimeout(BETWEEN_LOOKS_MS);
  }
  throw new Error("The server goes on storing although nobody sends.");
}
