import { registerApi } from "../api/register-api.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { confirmSubscription } from "../ingest/confirm-subscription.js";
import { registerHooks } from "../ingest/hooks.js";
import type { Intake } from "../ingest/intake.js";
import { createPushHeard } from "../ingest/push-heard.js";
import { createSigningKeyCache } from "../ingest/signing-keys.js";
import { createTrackingLinks } from "../orders/tracking-links.js";
import { registerPageRoutes } from "../page/page-routes.js";
import type { HttpClient } from "../runtime/http-client.js";
import { createHttpServer } from "../runtime/http-server.js";
import { createWorkTracker } from "../runtime/work-tracker.js";
import { notePushHeard } from "../store/connections.js";
import { isDatabaseUnavailable, withAnswerLimit } from "../store/database.js";
import { createConnectionCache } from "./connection-cache.js";
import { registerHealth } from "./health-routes.js";
import { startPages } from "./start-pages.js";
import type { Workshop } from "./workshop.js";

/** How long a stop waits for what pushes set off: confirmations of subscriptions, which are told to end, and notes. */
const CONFIRMATIONS_MS = 2_000;

/** Whatever a door asks the database before it can say anything is answered within this, or given up. */
const ASK_WITHIN_MS = 5_000;

/** Opens the doors that this process's roles ask for, and says where it listens. */
export async function startHttp(workshop: Workshop, intake: Intake, http: HttpClient, port: number): Promise<string> {
  const { config, db, ring, now, log, metrics, lifecycle, newId } = workshop;
  const app = createHttpServer({
    log,
    isUnavailable: isDatabaseUnavailable,
    observe: ({ route, method, status, seconds }) =>
      metrics.httpRequestSeconds.observe({ route, method, status: String(status) }, seconds),
  });
  const underWay = createWorkTracker();
  lifecycle.onStop("confirmations", async () => {
    await underWay.drain(CONFIRMATIONS_MS);
  });
  registerHealth(app, { db, metrics, stopping: lifecycle.stopping });
  if (config.roles.includes("ingest")) {
    registerHooks(app, {
      carriers: CARRIERS,
      findConnection: createConnectionCache(withAnswerLimit(db.pool, ASK_WITHIN_MS), ring, now),
      intake,
      isUnavailable: isDatabaseUnavailable,
      // Operators choose the addresses of keys, as they do those of carriers; no push can name one.
      heard: createPushHeard({ note: (id, at) => underWay.track(notePushHeard(db.pool, id, at)), now, log }),
      signingKeys: createSigningKeyCache({ http, now, log, signal: lifecycle.stopping }),
      now,
      log,
      confirm: (connectionId, request) => {
        const confirming = confirmSubscription(connectionId, request, { http, log, signal: lifecycle.stopping });
        void underWay.track(confirming);
      },
      count: (carrier, result) => metrics.pushes.add({ carrier, result }),
    });
  }
  if (config.roles.includes("page")) {
    registerPageRoutes(app, await startPages(workshop));
  }
  if (config.roles.includes("api")) {
    await registerApi(app, {
      db,
      newId,
      now,
      newsMaxAgeHours: config.newsMaxAgeHours,
      carriers: CARRIERS,
      presenter: { findCarrier, trackingUrl: createTrackingLinks(ring, workshop.publicUrl, { now }).sealed },
    });
  }
  const url = await app.listen({ host: config.host, port }).catch((error: unknown) => {
    throw toListenError(error, config.host, port);
  });
  lifecycle.onStop("http", () => app.close());
  return url;
}

/** An address that cannot be listened on; the message says what to do. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

function toListenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "EADDRINUSE")
    return new ListenError(`Port ${port} is taken by another program. Set PORT to a free one.`);
  if (code === "EACCES")
    return new ListenError(`This account may not listen on port ${port}. Set PORT to 1024 or higher.`);
  if (code === "EADDRNOTAVAIL") return new ListenError(`${host} is no address of this machine. Check WAYBILL_HOST.`);
  return error;
}
