// How many calls does the cadence cost, and how late do we learn of a scan? 100,000 simulated shipments over 30 days, beside a
// fixed poll every two hours; then 10,000 open shipments under a budget. Seeded: the same figures every time.
import { subStatusRow } from "../src/domain/status.js";
import { type PollSubject, planPoll } from "../src/ingest/cadence.js";
import { FIRST_RANK, PATIENCE_MINUTES, type PollRank } from "../src/ingest/cadence-table.js";
import { pacesOf } from "../src/ingest/call-budget.js";
import {
  type SimulatedParcel,
  type SimulatedScan,
  seededRandom,
  simulateParcel,
  stageOfScan,
} from "./poll/simulated-parcels.js";
import { Staleness } from "./poll/staleness.js";
import { WaitingLine } from "./poll/waiting-line.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday; no clock is changed in the 30 days after. */
const START_MS = Date.parse("2026-01-12T00:00:00Z");
const DAYS = 30;
const END_MS = START_MS + DAYS * DAY_MS;
const FIXED_MINUTES = 120;
/** Whoever waits longest comes first, whatever its rank. */
const EQUALLY = [60, 60, 60, 60];
/** A row of its own: a date was known before they were delivered. */
const KNOWN_DAY = "delivered, EDD known";

interface Plan {
  readonly atMs: number;
  readonly rank: PollRank;
  readonly urgentAtMs: number | null;
}
/** When to ask next, after the first `known` scans were learned. */
type Cadence = (parcel: SimulatedParcel, known: number, nowMs: number, spread: number) => Plan | null;

const adaptive: Cadence = (parcel, known, nowMs, spread) => {
  const last = parcel.scans[known - 1];
  const subject: PollSubject = {
    status: last === undefined ? null : subStatusRow(last.subStatus).status,
    subStatus: last?.subStatus ?? null,
    edd: last?.eddDate == null ? null : { from: last.eddDate, to: last.eddDate },
    destination: parcel.destination,
    lastScanAtMs: last?.atMs ?? null,
    registeredAtMs: parcel.registeredAtMs,
    notFound: last === undefined,
    pushed: false,
  };
  return planPoll(subject, nowMs, { baseMinutes: 60, spread });
};

/** Every two hours until it is delivered. */
const fixed: Cadence = (parcel, known, nowMs) => {
  const last = parcel.scans[known - 1];
  if (last !== undefined && subStatusRow(last.subStatus).terminal === true) return null;
  return { atMs: nowMs + FIXED_MINUTES * MINUTE_MS, rank: 1, urgentAtMs: null };
};

/** Every parcel by itself: as many calls as its cadence wants. */
function pollFreely(parcels: readonly SimulatedParcel[], cadence: Cadence) {
  const staleness = new Staleness();
  let calls = 0;
  parcels.forEach((parcel, index) => {
    const spread = (index % 1_000) / 1_000;
    let known = 0;
    for (let atMs: number | null = parcel.registeredAtMs; atMs !== null && atMs < END_MS; ) {
      // What has ended for long enough is left alone without a call.
      if (cadence(parcel, known, atMs, spread) === null) break;
      calls += 1;
      known = learn(parcel, known, atMs, staleness);
      const plan = cadence(parcel, known, atMs, spread);
      atMs = plan && Math.min(plan.atMs, plan.urgentAtMs ?? Number.POSITIVE_INFINITY);
    }
    countUnlearned(parcel, known, staleness);
  });
  return { calls, staleness };
}

/**
 * All parcels through one connection, one number a call, at the pace of its budget and in the order of the claim. Scans of the
 * first days do not count: the queue has to fill.
 */
