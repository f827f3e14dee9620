import { findCarrier } from "../connectors/carriers/registry.js";
import type { Intake } from "../ingest/intake.js";
import { pollDueShipments } from "../ingest/poller.js";
import { createTokenCache } from "../ingest/token-cache.js";
import type { HttpClient } from "../runtime/http-client.js";
import { startLoop } from "../runtime/loop.js";
import { deriveKeyRing } from "../runtime/sealing.js";
import { blockConnection, findConnection } from "../store/connections.js";
import { openCredentials } from "../store/open-credentials.js";
import { claimDueShipments, listConnectionsDue, scheduleNextPolls } from "../store/poll-queue.js";
import type { Workshop } from "./workshop.js";

/** How often to look for what is due. */
const LOOK_EVERY_MS = 5_000;

/** Asks carriers about what is due, in this process. */
export function startPoller(
  { db, config, ring, newId, now, log, lifecycle }: Workshop,
  intake: Intake,
  http: HttpClient,
): void {
  const tokenRing = deriveKeyRing(ring, "credentials");
  const loop = startLoop({
    name: "poll",
    idleMs: LOOK_EVERY_MS,
    log,
    work: () =>
      pollDueShipments({
        listConnectionsDue: () => listConnectionsDue(db.pool),
        openConnection: async (id) => {
          const row = await findConnection(db.pool, id);
          const carrier = row && findCarrier(row.connector);
          if (row === null || carrier === null) return null;
          const context = {
            credentials: openCredentials(ring, row),
            http,
            tokens: createTokenCache(db, tokenRing, id, now),
            now,
            newId: () => newId("req"),
            signal: lifecycle.stopping,
          };
          return { carrier, context };
        },
        claimDue: (id, claim) => claimDueShipments(db.pool, id, claim),
        schedule: (polls, outcome) => scheduleNextPolls(db.pool, polls, outcome),
        block: (id, until, reason) => blockConnection(db.pool, id, until, reason),
        intake,
        now,
        baseMinutes: config.pollIntervalMinutes,
        log,
      }),
  });
  lifecycle.onStop("poll", () => loop.stop());
}
