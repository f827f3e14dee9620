// Tracking pages: how many a core gives and how soon, and what keeping them saves of the database. See README.md.
import { silentLogger } from "../src/runtime/logger.js";
import { openDatabase } from "../src/store/database.js";
import { measurePageSpeed, type PageSpeed } from "./page/page-speed.js";
import { measureReadsSaved, type ReadsSaved } from "./page/reads-saved.js";
import { type Saving, savingsOf } from "./page/savings.js";
import { VISIT_MODEL } from "./page/visit-model.js";
import { type BenchDatabase, startBenchDatabase } from "./support/bench-database.js";
import { type BenchReport, type Budget, printReport, readFlags, say } from "./support/bench-report.js";

const FULL = { orders: 2_000, rounds: 5, secondsPerRound: 4, cachedRate: 500, uncachedRate: 50 };
const SMOKE = { orders: 40, rounds: 1, secondsPerRound: 1, cachedRate: 100, uncachedRate: 10 };
const SEED = 1;

const flags = readFlags(process.argv.slice(2));
const database = await startBenchDatabase();
try {
  const speeds = await measurePageSpeed(database, flags.smoke ? SMOKE : FULL);
  printReport(toReport(speeds, await letShoppersLook(database, flags.smoke ? 3 : 300)), flags);
} finally {
  await database.stop();
}

/** Writes need not be durable here, and no time is measured: so the disk is not waited for. */
async function letShoppersLook({ url, db }: BenchDatabase, shipments: number): Promise<ReadsSaved> {
  say(`Letting ${shipments} parcels travel, and shoppers look at them`);
  await db.pool.query(`alter role current_user set synchronous_commit = off`);
  const hasty = await openDatabase({ url, applicationName: "waybill-bench", poolSize: 10, log: silentLogger });
  try {
    return await measureReadsSaved(hasty, shipments, SEED);
  } finally {
    await hasty.close();
  }
}

function toReport(speeds: readonly PageSpeed[], saved: ReadsSaved): BenchReport {
  const savings = savingsOf(saved);
  const { shipments, pushes, asked } = saved;
  const { shares, ...model } = VISIT_MODEL;
  return {
    bench: "page",
    tables: [
      {
        title: "Pages over HTTP, ten connections, medians of interleaved rounds",
        rows: speeds.map((speed) => ({ ...speed })),
      },
      {
        title: `Database queries of ${asked.load} loads, ${asked.stream} streams, ${asked.refetch} refetches and ${asked.poll} polls, while ${pushes} pushes arrive`,
        rows: Object.values(savings).map((saving: Saving) => ({ ...saving })),
      },
      { title: "The visit model", rows: [{ shipments, visitsSeenPerShipment: asked.load / shipments, ...model }] },
      { title: "Where visits fall, in shares", rows: [{ ...shares }] },
    ],
    budgets: [
      ...speeds.filter(({ kept }) => kept === "in memory").flatMap(budgetsOf),
      {
        what: "database reads saved over loads and polls, %",
        figure: savings.polled.savedPercent,
        bar: 70,
        better: "more",
      },
    ],
    notes: [
      "pagesPerCore: pages for each CPU second of the server's process, at as many as come back. modestP99Ms: at modestRate pages a second.",
      `A poll asks for the whole page, each ${VISIT_MODEL.pollSeconds} s while somebody looks. Pages of Waybill do not poll: they hold a stream, which is the row before it.`,
      "Each process proves its hearing every 3 s, 28,800 small notifications a day whatever the traffic; they are not counted as reads.",
    ],
  };
}

function budgetsOf({ pagesPerCore, p99Ms, modestRate, modestP99Ms }: PageSpeed): Budget[] {
  return [
    { what: "cached pages a second on one core", figure: pagesPerCore, bar: 3_000, better: "more" },
    { what: `cached p99 at ${modestRate} a second, ms`, figure: modestP99Ms, bar: 10, better: "less" },
    { what: "cached p99 at full speed, ms", figure: p99Ms, bar: 10, better: "less" },
  ];
}
