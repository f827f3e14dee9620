// What does it cost to find the parcels whose turn has come among a million that are open?
import { startBenchDatabase } from "./support/bench-database.js";
import { type BenchFlags, type BenchReport, printReport, readFlags, say } from "./support/bench-report.js";
import { LIMITS, measureSweeps, type Swept } from "./sweep/measure-sweep.js";
import { describeGrowth } from "./world/describe-growth.js";
import { openWorld } from "./world/open-world.js";

const SWEEP_BAR_MS = 1_000;
const GROWTH_BAR = 1.2;
const FULL = { sizes: [100_000, 1_000_000], days: 10, due: 5_000, rounds: 5, claims: 20 };
const SMOKE = { sizes: [2_000, 4_000], days: 10, due: 200, rounds: 1, claims: 1 };
/** The world is ahead by so much, so that nothing comes due by itself while it is measured. */
const AHEAD_MS = 6 * 3_600_000;

const flags = readFlags(process.argv.slice(2));
const plan = flags.smoke ? SMOKE : FULL;
const database = await startBenchDatabase();
try {
  printReport(await main(flags), flags);
} finally {
  await database.stop();
}

async function main(flags: BenchFlags): Promise<BenchReport> {
  const nowMs = Date.now() + AHEAD_MS;
  const world = await openWorld(database, { seed: 2, nowMs, days: plan.days, dueShare: 0, bare: true });
  const measured: ({ readonly open: number } & Awaited<ReturnType<typeof measureSweeps>>)[] = [];
  const notes: string[] = [];
  let open = 0;
  for (const size of plan.sizes) {
    say(`Growing the world to ${size.toLocaleString("en")} open parcels.`);
    const growth = await world.grow(size - open, "openParcels");
    open += growth.openParcels;
    notes.push(await describeGrowth(database.db, growth));
    measured.push({ open, ...(await measureSweeps(database, plan)) });
  }
  const [small, judged] = measured;
  if (small === undefined || judged === undefined) throw new Error("There are no two sizes to compare.");
  const buffersPerClaim = ({ steps }: typeof judged) => steps[1]?.buffers ?? 0;
  const due = plan.due.toLocaleString("en");
  return {
    bench: `sweep${flags.large ? " (there is no larger size)" : ""}`,
    tables: [
      {
        title: `${due} parcels due, claimed until none is left`,
        rows: measured.flatMap(({ open, swept }) =>
          swept.map((one) => ({ open, ...one, msPerClaim: one.allMs / one.claims })),
        ),
      },
      {
        title: "What one step reads (buffers are pages of 8 kB)",
        rows: measured.flatMap(({ open, steps }) => steps.map((step) => ({ open, ...step }))),
      },
    ],
    budgets: [
      {
        what: `claiming ${due} due parcels, ${LIMITS[1]} at a time, ms`,
        figure: timeOf(judged.swept),
        bar: SWEEP_BAR_MS,
        better: "less",
      },
      {
        what: `growth of buffers read per claim of ${LIMITS[0]}`,
        figure: buffersPerClaim(judged) / buffersPerClaim(small),
        bar: GROWTH_BAR,
        better: "less",
      },
    ],
    notes: [
      ...notes,
      `Medians of ${plan.rounds} rounds, each with other parcels due. A claim reads and writes: it commits, and each row that it puts off is written anew with its entries in the indexes of shipments.`,
      "serverCpuMs is PostgreSQL's CPU time, which depends little on what else runs; times depend on it much.",
      "A full scan is what the same would cost without an index: the claim's own query with the planner's index scans switched off; and the least that any full scan reads, which is the table once.",
      "Detecting breached EDDs and silence is not there yet. What is measured is the poller's queue (`claimDueShipments`), beside which it will stand.",
    ],
  };
}

function timeOf(swept: readonly Swept[]): number {
  return swept.find(({ limit }) => limit === LIMITS[1])?.allMs ?? Number.NaN;
}
