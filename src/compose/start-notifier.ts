import { findCarrier } from "../connectors/carriers/registry.js";
import { CHANNELS } from "../connectors/channels/registry.js";
import { NOTIFY_TASK, notifyOrder, recoverAbandonedSends } from "../notify/notify-order.js";
import { createOpenChannels } from "../notify/open-channels.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import { startJobRunner } from "../runtime/job-runner.js";
import { startLoop } from "../runtime/loop.js";
import { isDatabaseUnavailable } from "../store/database.js";
import { openCredentials } from "../store/open-credentials.js";
import { beatWorker, releaseAbandonedJobs, removeWorker } from "../store/workers.js";
import type { Workshop } from "./workshop.js";

/** Layer 3 in this process: jobs of news, and the watch over those that died in the middle of one. */
export async function startNotifier(workshop: Workshop): Promise<void> {
  const { db, config, ring, newId, now, log, metrics, lifecycle, workerId } = workshop;
  const channels = createOpenChannels((connection) => openCredentials(ring, connection));
  const links = createTrackingLinks(ring, workshop.publicUrl, { now });
  const connectors = CHANNELS.filter(({ channel }) => channel === "email").map(({ code }) => code);
  const notify = (orderId: string) =>
    notifyOrder(orderId, {
      db,
      workerId,
      connectors,
      findCarrier,
      trackingUrl: links.sealed,
      openChannel: (connection) => channels.open(connection),
      count: (channel, result) => metrics.messages.add({ channel, result }),
      now,
      newId,
      newsMaxAgeHours: config.newsMaxAgeHours,
    });

  let jobWorkerIds: readonly string[] = [];
  const beat = () => beatWorker(db.pool, { id: workerId, roles: config.roles, jobWorkerIds });
  // Alive before the first job: a message in the hands of a worker that nobody knows would be given up for lost.
  await beat();
  const runner = await startJobRunner({
    pool: db.pool,
    concurrency: config.sendConcurrency,
    isUnavailable: isDatabaseUnavailable,
    log,
    tasks: { [NOTIFY_TASK]: async (payload) => notify(orderIdOf(payload)) },
  });
  jobWorkerIds = runner.workerIds();
  await beat();

  const deadAfterSeconds = config.workerDeadAfterSeconds;
  const watch = startLoop({
    name: "watch",
    idleMs: config.heartbeatSeconds * 1000,
    log,
    work: async () => {
      await beat();
      await releaseAbandonedJobs(db.pool, deadAfterSeconds);
      const lost = await recoverAbandonedSends(db, { deadAfterSeconds, onUnknown: config.onUnknown });
      if (lost > 0) log.warn({ lost }, "Messages whose worker died while sending are of unknown outcome.");
      return 0;
    },
  });
  lifecycle.onStop("notify", async () => {
    await runner.stop();
    await watch.stop();
    await channels.close();
    await removeWorker(db.pool, workerId);
  });
}

function orderIdOf(payload: unknown): string {
  if (typeof payload === "object" && payload !== null && "orderId" in payload && typeof payload.orderId === "string")
    return payload.orderId;
  throw new TypeError("A notify job without an order.");
}
