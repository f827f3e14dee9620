import { findRedis, startRedis } from "../../test/support/redis.js";
import type { BenchDatabase } from "../support/bench-database.js";
import { say } from "../support/bench-report.js";
import { cpuSecondsOf } from "../support/cpu-seconds.js";
import { median } from "../support/quantiles.js";
import { startRoles, type WaybillChild } from "../support/waybill-child.js";
import { fillPages } from "./filled-pages.js";
import { loadPages, type PageLoad } from "./page-load.js";

const CONNECTIONS = 10;

/** How long everything takes. */
export interface SpeedPlan {
  readonly orders: number;
  readonly rounds: number;
  readonly secondsPerRound: number;
  /** The modest rates, in pages a second. */
  readonly cachedRate: number;
  readonly uncachedRate: number;
}

/** Medians over the rounds of one way to keep pages. */
export interface PageSpeed {
  readonly kept: "in memory" | "in Redis" | "not at all";
  /** Share of looks that took no query, as the server counts them. */
  readonly hitPercent: number;
  readonly pagesPerSecond: number;
  /** Pages for each second of CPU time of the server's process: what one core gives, whatever else runs beside it. */
  readonly pagesPerCore: number;
  readonly kbPerPage: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly modestRate: number;
  readonly modestP99Ms: number;
}

interface Contender {
  readonly kept: PageSpeed["kept"];
  readonly child: WaybillChild;
  readonly rate: number;
  readonly rounds: Round[];
}

type Round = Omit<PageSpeed, "kept" | "modestRate">;

/**
 * Measures `waybill start --roles page` as it keeps pages in memory, in Redis (where there is one), and not at all, in turn,
 * so that what else the machine does meets all alike. Not at all means room for one order: the next look is at another.
 */
export async function measurePageSpeed(database: BenchDatabase, plan: SpeedPlan): Promise<PageSpeed[]> {
  say(`Taking ${plan.orders} orders in`);
  const { paths, secretKey } = await fillPages(database.db, plan.orders);
  const redis = findRedis() === null ? null : await startRedis();
  const contenders: Contender[] = [];
  const add = async (kept: PageSpeed["kept"], rate: number, settings: Readonly<Record<string, string>>) => {
    const child = await startRoles(database, "page", { WAYBILL_SECRET_KEY: secretKey, ...settings });
    contenders.push({ kept, child, rate, rounds: [] });
  };
  try {
    await add("in memory", plan.cachedRate, {});
    if (redis !== null) await add("in Redis", plan.cachedRate, { REDIS_URL: redis.url });
    await add("not at all", plan.uncachedRate, { WAYBILL_PAGE_CACHE_ORDERS: "1" });
    for (const contender of contenders) await warmUp(contender, paths, plan);
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const contender of contenders) contender.rounds.push(await measureRound(contender, paths, plan));
      say(`Round ${round + 1} of ${plan.rounds}`);
    }
    return contenders.map(toSpeed);
  } finally {
    for (const { child } of contenders) await child.stop();
    await redis?.stop();
  }
}

/** Until every page that can be kept is, and what runs often is compiled. */
async function warmUp(
  { child, kept }: Contender,
  paths: readonly string[],
  { secondsPerRound }: SpeedPlan,
): Promise<void> {
  const load = { url: urlOf(child), paths, connections: CONNECTIONS, seconds: secondsPerRound, perSecond: null };
  let pages = 0;
  while (pages < paths.length * (kept === "not at all" ? 0.25 : 2)) pages += (await loadPages(load)).pages;
}

async function measureRound({ child, rate }: Contender, paths: readonly string[], plan: SpeedPlan): Promise<Round> {
  const load: PageLoad = {
    url: urlOf(child),
    paths,
    connections: CONNECTIONS,
    seconds: plan.secondsPerRound,
    perSecond: null,
  };
  const foundBefore = await countFound(child);
  const cpuBefore = cpuSecondsOf(child.pid);
  const full = await loadPages(load);
  const cpuSeconds = cpuSecondsOf(child.pid) - cpuBefore;
  const found = await countFound(child);
  const modest = await loadPages({ ...load, perSecond: rate });
  if (full.failures + modest.failures > 0) throw new Error(`${full.failures + modest.failures} pages were not shown.`);
  return {
    hitPercent: (100 * (found.hits - foundBefore.hits)) / (found.all - foundBefore.all),
    pagesPerSecond: full.pages / full.seconds,
    pagesPerCore: full.pages / cpuSeconds,
    kbPerPage: full.bytes / full.pages / 1000,
    p50Ms: full.p50Ms,
    p99Ms: full.p99Ms,
    modestP99Ms: modest.p99Ms,
  };
}

/** How the server says that it found its pages so far. */
async function countFound(child: WaybillChild): Promise<{ readonly hits: number; readonly all: number }> {
  const text = await (await fetch(`${urlOf(child)}/metrics`)).text();
  const counts = [...text.matchAll(/^waybill_page_cache_total\{result="(\w+)"\} (\d+)$/gm)];
  const sum = (wanted: (result: string) => boolean) =>
    counts.reduce((total, [, result = "", count]) => total + (wanted(result) ? Number(count) : 0), 0);
  return { hits: sum((result) => result === "hit"), all: sum(() => true) };
}

function urlOf({ ready }: WaybillChild): string {
  return String(ready.url);
}

function toSpeed({ kept, rate, rounds }: Contender): PageSpeed {
  const of = (figure: keyof Round) => median(rounds.map((round) => round[figure]));
  return {
    kept,
    hitPercent: of("hitPercent"),
    pagesPerSecond: of("pagesPerSecond"),
    pagesPerCore: of("pagesPerCore"),
    kbPerPage: of("kbPerPage"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    modestRate: rate,
    modestP99Ms: of("modestP99Ms"),
  };
}
