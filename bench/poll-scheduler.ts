// How many calls does the cadence cost, and how late do we learn of a scan? 100,000 simulated shipments over 30 days, beside a
// fixed poll every two hours; then 10,000 open shipments under a budget. Seeded: the same figures every time.
import { subStatusRow } from "../src/domain/status.js";
import { type PollSubject, planPoll } from "../src/ingest/cadence.js";
import { CADENCE, type PollRank } from "../src/ingest/cadence-table.js";
import { pacesOf } from "../src/ingest/call-budget.js";
import { turnOf } from "../src/ingest/poll-turn.js";
import { DELIVERY_DAY_HOURS } from "../src/store/poll-queue.js";
import { DueHeap } from "./due-heap.js";
import { type SimulatedParcel, seededRandom, simulateParcel, stageOfScan } from "./simulated-parcels.js";
import { Staleness } from "./staleness.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Monday; no clock is changed in the 30 days after. */
const START_MS = Date.parse("2026-01-12T00:00:00Z");
const DAYS = 30;
const END_MS = START_MS + DAYS * DAY_MS;
const FIXED_MINUTES = 120;
/** Beside the four ranks: what was on delivery day and could not be asked about on it. */
const OVERDUE = 4;

interface Plan {
  readonly atMs: number;
  readonly everyMinutes: number;
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
  return { atMs: nowMs + FIXED_MINUTES * MINUTE_MS, everyMinutes: FIXED_MINUTES, rank: 1, urgentAtMs: null };
};

/** Every parcel by itself: as many calls as its cadence wants. */
function pollFreely(parcels: readonly SimulatedParcel[], cadence: Cadence) {
  const staleness = new Staleness();
  let calls = 0;
  parcels.forEach((parcel, index) => {
    const spread = (index % 1_000) / 1_000;
    let known = 0;
    for (let atMs: number | null = parcel.registeredAtMs; atMs !== null && atMs < END_MS; ) {
      calls += 1;
      known = learn(parcel, known, atMs, staleness);
      const plan = cadence(parcel, known, atMs, spread);
      atMs = plan && Math.min(plan.atMs, plan.urgentAtMs ?? Number.POSITIVE_INFINITY);
    }
    countUnlearned(parcel, known, staleness);
  });
  return { calls, staleness };
}

interface Waiting extends Plan {
  readonly index: number;
  /** Which plan of its parcel it is; an earlier one is void. */
  readonly serial: number;
}

/**
 * All parcels through one connection, one number a call, at the pace of its budget and by the rule of the claim: delivery day
 * first, every other call for the others, among them who is latest by the root of its interval. Scans of the first days do not
 * count: the queue has to fill.
 */
function pollUnderBudget(parcels: readonly SimulatedParcel[], cadence: Cadence, perHour: number, warmUpDays: number) {
  const countFromMs = START_MS + warmUpDays * DAY_MS;
  const staleness = new Staleness();
  const pace = pacesOf({ perSecond: 1, perHour, perDay: null }).hour ?? { burst: 1, perSecond: 1 };
  const byRank = [0, 1, 2, 3, OVERDUE].map(() => new DueHeap<Waiting>());
  const mornings = new DueHeap<Waiting>();
  const serials = parcels.map(() => 0);
  const known = parcels.map(() => 0);
  const lastAskedMs = parcels.map((parcel) => parcel.registeredAtMs);
  let longestWaitMs = 0;
  let calls = 0;
  let arrived = 0;
  for (let nowMs = START_MS; nowMs < END_MS; nowMs += 1_000 / pace.perSecond) {
    for (; (parcels[arrived]?.registeredAtMs ?? Number.POSITIVE_INFINITY) <= nowMs; arrived++) {
      byRank[1]?.push({
        index: arrived,
        atMs: parcels[arrived]?.registeredAtMs ?? 0,
        everyMinutes: 60,
        rank: 1,
        urgentAtMs: null,
        serial: 0,
      });
    }
    for (let day = mornings.peek(); day !== undefined && day.atMs <= nowMs; day = mornings.peek()) {
      mornings.pop();
      if (serials[day.index] !== day.serial) continue;
      const serial = day.serial + 1;
      serials[day.index] = serial;
      byRank[0]?.push({ ...day, serial, rank: 0, everyMinutes: CADENCE.edd_today.everyMinutes });
    }
    const next = claim(byRank, nowMs, turnOf(calls), serials);
    const parcel = next === null ? undefined : parcels[next.index];
    if (next === null || parcel === undefined) continue;
    calls += 1;
    const { index } = next;
    if (nowMs >= countFromMs) longestWaitMs = Math.max(longestWaitMs, nowMs - (lastAskedMs[index] ?? nowMs));
    lastAskedMs[index] = nowMs;
    known[index] = learn(parcel, known[index] ?? 0, nowMs, staleness, countFromMs);
    const plan = cadence(parcel, known[index] ?? 0, nowMs, (index % 1_000) / 1_000);
    const serial = (serials[index] ?? 0) + 1;
    serials[index] = serial;
    if (plan === null) continue;
    byRank[plan.rank]?.push({ index, serial, ...plan });
    if (plan.urgentAtMs !== null) mornings.push({ index, serial, ...plan, atMs: plan.urgentAtMs });
  }
  parcels.forEach((parcel, index) => countUnlearned(parcel, known[index] ?? 0, staleness, countFromMs));
  return { calls, staleness, longestWaitMs };
}

