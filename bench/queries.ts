// How long do the questions take that pages, the API and the poller ask, and does that grow with the database?
import { drawKeys } from "./queries/draw-keys.js";
import { type Answered, summarise, timeQuestion } from "./queries/measure-question.js";
import { QUESTIONS, type Question } from "./queries/questions.js";
import { startBenchDatabase } from "./support/bench-database.js";
import { type BenchFlags, type BenchReport, printReport, readFlags, say } from "./support/bench-report.js";
import { cpuSecondsOf } from "./support/cpu-seconds.js";
import { describeGrowth } from "./world/describe-growth.js";
import { openWorld } from "./world/open-world.js";
import { requireSpace } from "./world/require-space.js";

const P99_BAR_MS = 5;
const GROWTH_BAR = 1.2;
/** Two thirds are asked about in each of the rounds, the rest warm up. */
const FULL = { sizes: [1_000_000, 10_000_000], large: 50_000_000, days: 180, rounds: 3, keys: 1_000, explained: 200 };
const SMOKE = { sizes: [5_000, 20_000], large: 40_000, days: 60, rounds: 1, keys: 40, explained: 5 };
/** Answered without reading anything: what connection and protocol cost. */
const NOTHING: Question = { name: "nothing: a round trip", ask: (db) => db.query("select 1") };

const flags = readFlags(process.argv.slice(2));
const plan = flags.smoke ? SMOKE : FULL;
const sizes = flags.large ? [...plan.sizes, plan.large] : plan.sizes;
await requireSpace(Math.max(...sizes));
const database = await startBenchDatabase();
try {
  printReport(await main(flags), flags);
} finally {
  await database.stop();
}

async function main(flags: BenchFlags): Promise<BenchReport> {
  const world = await openWorld(database, { seed: 1, nowMs: Date.now(), days: plan.days, dueShare: 0.25, bare: false });
  const measured: { readonly scans: number; readonly answers: readonly Answered[] }[] = [];
  const notes: string[] = [];
  for (const size of sizes) {
    const before = measured.at(-1)?.scans ?? 0;
    say(`Growing the world to ${size.toLocaleString("en")} scans.`);
    const growth = await world.grow(size - before, "scans");
    notes.push(await describeGrowth(database.db, growth));
    measured.push({ scans: before + growth.scans, answers: await measureAll() });
  }
  const [first] = measured;
  const judged = measured[1];
  if (first === undefined || judged === undefined) throw new Error("There are no two sizes to compare.");
  const ratios = judged.answers.map((answer, index) => answer.buffers / (first.answers[index]?.buffers ?? 0));
  const tables = measured.map(({ scans, answers }) => ({
    title: `${scans.toLocaleString("en")} scans`,
    rows: answers.map((answer, index) => ({ question: nameOf(index), ...answer })),
  }));
  const growthTable = {
    title: "Growth of what is read (buffers at the second size by those at the first) and of the time",
    rows: judged.answers.map((answer, index) => ({
      question: nameOf(index),
      buffers: ratios[index] || 1,
      p50: answer.p50Ms / (first.answers[index]?.p50Ms ?? 0),
    })),
  };
  const worst = (figures: readonly number[]) => Math.max(...figures.filter((figure) => Number.isFinite(figure)));
  return {
    bench: `queries${flags.large ? " --large" : ""}`,
    tables: [...tables, growthTable],
    budgets: [
      {
        what: "slowest p99 at the second size, ms",
        figure: worst(judged.answers.map(({ p99Ms }) => p99Ms)),
        bar: P99_BAR_MS,
        better: "less",
      },
      { what: "largest growth of buffers read per question", figure: worst(ratios), bar: GROWTH_BAR, better: "less" },
    ],
    notes: [
      ...notes,
      `Warm: every question was asked ${plan.keys} times before it was timed, about other parcels. Keys are drawn evenly from all parcels, old and new. Medians of ${plan.rounds} rounds of ${plan.keys} questions on one connection, one after the other, with PostgreSQL's settings as Waybill makes a cluster.`,
      "serverCpuMs is PostgreSQL's CPU time for one question, which depends little on what else runs; times depend on it much.",
      "A question is all queries that answer it. Buffers are pages of 8 kB that its plans touched, planning not counted; buffersRead are those that were not in PostgreSQL's own memory.",
    ],
  };
}

async function measureAll(): Promise<Answered[]> {
  const keys = await drawKeys(database.db, plan.keys * (plan.rounds + 1));
  const part = (index: number) => keys.slice(index * plan.keys, (index + 1) * plan.keys);
  const client = await database.db.pool.connect();
  try {
    const questions = [NOTHING, ...QUESTIONS];
    const times = questions.map((): number[][] => []);
    const cpuSeconds = questions.map(() => 0);
    for (let round = 0; round <= plan.rounds; round++) {
      say(round === 0 ? "Warming up." : `Round ${round} of ${plan.rounds}.`);
      for (const [index, question] of questions.entries()) {
        const cpuBefore = cpuSecondsOf(database.pid);
        const taken = await timeQuestion(client, question, part(round));
        if (round === 0) continue;
        times[index]?.push(taken);
        cpuSeconds[index] = (cpuSeconds[index] ?? 0) + cpuSecondsOf(database.pid) - cpuBefore;
      }
    }
    const explained = part(plan.rounds).slice(0, plan.explained);
    const answers: Answered[] = [];
    for (const [index, question] of questions.entries()) {
      const timed = { rounds: times[index] ?? [], cpuSeconds: cpuSeconds[index] ?? 0 };
      answers.push(await summarise(client, question, timed, explained));
    }
    return answers;
  } finally {
    client.release();
  }
}

function nameOf(index: number): string {
  return [NOTHING, ...QUESTIONS][index]?.name ?? "";
}
