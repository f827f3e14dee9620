import { countQueuedMessages } from "../../src/store/carrier-messages.js";
import type { BenchDatabase } from "../support/bench-database.js";
import { cpuSecondsOf, peakMemoryMbOf } from "../support/cpu-seconds.js";
import { startRoles } from "../support/waybill-child.js";
import { addPushedStore, registerParcels } from "./pushed-parcels.js";
import { queueBacklog } from "./queue-backlog.js";

/** Counting reads the whole queue, so it is done rarely, and often only where the queue is short. */
const LOOK_EVERY_MS = 300;
const LOOK_OFTEN_BELOW = 3_000;
const LOOK_OFTEN_MS = 25;
const GIVE_UP_AFTER_MS = 300_000;
/** Part of the backlog that warms the processes up and is not counted. */
const WARM_UP = 0.25;

export interface DrainOptions {
  readonly parcels: number;
  readonly pushes: number;
  readonly processes: number;
  readonly seed: number;
}

/** What a drain took. CPU is of the counted part, in microseconds for each body. */
export interface Drain {
  readonly perSecond: number;
  readonly nodeMicros: number;
  readonly postgresMicros: number;
  readonly peakMb: number;
}

/** Fills the queue, starts normalisers, and watches the queue until it is empty. */
export async function measureDrain(database: BenchDatabase, options: DrainOptions): Promise<Drain> {
  const store = await addPushedStore(database);
  const { pushes } = await registerParcels(database, store, options);
  await queueBacklog(database, pushes);
  const started = await Promise.all(
    Array.from({ length: options.processes }, () =>
      startRoles(database, "normalize", { WAYBILL_SECRET_KEY: store.secretKey }),
    ),
  );
  const now = () => ({
    atMs: performance.now(),
    node: started.reduce((sum, { pid }) => sum + cpuSecondsOf(pid), 0),
    postgres: cpuSecondsOf(database.pid),
  });
  const waiting = await waitUntilBelow(database, options.pushes * (1 - WARM_UP));
  const begin = now();
  await waitUntilBelow(database, 1);
  const end = now();
  const peakMb = Math.max(...started.map(({ pid }) => peakMemoryMbOf(pid)));
  await Promise.all(started.map((process) => process.stop()));
  const micros = (seconds: number) => (seconds * 1e6) / waiting;
  return {
    perSecond: waiting / ((end.atMs - begin.atMs) / 1000),
    nodeMicros: micros(end.node - begin.node),
    postgresMicros: micros(end.postgres - begin.postgres),
    peakMb,
  };
}

/** Resolves with how many wait when fewer than `bound` do. */
async function waitUntilBelow({ db }: BenchDatabase, bound: number): Promise<number> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const { waiting } = await countQueuedMessages(db.pool);
    if (waiting < bound) return waiting;
    if (performance.now() > giveUpAt) throw new Error(`${waiting} bodies still wait after five minutes.`);
    const pauseMs = waiting - bound < LOOK_OFTEN_BELOW ? LOOK_OFTEN_MS : LOOK_EVERY_MS;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
