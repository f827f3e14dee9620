import { startLoop } from "../runtime/loop.js";
import { forgetIdempotencyKeys } from "../store/idempotency.js";
import { ensurePartitions } from "../store/partitions.js";
import { dropUnregisteredShipments } from "../store/shipments.js";
import { forgetDeadWorkers } from "../store/workers.js";
import type { Workshop } from "./workshop.js";

const HOUR_MS = 3_600_000;

/** Housekeeping, hourly: partitions made ahead, what has served its time forgotten. Harmless in several processes at once. */
export function startUpkeep({ db, now, log, lifecycle }: Workshop): void {
  const loop = startLoop({
    name: "upkeep",
    idleMs: HOUR_MS,
    log,
    work: async () => {
      await ensurePartitions(db, now());
      await forgetIdempotencyKeys(db.pool);
      await forgetDeadWorkers(db.pool);
      const dropped = await dropUnregisteredShipments(db.pool);
      if (dropped > 0) log.info({ dropped }, "Numbers that nobody registered for 30 days were dropped.");
      return 0;
    },
  });
  lifecycle.onStop("upkeep", () => loop.stop());
}
