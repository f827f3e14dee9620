import type { Carrier } from "../connectors/carriers/contract.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import { blockRateLimited, type CallPace, type CallPaces, takeCalls } from "../store/call-budget.js";
import type { ConnectionRow } from "../store/connections.js";
import { findConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";

/** What a connection may do: calls in each window (null: no such limit), and numbers in one call. */
export interface CallLimits {
  readonly perSecond: number;
  readonly perHour: number | null;
  readonly perDay: number | null;
  readonly batchSize: number;
}

/** For a carrier that states no budget since it only pushes: enough to subscribe, too little to offend. */
const UNSTATED: CallLimits = { perSecond: 1, perHour: null, perDay: null, batchSize: 1 };

/** The first wait after a refusal that names none, and the longest. */
const FIRST_BLOCK_MS = 60_000;
const LONGEST_BLOCK_MS = 6 * 3_600_000;

/** A fraction of every window may be used in one go; the rest comes in steadily, so that there is always a call for what is urgent. */
const BURST_SHARE = 0.1;
const HOUR_SECONDS = 3_600;
const DAY_SECONDS = 86_400;

type LimitsOfAccount = Pick<ConnectionRow, "callsPerSecond" | "callsPerHour" | "callsPerDay" | "pollBatchSize">;

/** What a carrier grants a new account, and over it what this account was granted. A batch is never larger than the carrier takes. */
export function limitsOf(connection: LimitsOfAccount, carrier: Carrier): CallLimits {
  const stated = carrier.poll === undefined ? UNSTATED : { ...carrier.poll.budget, batchSize: carrier.poll.batchSize };
  return {
    perSecond: connection.callsPerSecond ?? stated.perSecond,
    perHour: connection.callsPerHour ?? stated.perHour,
    perDay: connection.callsPerDay ?? stated.perDay,
    batchSize: Math.min(connection.pollBatchSize ?? stated.batchSize, stated.batchSize),
  };
}

/**
 * The paces that keep every limit wherever a carrier lets its windows begin: no hour and no day of any kind, aligned or
 * sliding, ever sees more calls than its limit.
 */
export function pacesOf({ perSecond, perHour, perDay }: Omit<CallLimits, "batchSize">): CallPaces {
  return {
    second: paceOf(perSecond, 1),
    hour: perHour === null ? null : paceOf(perHour, HOUR_SECONDS),
    day: perDay === null ? null : paceOf(perDay, DAY_SECONDS),
  };
}

/** In any window a full bucket gives its burst and what comes in meanwhile, together less than one call over the limit. */
function paceOf(calls: number, seconds: number): CallPace {
  const burst = Math.max(1, Math.floor(calls * BURST_SHARE));
  return { burst, perSecond: (calls - (burst - 1)) / seconds };
}

/**
 * Takes one call of a connection from the budget that all processes share, at `at` or by the database's clock. Null when it
 * may be made now, else how many ms to wait before trying again.
 */
export async function takeCall(
  db: Queryable,
  connection: Pick<ConnectionRow, "id"> & LimitsOfAccount,
  carrier: Carrier,
  at: Date | null = null,
): Promise<number | null> {
  const paces = pacesOf(limitsOf(connection, carrier));
  const { granted, waitMs } = await takeCalls(db, connection.id, { paces, wanted: 1, at });
  return granted > 0 ? null : waitMs;
}

/** As `takeCall`, where only the connection's id is at hand. Of one that is gone there is no call to take. */
export async function takeCallOf(db: Queryable, connectionId: string): Promise<number | null> {
  const connection = await findConnection(db, connectionId);
  const carrier = connection && findCarrier(connection.connector);
  if (connection === null || carrier === null) return HOUR_SECONDS * 1000;
  return takeCall(db, connection, carrier);
}

/**
 * Leaves a connection alone that was refused for being called too often: for as long as the carrier said, else a minute and
 * twice as long each time, up to six hours. Returns until when.
 */
export function leaveAlone(
  db: Queryable,
  connectionId: string,
  { retryAfterMs, at }: { readonly retryAfterMs: number | null; readonly at: Date },
): Promise<Date> {
  return blockRateLimited(db, connectionId, { retryAfterMs, firstMs: FIRST_BLOCK_MS, longestMs: LONGEST_BLOCK_MS, at });
}
