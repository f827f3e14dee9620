import type { SubscribeContext } from "../connectors/carriers/contract.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import { leaveAlone, takeCallOf } from "../ingest/call-budget.js";
import { subscribeDueShipments } from "../ingest/subscriber.js";
import { createTokenCache } from "../ingest/token-cache.js";
import type { HttpClient } from "../runtime/http-client.js";
import { startLoop } from "../runtime/loop.js";
import { deriveKeyRing } from "../runtime/sealing.js";
import { forgetRateLimits } from "../store/call-budget.js";
import { findConnection } from "../store/connections.js";
import { openCredentials } from "../store/open-credentials.js";
import {
  claimDueJob,
  claimDueSubscriptions,
  findStillNeeded,
  listConnectionsToSubscribe,
  pauseSubscribing,
  writeSubscriptionResults,
} from "../store/subscriptions.js";
import type { Workshop } from "./workshop.js";

/** How often to look for what is due: what is registered meanwhile shares a call. */
const LOOK_EVERY_MS = 5_000;

/** Asks carriers to push what is registered, in this process. */
export function startSubscriber(workshop: Workshop, http: HttpClient): void {
  const work = createSubscribing(workshop, http);
  const loop = startLoop({ name: "subscribe", idleMs: LOOK_EVERY_MS, log: workshop.log, work });
  workshop.lifecycle.onStop("subscribe", () => loop.stop());
}

/** One look at what is to be subscribed, to be taken as often as wanted. */
export function createSubscribing(
  { db, publicUrl, ring, newId, now, log, metrics, lifecycle }: Workshop,
  http: HttpClient,
): () => Promise<number> {
  const tokenRing = deriveKeyRing(ring, "credentials");
  return () =>
    subscribeDueShipments({
      listConnectionsDue: () => listConnectionsToSubscribe(db.pool),
      openConnection: async (id) => {
        const row = await findConnection(db.pool, id);
        const carrier = row && findCarrier(row.connector);
        if (row === null || carrier === null) return null;
        const context: SubscribeContext = {
          credentials: openCredentials(ring, row),
          http,
          tokens: createTokenCache(db, tokenRing, id, now),
          now,
          newId: () => newId("req"),
          signal: lifecycle.stopping,
          hookUrl: `${publicUrl}/hooks/${carrier.code}/${id}`,
        };
        return { carrier, context };
      },
      claimDue: (id, claim) => claimDueSubscriptions(db.pool, id, claim),
      claimJob: (id, claim) => claimDueJob(db.pool, id, claim),
      findStillNeeded: (id, shipmentIds) => findStillNeeded(db.pool, id, shipmentIds),
      write: (results) => writeSubscriptionResults(db.pool, results),
      pause: (id, until, reason) => pauseSubscribing(db.pool, id, until, reason),
      blockRateLimited: (id, retryAfterMs) => leaveAlone(db.pool, id, { retryAfterMs, at: new Date(now()) }),
      onAnswer: (id) => forgetRateLimits(db.pool, id),
      takeCall: (id) => takeCallOf(db.pool, id),
      now,
      log,
      count: (carrier, state, amount) => metrics.subscriptions.add({ carrier, state }, amount),
    });
}