function pollUnderBudget(
  parcels: readonly SimulatedParcel[],
  { cadence, patienceMinutes }: { readonly cadence: Cadence; readonly patienceMinutes: readonly number[] },
  perHour: number,
  warmUpDays: number,
) {
  const countFromMs = START_MS + warmUpDays * DAY_MS;
  const staleness = new Staleness();
  const pace = pacesOf({ perSecond: 1, perHour, perDay: null }).hour ?? { burst: 1, perSecond: 1 };
  const line = new WaitingLine(patienceMinutes);
  const known = parcels.map(() => 0);
  const lastAskedMs = parcels.map((parcel) => parcel.registeredAtMs);
  const planOf = (index: number, nowMs: number) => {
    const parcel = parcels[index];
    return parcel ? cadence(parcel, known[index] ?? 0, nowMs, (index % 1_000) / 1_000) : null;
  };
  /** What has ended for long enough while it waited is left out without a call. */
  const takeWanted = (nowMs: number): number | null => {
    for (;;) {
      const index = line.take(nowMs);
      if (index === null || planOf(index, nowMs) !== null) return index;
    }
  };
  let longestWaitMs = 0;
  let calls = 0;
  let arrived = 0;
  for (let nowMs = START_MS; nowMs < END_MS; nowMs += 1_000 / pace.perSecond) {
    for (let next = parcels[arrived]; next !== undefined && next.registeredAtMs <= nowMs; next = parcels[arrived]) {
      line.put({ id: arrived, atMs: next.registeredAtMs, rank: FIRST_RANK, urgentAtMs: null });
      arrived += 1;
    }
    const index = takeWanted(nowMs);
    const parcel = index === null ? undefined : parcels[index];
    if (index === null || parcel === undefined) continue;
    calls += 1;
    if (nowMs >= countFromMs) longestWaitMs = Math.max(longestWaitMs, nowMs - (lastAskedMs[index] ?? nowMs));
    lastAskedMs[index] = nowMs;
    known[index] = learn(parcel, known[index] ?? 0, nowMs, staleness, countFromMs);
    const plan = planOf(index, nowMs);
    if (plan !== null) line.put({ id: index, ...plan });
  }
  parcels.forEach((parcel, index) => countUnlearned(parcel, known[index] ?? 0, staleness, countFromMs));
  return { calls, staleness, longestWaitMs };
}

function learn(parcel: SimulatedParcel, known: number, nowMs: number, staleness: Staleness, countFromMs = 0): number {
  let count = known;
  for (let scan = parcel.scans[count]; scan !== undefined && scan.atMs <= nowMs; scan = parcel.scans[count]) {
    if (scan.atMs >= countFromMs) {
      for (const row of rowsOfScan(parcel, known, scan)) staleness.add(row, (nowMs - scan.atMs) / MINUTE_MS);
    }
    count += 1;
  }
  return count;
}

/** What happened before the end and was not learned by then is at least as late as the end. */
function countUnlearned(parcel: SimulatedParcel, known: number, staleness: Staleness, countFromMs = 0): void {
  for (const scan of parcel.scans.slice(known)) {
    if (scan.atMs >= END_MS || scan.atMs < countFromMs) continue;
    for (const row of rowsOfScan(parcel, known, scan)) staleness.addUnlearned(row, (END_MS - scan.atMs) / MINUTE_MS);
  }
}

/** `known` scans were learned before this one. */
function rowsOfScan(parcel: SimulatedParcel, known: number, scan: SimulatedScan): string[] {
  const stage = stageOfScan(scan);
  const dayKnown = stage === "delivered" && parcel.scans[known - 1]?.eddDate != null;
  return dayKnown ? [stage, KNOWN_DAY] : [stage];
}

function makeParcels(count: number, fromMs: number, toMs: number, seed: number): SimulatedParcel[] {
  const random = seededRandom(seed);
  const moments = Array.from({ length: count }, () => fromMs + random() * (toMs - fromMs)).toSorted((a, b) => a - b);
  return moments.map((atMs) => simulateParcel(Math.round(atMs / MINUTE_MS) * MINUTE_MS, random));
}

function main(): void {
  const startedMs = Date.now();
  const parcels = makeParcels(100_000, START_MS, END_MS, 1);
  console.log(`100,000 shipments, ${DAYS} days, calls as the cadence wants them\n`);
  for (const [name, cadence] of [
    ["Waybill's cadence", adaptive],
    ["every two hours", fixed],
  ] as const) {
    const { calls, staleness } = pollFreely(parcels, cadence);
    console.log(`${name}: ${(calls / parcels.length).toFixed(1)} calls a shipment`);
    console.log(`${staleness.table()}\n`);
  }

  // About 1,800 a day live 5.5 days each.
  const open = makeParcels(1_800 * DAYS, START_MS, END_MS, 2);
  for (const perHour of [60, 200, 600]) {
    console.log(
      `about 10,000 open shipments, ${perHour} calls an hour, one number a call; after 10 days of running in\n`,
    );
    for (const [name, order] of [
      ["Waybill's cadence and order", { cadence: adaptive, patienceMinutes: Object.values(PATIENCE_MINUTES) }],
      ["every two hours, in turn", { cadence: fixed, patienceMinutes: EQUALLY }],
    ] as const) {
      const { calls, staleness, longestWaitMs } = pollUnderBudget(open, order, perHour, 10);
      const longest = `longest between two questions ${(longestWaitMs / DAY_MS).toFixed(1)} days`;
      console.log(`${name}: ${Math.round(calls / DAYS)} calls a day, ${longest}`);
      console.log(`${staleness.table()}\n`);
    }
  }
  console.log(`took ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
}

main();
