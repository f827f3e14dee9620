import { startLoop } from "../runtime/loop.js";
import { LeadLostError, type Lease, releaseLease, takeLease } from "../store/leases.js";
import { ensurePartitions } from "../store/partitions.js";
import { expireBatch } from "../store/retention.js";
import { forgetDeadWorkers } from "../store/workers.js";
import { retentionPeriodsOf } from "./retention-periods.js";
import type { Workshop } from "./workshop.js";

const HOUR_MS = 3_600_000;
/** How long a leader that died is missed at most. Longer than a statement may take. */
const LEASE_SECONDS = 90;
const LOOK_EVERY_MS = 20_000;

/**
 * Housekeeping: partitions made ahead, what has served its time forgotten. Any number of processes may be started with it; the
 * one that holds the lease works, hourly, and as long as anything is left to do.
 */
export function startUpkeep({ db, config, now, log, lifecycle, workerId }: Workshop): void {
  const lease: Lease = { name: "upkeep", holder: workerId, seconds: LEASE_SECONDS };
  const periods = retentionPeriodsOf(config);
  let nextMs = 0;
  const loop = startLoop({
    name: "upkeep",
    idleMs: LOOK_EVERY_MS,
    log,
    work: async () => {
      if (!(await takeLease(db.pool, lease)) || now() < nextMs) return 0;
      await ensurePartitions(db, now());
      await forgetDeadWorkers(db.pool);
      const expired = await expireBatch(db, lease, { periods, nowMs: now() }).catch(unlessLeadIsLost);
      if (expired === null) return 0;
      const count = Object.values(expired).reduce((sum, rows) => sum + rows, 0);
      if (count > 0) log.info({ expired }, "What had served its time was dropped.");
      else nextMs = now() + HOUR_MS;
      return count;
    },
  });
  lifecycle.onStop("upkeep", async () => {
    await loop.stop();
    await releaseLease(db.pool, lease);
  });
}

/** Null: another process is at it, or will be. */
function unlessLeadIsLost(error: unknown): null {
  if (error instanceof LeadLostError) return null;
  throw error;
}
