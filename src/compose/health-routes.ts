import type { FastifyInstance } from "fastify";
import type { Metrics } from "../runtime/metrics.js";
import { countQueuedMessages } from "../store/carrier-messages.js";
import { type Database, withAnswerLimit } from "../store/database.js";

/** Whoever watches over us does not wait longer. */
const ASK_WITHIN_MS = 2_000;

export interface HealthOptions {
  readonly db: Database;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can work, so traffic may come; 503 while the database is away or a stop
 * has begun. `/metrics`: Prometheus text.
 */
export function registerHealth(app: FastifyInstance, { db, metrics, stopping }: HealthOptions): void {
  const asked = withAnswerLimit(db.pool, ASK_WITHIN_MS);
  app.get("/healthz", () => ({ status: "ok" }));

  app.get("/readyz", async (_request, reply) => {
    if (stopping.aborted) return reply.code(503).send({ status: "stopping" });
    try {
      await asked.query("select 1");
      return { status: "ready" };
    } catch {
      return reply.code(503).header("retry-after", 5).send({ status: "database unavailable" });
    }
  });

  app.get("/metrics", async (_request, reply) => {
    const queued = await countQueuedMessages(asked).catch(() => null);
    if (queued !== null) metrics.queueWaiting.set({ queue: "carrier_messages" }, queued.waiting);
    return reply.type(metrics.contentType).send(await metrics.scrape());
  });
}
