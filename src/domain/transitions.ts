import type { Fold, StatusByScan } from "./fold.js";
import { isNews, type StatusPair } from "./milestones.js";
import type { TimelineEntry } from "./timeline.js";

/** One version of one scan: a row of the scan log. */
export interface VersionKey {
  readonly identity: string;
  readonly digest: string;
}

/** A row to add to the log of what was news. */
export interface Transition extends StatusPair {
  /** Unique with status and sub-status within a shipment: see `nextTransition`. */
  readonly cause: string;
  /** Milliseconds since the epoch of the scan that gives the status, or null when its instant is not known. */
  readonly occurredAt: number | null;
  /** Whether it makes messages, or is only written down. */
  readonly announced: boolean;
}

/** What one commit knows of one shipment when it has written its scans. */
export interface Commit {
  /** The newest row of the log, or null. */
  readonly last: StatusPair | null;
  readonly timeline: readonly TimelineEntry[];
  readonly fold: Fold;
  /** The versions that this commit inserted (not those that were there already). */
  readonly newVersions: readonly VersionKey[];
  /** Unique to this commit: the cause of a change that no scan made (a destination corrected during a return). */
  readonly commitId: string;
  /** Milliseconds since the epoch when the newest body of this commit was received. */
  readonly receivedAtMs: number;
  readonly nowMs: number;
  readonly newsMaxAgeHours: number;
  /** An import or a replay: written down, never announced. */
  readonly silent: boolean;
}

/**
 * The row that a commit adds to the log, if any: exactly one when the fold differs from the last row in status or in
 * news sub-status, so the last row always equals the fold.
 *
 * Its cause is a scan version that this very commit inserted: one of the scan that gives the status, else the last one
 * in timeline order (a late scan can move the fold without giving the status: a return that was taken back). A version
 * is inserted once and a commit adds at most one row, so (cause, status, sub-status) never comes twice, even when the
 * fold returns to where it was.
 */
export function nextTransition(commit: Commit): Transition | null {
  const { fold, last } = commit;
  if (fold === null || !isNews(last, fold)) return null;
  return {
    status: fold.status,
    subStatus: fold.subStatus,
    cause: causeOf(fold, commit),
    occurredAt: fold.entry.occurredAt,
    announced:
      !commit.silent &&
      commit.nowMs - latestTimeOf(fold.entry, commit.receivedAtMs) < commit.newsMaxAgeHours * 3_600_000,
  };
}

function causeOf(fold: StatusByScan, { timeline, newVersions, commitId }: Commit): string {
  const causes = new Map<string, string>();
  for (const { identity, digest } of newVersions) {
    const cause = `${identity}#${digest}`;
    if (cause > (causes.get(identity) ?? "")) causes.set(identity, cause);
  }
  const ofStatus = causes.get(fold.entry.identity);
  if (ofStatus !== undefined) return ofStatus;
  const lastNew = timeline.findLast((entry) => causes.has(entry.identity));
  return (lastNew && causes.get(lastNew.identity)) ?? `commit#${commitId}`;
}

/**
 * The latest that a scan can have happened, so that only what is surely old counts as history. Nothing happens after
 * we heard of it: that bounds a scan dated in the future, and is all we know of a scan without a time.
 */
function latestTimeOf({ occurredAt, localTime, precision }: TimelineEntry, receivedAtMs: number): number {
  if (occurredAt !== null) return Math.min(occurredAt, receivedAtMs);
  if (localTime === null) return receivedAtMs;
  const westmostHours = 12 + (precision === "day" ? 24 : 0);
  return Math.min(Date.parse(`${localTime}Z`) + westmostHours * 3_600_000, receivedAtMs);
}
