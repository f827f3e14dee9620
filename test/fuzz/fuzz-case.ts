import { UnreadableBodyError } from "../../src/connectors/carriers/contract.js";
import type { Report } from "../../src/domain/report.js";
import type { Scan } from "../../src/domain/scan.js";
import { buildTimeline } from "../../src/domain/timeline.js";
import type { FuzzTarget } from "./corpus.js";
import { mutate } from "./mutate.js";
import { randomFrom } from "./random.js";

/** What parsing one damaged body came to. `fault` is null when it was read or called unreadable, as it should be. */
export interface FuzzOutcome {
  readonly target: string;
  readonly read: boolean;
  readonly elapsedMs: number;
  readonly fault: string | null;
}

/** A body that takes longer than this is an offender, unless it is quicker in one of `RETRIES` further runs: others use the machine too. */
const MAX_PARSE_MS = 50;
const RETRIES = 5;

/** The damaged body of a case. The same seed gives the same body. */
export function fuzzBody(
  targets: readonly FuzzTarget[],
  seed: number,
): { readonly target: FuzzTarget; readonly body: Uint8Array } {
  const random = randomFrom(seed);
  const [first] = targets;
  if (first === undefined) throw new Error("There is nothing to fuzz.");
  const target = random.pick(targets, first);
  const none = new Uint8Array();
  const other = random.pick(random.pick(targets, first).bodies, none);
  return { target, body: mutate(random.pick(target.bodies, none), other, random) };
}

/** Parses one damaged body and judges what comes of it. `maxMs` is how long that may take, at the best of all tries. */
export function runFuzzCase(targets: readonly FuzzTarget[], seed: number, maxMs = MAX_PARSE_MS): FuzzOutcome {
  const { target, body } = fuzzBody(targets, seed);
  const begunMs = performance.now();
  const { report, fault } = parse(target, body);
  let elapsedMs = performance.now() - begunMs;
  for (let retry = 0; retry < RETRIES && elapsedMs > maxMs; retry += 1) {
    const againMs = performance.now();
    parse(target, body);
    elapsedMs = Math.min(elapsedMs, performance.now() - againMs);
  }
  const slow = elapsedMs > maxMs ? `took ${elapsedMs.toFixed(0)} ms for ${body.byteLength} bytes` : null;
  return { target: target.name, read: report !== null, elapsedMs, fault: fault ?? slow ?? (report && faultOf(report)) };
}

function parse(
  target: FuzzTarget,
  body: Uint8Array,
): { readonly report: Report | null; readonly fault: string | null } {
  try {
    return { report: target.parse(body), fault: null };
  } catch (error) {
    if (error instanceof UnreadableBodyError) return { report: null, fault: null };
    return { report: null, fault: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** What no report may hold, whatever the body: an instant or reading that is none, a number that is none. */
function faultOf({ trackings, notices }: Report): string | null {
  for (const tracking of trackings) {
    if (tracking.trackingNumber === "" || tracking.carrier === "") return "a tracking without number or carrier";
    for (const scan of tracking.scans) {
      const fault = timeFault(scan);
      if (fault !== null) return fault;
    }
    if (!buildTimeline(tracking.scans).every(({ sortKey }) => Number.isSafeInteger(sortKey)))
      return "a scan without a place in time";
    const days = [tracking.shipDate, tracking.edd?.from, tracking.edd?.to];
    const wrong = days.find((day) => day != null && !isDay(day));
    if (wrong !== undefined) return `${wrong} is no day`;
    if (tracking.edd !== null && tracking.edd.from > tracking.edd.to) return "a delivery that ends before it begins";
  }
  return notices.every(({ kind }) => kind.length > 0) ? null : "a notice of no kind";
}

/** Nothing was shipped before this, nor can anybody know what happens after that. */
const [EARLIEST, LATEST] = [Date.UTC(1900, 0), Date.UTC(2200, 0)];

function timeFault({ occurredAt, localTime, utcOffset, zone }: Scan): string | null {
  if (occurredAt !== null && !(Number.isSafeInteger(occurredAt) && occurredAt >= EARLIEST && occurredAt < LATEST)) {
    return `${occurredAt} is no instant of a scan`;
  }
  if (localTime !== null && !isReading(localTime)) return `${localTime} is no wall clock`;
  if (utcOffset !== null && !/^[+-](0\d|1[0-4]):[0-5]\d$/.test(utcOffset)) return `${utcOffset} is no offset`;
  return zone === "unknown" && utcOffset !== null ? "an offset of unknown zone" : null;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && isOnCalendar(text, `${text}T00:00:00Z`);
}

function isReading(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && isOnCalendar(text, `${text}Z`);
}

/** Dates that do not exist are read as none, or roll over into another day. */
function isOnCalendar(text: string, instant: string): boolean {
  const ms = Date.parse(instant);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}
