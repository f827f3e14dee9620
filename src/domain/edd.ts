import { localTimeIn, todayIn } from "./local-time.js";
import type { EddClaim } from "./report.js";
import type { Status } from "./status.js";

/** Who says when it arrives: the carrier, our own estimate, or the store's promise at the time of the order. */
export type EddSource = "carrier" | "predicted" | "promised";

/** An estimated delivery date as somebody stated it. */
export interface EddStatement {
  readonly claim: EddClaim;
  readonly source: EddSource;
  /** Sort key (ms) of the newest scan in the body that stated it; null when it had none, and for promises. */
  readonly newestScanKey: number | null;
  readonly receivedAt: Date;
}

/** When and where it is asked. */
export interface EddContext {
  readonly status: Status | null;
  readonly nowMs: number;
  /** IANA zone of the destination, or null where it is not known: then a day is past once it is past everywhere. */
  readonly zone: string | null;
}

/** The estimate to show: the last one stated, or null once it is past or the parcel delivered. */
export function chooseEdd(
  statements: readonly EddStatement[],
  { status, nowMs, zone }: EddContext,
): EddStatement | null {
  const last = lastEdd(statements, status);
  return last === null || isEddPast(last.claim, nowMs, zone) ? null : last;
}

/** The last one stated, past or not; null once the parcel is delivered. */
export function lastEdd(statements: readonly EddStatement[], status: Status | null): EddStatement | null {
  return status === "delivered" ? null : (inOrder(statements).at(-1) ?? null);
}

/** Whether an estimate is over at the destination. Only whole minutes count. */
export function isEddPast(claim: EddClaim, nowMs: number, zone: string | null): boolean {
  const today = todayIn(zone, nowMs);
  if (today !== claim.to || claim.windowTo === null) return today > claim.to;
  return localTimeIn(zone, nowMs).slice("YYYY-MM-DDT".length, "YYYY-MM-DDTHH:mm".length) > claim.windowTo;
}

/** The date that stood before the last one stated, to show beside it; null when the date never changed. */
export function previousEdd(statements: readonly EddStatement[]): EddStatement | null {
  const ordered = inOrder(statements);
  const last = ordered.at(-1);
  return ordered.findLast(({ claim }) => claim.from !== last?.claim.from || claim.to !== last.claim.to) ?? null;
}

/**
 * A body that knows a newer scan knows more, however late it came; of two that know the same the later received counts.
 * The rest only makes the order total.
 */
function inOrder(statements: readonly EddStatement[]): readonly EddStatement[] {
  return statements.toSorted(
    (a, b) =>
      compare(a.newestScanKey ?? Number.NEGATIVE_INFINITY, b.newestScanKey ?? Number.NEGATIVE_INFINITY) ||
      compare(a.receivedAt.getTime(), b.receivedAt.getTime()) ||
      compare(SOURCES.indexOf(a.source), SOURCES.indexOf(b.source)) ||
      compare(claimText(a.claim), claimText(b.claim)),
  );
}

const SOURCES: readonly EddSource[] = ["promised", "predicted", "carrier"];

function claimText({ from, to, windowFrom, windowTo }: EddClaim): string {
  return `${from} ${to} ${windowFrom} ${windowTo}`;
}

function compare<T extends number | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
