import type { ReplayedNumbers, StatusChange } from "./replay-numbers.js";
import type { Reading } from "./replay-reading.js";

/** What a replay changed, or would change. */
export interface ReplayDiff extends Reading {
  readonly dryRun: boolean;
  /** It was stopped before it was through: what is counted here is done, the rest is as it was. */
  readonly stopped: boolean;
  readonly wrote: boolean;
  /** Numbers whose writing failed: they are as they were, and the others went on. */
  readonly failed: number;
  readonly failures: readonly ReplayFailure[];
  readonly shipments: number;
  readonly scans: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly edds: { readonly added: number; readonly removed: number };
  readonly transitions: number;
  /** How many shipments went from which status to which, most first. */
  readonly statuses: readonly { readonly from: string; readonly to: string; readonly shipments: number }[];
  readonly examples: readonly StatusChange[];
}

/** Why a number could not be replayed, for whoever mends it. */
export interface ReplayFailure {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly reason: string;
}

/** More than a person reads; the counts hold the rest. */
const MAX_EXAMPLES = 20;

/** Nothing changed yet. */
export function emptyDiff(reading: Reading, dryRun: boolean): ReplayDiff {
  return {
    ...reading,
    dryRun,
    stopped: false,
    wrote: false,
    failed: 0,
    failures: [],
    shipments: 0,
    scans: { added: 0, changed: 0, removed: 0 },
    edds: { added: 0, removed: 0 },
    transitions: 0,
    statuses: [],
    examples: [],
  };
}

/** The diff with what was replayed since. Its size is bounded by the pairs of statuses there are. Pure. */
export function addReplayed(diff: ReplayDiff, replayed: ReplayedNumbers): ReplayDiff {
  return {
    ...diff,
    wrote: diff.wrote || replayed.wrote,
    shipments: diff.shipments + replayed.shipments,
    scans: {
      added: diff.scans.added + replayed.scans.added,
      changed: diff.scans.changed + replayed.scans.changed,
      removed: diff.scans.removed + replayed.scans.removed,
    },
    edds: {
      added: diff.edds.added + replayed.edds.added,
      removed: diff.edds.removed + replayed.edds.removed,
    },
    transitions: diff.transitions + replayed.transitions,
    statuses: countStatuses(diff.statuses, replayed.statuses),
    examples: [...diff.examples, ...replayed.statuses].slice(0, MAX_EXAMPLES),
  };
}

/** The diff with numbers that could not be replayed. Pure. */
export function addFailed(
  diff: ReplayDiff,
  numbers: readonly { readonly carrier: string; readonly trackingNumber: string }[],
  error: unknown,
): ReplayDiff {
  const reason = (error instanceof Error ? error.message : String(error)).slice(0, MAX_REASON_LENGTH);
  const failures = numbers.map(({ carrier, trackingNumber }) => ({ carrier, trackingNumber, reason }));
  return {
    ...diff,
    failed: diff.failed + failures.length,
    failures: [...diff.failures, ...failures].slice(0, MAX_EXAMPLES),
  };
}

const MAX_REASON_LENGTH = 300;

function countStatuses(counted: ReplayDiff["statuses"], changes: readonly StatusChange[]): ReplayDiff["statuses"] {
  const counts = new Map(counted.map((row) => [`${row.from} ${row.to}`, row]));
  for (const { from, to } of changes) {
    const key = `${from} ${to}`;
    counts.set(key, { from, to, shipments: (counts.get(key)?.shipments ?? 0) + 1 });
  }
  return [...counts.values()].toSorted(
    (a, b) => b.shipments - a.shipments || (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1),
  );
}
