import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { randomFrom } from "../fuzz/random.js";
import { proveMails } from "../support/prove-mails.js";
import { proveEveryScan, proveOrder, waitUntilSettled } from "../support/prove-pipeline.js";
import { createPushSender, type PushSender } from "../support/push-sender.js";
import type { RoleProcess } from "../support/role-process.js";
import { createShop } from "../support/shop.js";
import { openSplitInstallation, SEND_CONCURRENCY, type SplitInstallation } from "../support/split-installation.js";
import { type SteadyTrade, startSteadyTrade } from "../support/steady-trade.js";

/*
 * Two processes take pushes in, two normalise and one notifies, on one PostgreSQL and under a steady load. Every two
 * seconds one of them is killed with SIGKILL, whatever it is doing, and started again at once.
 */
const ROLES = ["ingest", "ingest", "normalize", "normalize", "notify"] as const;
const KILL_EVERY_MS = 2_000;
/** Between two kills where the machine has fallen behind. */
const LEAST_PAUSE_MS = 1_000;
const KILL_FOR_MS = 60_000;
/** Of each process within that time; and of each role at least. */
const KILLS_EACH = 6;
const KILLS_OF_A_ROLE = 5;
const SEED = Number(process.env.WAYBILL_TEST_CHAOS_SEED ?? 7);
const PUSHES_PER_SECOND = 100;
/** Far beyond what it takes; for machines that are busy with something else. */
const CATCH_UP = { timeout: 180_000, interval: 100 };

interface Victim {
  readonly role: (typeof ROLES)[number];
  readonly process: RoleProcess;
}

let installation: SplitInstallation;
let processes: readonly Victim[];
let desk: RoleProcess;
let sender: PushSender;
let trade: SteadyTrade;

beforeAll(async () => {
  installation = await openSplitInstallation();
  processes = ROLES.map((role) => ({ role, process: installation.role(role) }));
  desk = installation.role("api,sweep");
  await Promise.all([...processes.map(({ process }) => process), desk].map((process) => process.start()));
  const hooks = () =>
    processes
      .filter(({ role }) => role === "ingest")
      .map(({ process }) => `${process.url()}/hooks/fedex/${installation.connectionId}`);
  sender = createPushSender(hooks);
  trade = startSteadyTrade({
    pushesPerSecond: PUSHES_PER_SECOND,
    place: createShop(() => desk.url(), installation.apiKey),
    push: (pushes) => sender.add(pushes),
  });
}, CATCH_UP.timeout);

afterAll(async () => {
  await sender?.stop();
  await trade?.stop().catch(() => undefined);
  await installation?.close();
});

it(`loses nothing, doubles nothing and keeps the order, whoever is killed (seed ${SEED})`, async ({ signal }) => {
  const starts: Promise<void>[] = [];
  const orphaned = new Set<string>();
  const kills = new Map<string, number>();
  let victims = killOrder();
  const begunMs = performance.now();
  while (victims.length > 0) {
    const dueMs = begunMs + (starts.length + 1) * KILL_EVERY_MS;
    await delay(Math.max(LEAST_PAUSE_MS, dueMs - performance.now()), undefined, { signal });
    for (const lease of await readOrphanedLeases()) orphaned.add(lease);
    // One that is not up yet would have nothing to lose.
    const { role, process } = await vi.waitUntil(() => victims.find((one) => one.process.isReady()), CATCH_UP);
    await process.kill();
    const start = process.start();
    // One that fails is reported when all have been killed.
    start.catch(() => undefined);
    starts.push(start);
    kills.set(role, (kills.get(role) ?? 0) + 1);
    victims = victims.toSpliced(
      victims.findIndex((one) => one.process === process),
      1,
    );
    // A machine too slow for all of them in time does with the fewest.
    if (performance.now() - begunMs > KILL_FOR_MS)
      victims = victims.filter((one) => (kills.get(one.role) ?? 0) < KILLS_OF_A_ROLE);
  }
  const killedForMs = performance.now() - begunMs;
  await Promise.all(starts);
  for (const role of ROLES) expect(kills.get(role)).toBeGreaterThanOrEqual(KILLS_OF_A_ROLE);

  await trade.stop();
  await vi.waitUntil(() => sender.waiting() === 0, CATCH_UP);
  await waitUntilSettled(installation.db, CATCH_UP.timeout);
  await proveEveryScan(installation.db, trade.bursts);
  await proveOrder(installation.db, trade.bursts);
  const unknownAtMost = KILLS_EACH * SEND_CONCURRENCY;
  const told = await proveMails(installation.db, installation.mailFile, { unknownAtMost });
  // A batch that cannot be written is tried in halves, and its messages are blamed: no kill is a reason for that.
  expect(installation.log()).not.toMatch(/could not be written/);
  expect(await countDeadlocks()).toBe(0);
  expect(installation.deaths()).toEqual([]);
  for (const process of [...processes.map((one) => one.process), desk])
    expect(await process.stop(), process.log()).toBe(0);
  process.stdout.write(
    `chaos: seed ${SEED}, ${starts.length} kills in ${Math.round(killedForMs / 1_000)} s, ${sender.acknowledged()} pushes (${sender.refused()} attempts in vain), ${orphaned.size} batches left behind, ${JSON.stringify(told)}\n`,
  );
}, 600_000);

/** Each process as often as the others, in an order that the seed gives. */
function killOrder(): Victim[] {
  const random = randomFrom(SEED);
  return processes
    .flatMap((victim) => Array.from({ length: KILLS_EACH }, () => ({ victim, rank: random.below(2 ** 32) })))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ victim }) => victim);
}

/** Leases that have been held for longer than a second, of the five that they last: whoever held them is dead. */
async function readOrphanedLeases(): Promise<string[]> {
  const { rows } = await installation.db.pool.query<{ lease: string }>(
    `select distinct lease from carrier_message_queue where leased_until between now() and now() + interval '4 seconds'`,
  );
  return rows.map(({ lease }) => lease);
}

async function countDeadlocks(): Promise<number> {
  const { rows } = await installation.db.pool.query<{ n: number }>(
    `select deadlocks::int as n from pg_stat_database where datname = current_database()`,
  );
  return rows[0]?.n ?? -1;
}
