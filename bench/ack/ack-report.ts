import type { BenchReport } from "../support/bench-report.js";
import { median } from "../support/quantiles.js";
import { VARIANTS, type Variant } from "./intake-variants.js";
import type { Round } from "./measure-round.js";

/** Raw inserts of one round; CPU seconds per 10,000 rows. */
export interface RawRound {
  readonly perSecond: number;
  readonly clientCpu: number;
  readonly databaseCpu: number;
}

/** How it was measured. */
export interface AckSetting {
  readonly rounds: number;
  readonly connections: readonly number[];
  readonly seconds: number;
  readonly raw: { readonly batch: number; readonly inFlight: number };
  /** Of a body. */
  readonly averageBytes: number;
}

/** Where the budgets are judged. */
export const JUDGED_CONNECTIONS = 64;

/** One table per number of connections, medians of the rounds, and the two ratios that are judged. */
export function ackReport(rounds: readonly Round[], raw: readonly RawRound[], setting: AckSetting): BenchReport {
  const of = (variant: Variant, connections: number, figure: (round: Round) => number) =>
    median(rounds.filter((round) => round.variant === variant && round.connections === connections).map(figure));
  const ratio = (to: Variant, connections: number) =>
    of("waybill", connections, ({ perSecond }) => perSecond) / of(to, connections, ({ perSecond }) => perSecond);
  const table = (connections: number) => ({
    title: `${connections} ${connections === 1 ? "connection" : "connections"}; CPU seconds per 10,000 acknowledgements`,
    rows: VARIANTS.map((variant) => ({
      variant,
      perSecond: Math.round(of(variant, connections, ({ perSecond }) => perSecond)),
      p50Ms: of(variant, connections, ({ p50Ms }) => p50Ms),
      p99Ms: of(variant, connections, ({ p99Ms }) => p99Ms),
      serverCpu: of(variant, connections, ({ serverCpu }) => serverCpu),
      databaseCpu: of(variant, connections, ({ databaseCpu }) => databaseCpu),
      loadCpu: of(variant, connections, ({ loadCpu }) => loadCpu),
      waybillToThis: ratio(variant, connections),
    })),
  });
  const budget = (what: string, to: Variant, bar: number) => ({
    what: `${what} at ${JUDGED_CONNECTIONS} connections`,
    figure: ratio(to, JUDGED_CONNECTIONS),
    bar,
    better: "more" as const,
  });
  return {
    bench: "ack",
    tables: [...setting.connections.map(table), rawTable(raw, setting)],
    budgets: [budget("ratioToFloor", "floor", 0.75), budget("ratioToSingleInsert", "single", 2)],
    notes: notesOn(setting),
  };
}

function rawTable(raw: readonly RawRound[], { raw: { batch, inFlight } }: AckSetting) {
  const perSecond = Math.round(median(raw.map((round) => round.perSecond)));
  const clientCpu = median(raw.map((round) => round.clientCpu));
  const databaseCpu = median(raw.map((round) => round.databaseCpu));
  return {
    title: `The same bodies inserted without HTTP, ${batch} at a time, ${inFlight} in flight; CPU seconds per 10,000 rows`,
    rows: [{ perSecond, clientCpu, databaseCpu }],
  };
}

function notesOn({ rounds, seconds, averageBytes }: AckSetting): string[] {
  return [
    `Medians of ${rounds} interleaved rounds of ${seconds} s each, from empty tables and after a checkpoint.`,
    `Bodies of ${Math.round(averageBytes)} bytes on average, FedEx (HMAC-SHA256) and UPS (shared secret) by turns, no two alike.`,
    "Server, PostgreSQL and the load tool are three processes and more on the same cores; what PostgreSQL and the load tool take, the server lacks.",
  ];
}