/** The SQL of `claimDueShipments`, in memory. */
function claim(
  byRank: readonly DueHeap<Waiting>[],
  nowMs: number,
  turn: "delivery_day" | "others",
  serials: readonly number[],
): Waiting | null {
  let best: { readonly heap: DueHeap<Waiting>; readonly first: boolean; readonly lateness: number } | null = null;
  for (const heap of byRank) {
    let head = heap.peek();
    while (head !== undefined && heap === byRank[0] && nowMs - head.atMs > DELIVERY_DAY_HOURS * HOUR_MS) {
      byRank[OVERDUE]?.push(head);
      heap.pop();
      head = heap.peek();
    }
    while (head !== undefined && serials[head.index] !== head.serial) {
      heap.pop();
      head = heap.peek();
    }
    if (head === undefined || head.atMs > nowMs) continue;
    const first = (heap === byRank[0]) === (turn === "delivery_day");
    const lateness = (nowMs - head.atMs) / Math.sqrt(head.everyMinutes);
    if (best === null || (first && !best.first) || (first === best.first && lateness > best.lateness)) {
      best = { heap, first, lateness };
    }
  }
  return best?.heap.pop() ?? null;
}

function learn(parcel: SimulatedParcel, known: number, nowMs: number, staleness: Staleness, countFromMs = 0): number {
  let count = known;
  for (let scan = parcel.scans[count]; scan !== undefined && scan.atMs <= nowMs; scan = parcel.scans[count]) {
    if (scan.atMs >= countFromMs) staleness.add(stageOfScan(scan), (nowMs - scan.atMs) / MINUTE_MS);
    count += 1;
  }
  return count;
}

/** What happened before the end and was not learned by then is at least as late as the end. */
function countUnlearned(parcel: SimulatedParcel, known: number, staleness: Staleness, countFromMs = 0): void {
  for (const scan of parcel.scans.slice(known)) {
    if (scan.atMs < END_MS && scan.atMs >= countFromMs)
      staleness.addUnlearned(stageOfScan(scan), (END_MS - scan.atMs) / MINUTE_MS);
  }
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
  for (const perHour of [60, 600]) {
    console.log(
      `about 10,000 open shipments, ${perHour} calls an hour, one number a call; after 10 days of running in\n`,
    );
    for (const [name, cadence] of [
      ["Waybill's cadence and order", adaptive],
      ["every two hours, in turn", fixed],
    ] as const) {
      const { calls, staleness, longestWaitMs } = pollUnderBudget(open, cadence, perHour, 10);
      const longest = `longest between two questions ${(longestWaitMs / DAY_MS).toFixed(1)} days`;
      console.log(`${name}: ${Math.round(calls / DAYS)} calls a day, ${longest}`);
      console.log(`${staleness.table()}\n`);
    }
  }
  console.log(`took ${((Date.now() - startedMs) / 1000).toFixed(0)} s`);
}

main();
