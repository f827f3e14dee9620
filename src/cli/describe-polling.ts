import { type PollDebt, weighDebt } from "../ingest/poll-debt.js";
import type { ConnectionRow } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { readPollDebts } from "../store/poll-debt.js";

/** How the given connections stand with their budgets, by id. Those that are disabled or not polled are not in it. */
export async function readDebts(
  db: Queryable,
  connections: readonly ConnectionRow[],
  storeId: string | null,
): Promise<Map<string, PollDebt>> {
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  const debts = (await readPollDebts(db, { storeId, at: null })).flatMap((row) => {
    const connection = byId.get(row.connectionId);
    const debt = connection === undefined ? null : weighDebt(connection, row);
    return debt === null ? [] : [[row.connectionId, debt] as const];
  });
  return new Map(debts);
}

/** What may be called, `60/h, 12 left`; a dash where nothing is polled. */
export function callsText(debt: PollDebt | undefined): string {
  if (debt === undefined) return "-";
  const { limits, callsLeftThisHour, callsLeftToday } = debt;
  return [
    `${limits.perSecond}/s`,
    ...(limits.perHour === null ? [] : [`${limits.perHour}/h (${callsLeftThisHour ?? 0} left)`]),
    ...(limits.perDay === null ? [] : [`${limits.perDay}/d (${callsLeftToday ?? 0} left)`]),
  ].join(" ");
}

/** What waits to be asked about: `9120, oldest 3 h, 166 h to clear`. */
export function debtText(debt: PollDebt | undefined, nowMs: number): string {
  if (debt === undefined) return "-";
  if (debt.due === 0 || debt.oldestDueAt === null) return "0";
  const oldest = duration(Math.max(0, nowMs - debt.oldestDueAt.getTime()) / 3_600_000);
  return `${debt.due}, oldest ${oldest}, ${duration(debt.hoursToClear)} to clear`;
}

/** Hours as people say them. */
export function duration(hours: number): string {
  if (hours < 1) return `${Math.ceil(hours * 60)} min`;
  return hours < 72 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}
