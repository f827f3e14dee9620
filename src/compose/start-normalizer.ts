import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { createMappingReader } from "../normalize/apply-mappings.js";
import { normalizeBatch } from "../normalize/normalizer.js";
import { createRounds } from "../normalize/take-rounds.js";
import { startLoop } from "../runtime/loop.js";
import { MESSAGES_QUEUED } from "../store/carrier-messages.js";
import { isDatabaseUnavailable } from "../store/database.js";
import type { Workshop } from "./workshop.js";

/** Without a notification the normaliser looks for itself this often. */
const IDLE_MS = 1_000;

/**
 * Layer 2 in this process: works off carrier messages as they are queued, by whichever process. Loops share the work as processes do:
 * each leases what no other has.
 */
export function startNormalizer({ db, config, newId, now, log, metrics, lifecycle }: Workshop): void {
  const readMappings = createMappingReader(db.pool);
  const work = () =>
    normalizeBatch({
      db,
      findCarrier,
      carriers: CARRIERS,
      readMappings,
      newId,
      now,
      batchSize: config.normalizeBatchSize,
      leaseSeconds: config.normalizeLeaseSeconds,
      newsMaxAgeHours: config.newsMaxAgeHours,
      isTransient: isDatabaseUnavailable,
      log,
      observe: ({ messages, parked, newScans, transitions, unregistered, unattributed, seconds }) => {
        metrics.normalizeBatchSize.observe({}, messages + parked);
        metrics.normalizeBatchSeconds.observe({}, seconds);
        metrics.normalized.add({ result: "done" }, messages);
        metrics.normalized.add({ result: "parked" }, parked);
        metrics.scans.add({}, newScans);
        metrics.transitions.add({}, transitions);
        metrics.unregistered.add({}, unregistered);
        metrics.unattributed.add({}, unattributed);
      },
    });
  const rounds = createRounds({ batchSize: config.normalizeBatchSize, now: () => performance.now(), wake });
  const loops = Array.from({ length: config.normalizeLoops }, (_, index) =>
    startLoop({ name: "normalize", idleMs: IDLE_MS, log, work: () => rounds.take(index, work) }),
  );
  db.listen({ channel: MESSAGES_QUEUED, onNotify: wake, onReconnect: wake });
  lifecycle.onStop("normalize", async () => {
    await Promise.all(loops.map((loop) => loop.stop()));
  });

  function wake(): void {
    for (const loop of loops) loop.wake();
  }
}
