import { findCarrier } from "../connectors/carriers/registry.js";
import type { ConnectionRow } from "../store/connections.js";
import type { PollDebtRow } from "../store/poll-debt.js";
import { type CallLimits, limitsOf, pacesOf } from "./call-budget.js";

/** How a connection stands with its budget, for operators. */
export interface PollDebt {
  readonly limits: CallLimits;
  /** By UTC; null where the connection has no such limit. */
  readonly callsLeftThisHour: number | null;
  readonly callsLeftToday: number | null;
  /** Shipments that are due to be asked about. */
  readonly due: number;
  readonly dueOnDeliveryDay: number;
  readonly oldestDueAt: Date | null;
  /** How long what is due now takes at the pace of the budget, if nothing else came due. */
  readonly hoursToClear: number;
}

/** A debt that takes longer is one that the operator has to hear of: what is due today is asked about tomorrow at best. */
export const DEBT_WARN_HOURS = 24;

/** Weighs what a connection owes against what it may call; null where its carrier is not polled. */
export function weighDebt(connection: ConnectionRow, row: PollDebtRow): PollDebt | null {
  const carrier = findCarrier(connection.connector);
  if (carrier === null || carrier.poll === undefined) return null;
  const limits = limitsOf(connection, carrier);
  const left = (limit: number | null, used: number) => (limit === null ? null : Math.max(0, limit - used));
  return {
    limits,
    callsLeftThisHour: left(limits.perHour, row.callsThisHour),
    callsLeftToday: left(limits.perDay, row.callsToday),
    due: row.due,
    dueOnDeliveryDay: row.dueOnDeliveryDay,
    oldestDueAt: row.oldestDueAt,
    hoursToClear: Math.ceil(row.due / limits.batchSize) / callsPerHour(limits),
  };
}

/** What comes in steadily through the narrowest window. */
function callsPerHour(limits: CallLimits): number {
  const { second, hour, day } = pacesOf(limits);
  const perSecond = [second, hour, day].flatMap((pace) => (pace === null ? [] : [pace.perSecond]));
  return 3_600 * Math.min(...perSecond);
}
