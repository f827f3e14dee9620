import { type StartTimer, startTimer } from "../runtime/timer.js";
import type { Queryable } from "../store/database.js";
import { prolongMessageLease } from "../store/message-leases.js";

/** A third of a lease goes by between two prolongations, so that one may fail. */
const PARTS = 3;
/** A batch that takes longer than twenty leases hangs: then others may try. */
const MAX_PROLONGATIONS = 60;

/**
 * Prolongs the lease of a batch while it is worked on, so that a slow process is not taken for a dead one: others would begin
 * the same work, and blame the messages. What is not prolonged runs out. Returns how to end it.
 */
export function keepLease(
  db: Queryable,
  lease: string,
  { leaseSeconds, start = startTimer }: { readonly leaseSeconds: number; readonly start?: StartTimer | undefined },
): () => void {
  let left = MAX_PROLONGATIONS;
  let ended = false;
  let cancel = wait();
  return () => {
    ended = true;
    cancel();
  };

  function wait(): () => void {
    return start(() => void prolong(), (leaseSeconds * 1_000) / PARTS);
  }

  async function prolong(): Promise<void> {
    left -= 1;
    // The database is away: so is the work, and the lease may run out.
    await prolongMessageLease(db, lease, leaseSeconds).catch(() => undefined);
    if (!ended && left > 0) cancel = wait();
  }
}
