import type { CallLimitChanges } from "../store/connection-limits.js";
import { CommandError } from "./command-error.js";

/** What `connections update` is told about the calls of a connection, as typed. */
export interface LimitOptions {
  readonly callsPerSecond?: string;
  readonly callsPerHour?: string;
  readonly callsPerDay?: string;
  readonly pollBatchSize?: string;
}

interface Limit {
  readonly flag: string;
  readonly max: number;
  readonly whole: boolean;
}

const LIMITS: Readonly<Record<keyof LimitOptions, Limit>> = {
  callsPerSecond: { flag: "--calls-per-second", max: 10_000, whole: false },
  callsPerHour: { flag: "--calls-per-hour", max: 1_000_000_000, whole: true },
  callsPerDay: { flag: "--calls-per-day", max: 1_000_000_000, whole: true },
  pollBatchSize: { flag: "--poll-batch-size", max: 10_000, whole: true },
};
const NAMES = Object.keys(LIMITS) as (keyof LimitOptions)[];

/** The slowest that makes sense: a call in a thousand seconds. */
const SLOWEST = 0.001;

/** Reads the limits that were given; `default` (null) is what the carrier grants a new account. @throws CommandError */
export function readLimits(options: LimitOptions): CallLimitChanges {
  const given = NAMES.flatMap((name) => {
    const text = options[name];
    return text === undefined ? [] : [[name, readLimit(text, LIMITS[name])] as const];
  });
  return Object.fromEntries(given);
}

function readLimit(text: string, { flag, max, whole }: Limit): number | null {
  if (text === "default") return null;
  const number = /^\d{1,10}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  const least = whole ? 1 : SLOWEST;
  if (number >= least && number <= max && (!whole || Number.isInteger(number))) return number;
  const kind = whole ? "a whole number" : "a number";
  throw new CommandError(
    `${flag} takes ${kind} from ${least} to ${max}, or "default" for what the carrier grants a new account.`,
  );
}
