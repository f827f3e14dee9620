import { type Drain, measureDrain } from "./pipeline/measure-drain.js";
import { type Latency, measureLatency } from "./pipeline/measure-latency.js";
import { startBenchDatabase } from "./support/bench-database.js";
import { printReport, readFlags, say } from "./support/bench-report.js";
import { median } from "./support/quantiles.js";

const flags = readFlags(process.argv.slice(2));
const ROUNDS = flags.smoke ? 1 : 3;
const BACKLOG = flags.smoke ? { parcels: 400, pushes: 4_000 } : { parcels: 4_000, pushes: 40_000 };
const STEADY = flags.smoke ? { parcels: 100, seconds: 1 } : { parcels: 10_000, seconds: 12 };
/** The budget's half of 5,000 a second, and the loads around it. */
const LOADS = flags.smoke ? [100] : [1_000, 2_500];
const HALF_LOAD = LOADS[1] ?? 100;
const PROCESSES = flags.smoke ? [1] : [1, 2];

const drains = new Map<number, Drain[]>(PROCESSES.map((count) => [count, []]));
const steady = new Map<number, Latency[]>(LOADS.map((load) => [load, []]));
for (let round = 1; round <= ROUNDS; round += 1) {
  for (const [processes, results] of drains) {
    const drain = await onFreshDatabase((database) => measureDrain(database, { ...BACKLOG, processes, seed: round }));
    say(`round ${round}, drain by ${processes}: ${JSON.stringify(drain)}`);
    results.push(drain);
  }
  for (const [perSecond, results] of steady) {
    const options = {
      ...STEADY,
      parcels: Math.min(STEADY.parcels, perSecond * STEADY.seconds),
      perSecond,
      seed: round,
    };
    const latency = await onFreshDatabase((database) => measureLatency(database, options));
    say(`round ${round}, steady ${perSecond}: ${JSON.stringify(latency)}`);
    results.push(latency);
  }
}

const drainRows = [...drains].map(([processes, results]) => ({ processes, ...medians(results) }));
const steadyRows = [...steady.values()].map((results) => medians(results));
const alone = drainRows[0];
const together = drainRows[1];
const half = medians(steady.get(HALF_LOAD) ?? steady.get(LOADS[0] ?? 0) ?? []);
printReport(
  {
    bench: "pipeline",
    tables: [
      {
        title: "An accepted backlog, worked off by so many processes (`--roles normalize`)",
        rows: drainRows.map((row) => ({ ...row })),
      },
      {
        title: "A steady load on one process (`--roles ingest,normalize`)",
        rows: steadyRows.map((row) => ({ ...row })),
      },
    ],
    budgets: [
      {
        what: "bodies drained a second, by one process or two",
        figure: Math.max(alone?.perSecond ?? 0, together?.perSecond ?? 0),
        bar: 5_000,
        better: "more",
      },
      { what: "push to visible, p99 ms at 2,500 a second", figure: half.visibleP99Ms, bar: 250, better: "less" },
    ],
    notes: [
      "Each body states one scan of one registered parcel; a parcel has ten. The first quarter of a backlog warms the processes up and is not counted. CPU is in microseconds for each body, which is seconds for a million.",
      "The generator of the steady load and PostgreSQL share the two cores with Waybill. backlogSeconds is what waited when the last push was sent.",
    ],
  },
  flags,
);

async function onFreshDatabase<Result>(
  measure: (database: Awaited<ReturnType<typeof startBenchDatabase>>) => Promise<Result>,
): Promise<Result> {
  const database = await startBenchDatabase();
  try {
    return await measure(database);
  } finally {
    await database.stop();
  }
}

/** Field by field. */
function medians<Figures extends { readonly [Name in keyof Figures]: number }>(results: readonly Figures[]): Figures {
  const names = Object.keys(results[0] ?? {}) as (keyof Figures)[];
  return Object.fromEntries(names.map((name) => [name, median(results.map((result) => result[name]))])) as Figures;
}
