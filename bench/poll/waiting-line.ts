import type { PollRank } from "../../src/ingest/cadence-table.js";
import { DueHeap } from "./due-heap.js";

const MINUTE_MS = 60_000;

/** What is to be asked about from `atMs` on. */
interface Place {
  readonly id: number;
  readonly atMs: number;
  readonly rank: PollRank;
  /** From when it comes first, if it still waits then; null for never. */
  readonly urgentAtMs: number | null;
}

interface Kept extends Place {
  /** Which place of its id it is; an earlier one is void. */
  readonly serial: number;
}

/**
 * Who is asked about next, as `claimDueShipments` and `raiseUrgentPolls` say it in SQL, in memory and one at a time.
 * test/bench/waiting-line.db.test.ts holds the two together.
 */
export class WaitingLine {
  private readonly lines: DueHeap<Kept>[];
  private readonly urgent = new DueHeap<Kept>();
  private readonly serials = new Map<number, number>();

  /** `patienceMinutes` by rank, from 0. */
  constructor(private readonly patienceMinutes: readonly number[]) {
    this.lines = patienceMinutes.map(() => new DueHeap<Kept>());
  }

  /** Gives an id its place; the one that it had is void. */
  put(place: Place): void {
    const kept = { ...place, serial: (this.serials.get(place.id) ?? 0) + 1 };
    this.serials.set(place.id, kept.serial);
    this.lines[place.rank]?.push(kept);
    if (place.urgentAtMs !== null) this.urgent.push({ ...kept, atMs: place.urgentAtMs });
  }

  /** Takes out who comes first, or null where nobody is due. */
  take(nowMs: number): number | null {
    for (let next = this.first(this.urgent, nowMs); next !== undefined; next = this.first(this.urgent, nowMs)) {
      this.urgent.pop();
      this.put({ ...next, rank: 0, urgentAtMs: null });
    }
    let best: { readonly line: DueHeap<Kept>; readonly id: number; readonly lateness: number } | null = null;
    for (const [rank, line] of this.lines.entries()) {
      const head = this.first(line, nowMs);
      if (head === undefined) continue;
      const lateness = (nowMs - head.atMs) / MINUTE_MS / (this.patienceMinutes[rank] ?? 1);
      if (best === null || lateness > best.lateness) best = { line, id: head.id, lateness };
    }
    if (best === null) return null;
    best.line.pop();
    // It does not become urgent any more.
    this.serials.set(best.id, (this.serials.get(best.id) ?? 0) + 1);
    return best.id;
  }

  /** The first that is due, past those that are void. */
  private first(line: DueHeap<Kept>, nowMs: number): Kept | undefined {
    for (let head = line.peek(); head !== undefined && head.atMs <= nowMs; head = line.peek()) {
      if (this.serials.get(head.id) === head.serial) return head;
      line.pop();
    }
    return undefined;
  }
}
