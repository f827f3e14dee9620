import { registerApi } from "../api/register-api.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { registerHooks } from "../ingest/hooks.js";
import type { Intake } from "../ingest/intake.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import { registerPageRoutes } from "../page/page-routes.js";
import { createHttpServer } from "../runtime/http-server.js";
import { deriveKeyRing } from "../runtime/sealing.js";
import { isDatabaseUnavailable } from "../store/database.js";
import { createConnectionCache } from "./connection-cache.js";
import { registerHealth } from "./health-routes.js";
import type { Workshop } from "./workshop.js";

/** Opens the doors that this process's roles ask for, and says where it listens. */
export async function startHttp(workshop: Workshop, intake: Intake, port: number): Promise<string> {
  const { config, db, ring, now, log, metrics, lifecycle, newId } = workshop;
  const app = createHttpServer({
    log,
    isUnavailable: isDatabaseUnavailable,
    observe: ({ route, method, status, seconds }) =>
      metrics.httpRequestSeconds.observe({ route, method, status: String(status) }, seconds),
  });
  registerHealth(app, { db, metrics, stopping: lifecycle.stopping });
  if (config.roles.includes("ingest")) {
    registerHooks(app, {
      carriers: CARRIERS,
      findConnection: createConnectionCache(db.pool, ring, now),
      intake,
      now,
      log,
      count: (carrier, result) => metrics.pushes.add({ carrier, result }),
    });
  }
  if (config.roles.includes("page")) {
    registerPageRoutes(app, {
      db: db.pool,
      ring: deriveKeyRing(ring, "links"),
      findCarrier,
      now,
      log,
      count: (result) => metrics.pageViews.add({ result }),
    });
  }
  if (config.roles.includes("api")) {
    await registerApi(app, {
      db,
      newId,
      now,
      newsMaxAgeHours: config.newsMaxAgeHours,
      carrierCodes: CARRIERS.map(({ code }) => code),
      presenter: { findCarrier, trackingUrl: createTrackingLinks(ring, workshop.publicUrl, { now }).sealed },
    });
  }
  const url = await app.listen({ host: config.host, port });
  lifecycle.onStop("http", () => app.close());
  return url;
}
