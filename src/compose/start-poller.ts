import { findCarrier } from "../connectors/carriers/registry.js";
import { leaveAlone, limitsOf, pacesOf } from "../ingest/call-budget.js";
import type { Intake } from "../ingest/intake.js";
import { weighDebt } from "../ingest/poll-debt.js";
import { pollDueShipments } from "../ingest/poller.js";
import { createTokenCache } from "../ingest/token-cache.js";
import type { HttpClient } from "../runtime/http-client.js";
import { startLoop } from "../runtime/loop.js";
import type { Metrics } from "../runtime/metrics.js";
import { deriveKeyRing } from "../runtime/sealing.js";
import { startTimer } from "../runtime/timer.js";
import { forgetRateLimits, giveBackCalls, takeCalls } from "../store/call-budget.js";
import { blockConnection, findConnection, listConnections } from "../store/connections.js";
import type { Database } from "../store/database.js";
import { openCredentials } from "../store/open-credentials.js";
import { readPollDebts } from "../store/poll-debt.js";
import {
  claimDueShipments,
  listConnectionsDue,
  raiseUrgentPolls,
  replanPolls,
  scheduleNextPolls,
} from "../store/poll-queue.js";
import type { Workshop } from "./workshop.js";

/** How often to look for what is due. */
const LOOK_EVERY_MS = 5_000;
const MEASURE_EVERY_MS = 60_000;
/** A budget that allows many calls a second must not make us look more often than so. */
const WAKE_AFTER_AT_LEAST_MS = 100;
/** The most plans made anew in one transaction. */
const MAX_REPLANNED = 500;

/** Asks carriers about what is due, in this process. */
export function startPoller(workshop: Workshop, intake: Intake, http: HttpClient): void {
  const { db, now, log, metrics, lifecycle } = workshop;
  const wakeAfter = createWaker(() => loop.wake(), now);
  const work = createPolling(workshop, intake, http, wakeAfter);
  const loop = startLoop({ name: "poll", idleMs: LOOK_EVERY_MS, log, work });
  lifecycle.onStop("poll", () => loop.stop());
  const debts = startLoop({ name: "poll debt", idleMs: MEASURE_EVERY_MS, log, work: () => measureDebts(db, metrics) });
  lifecycle.onStop("poll debt", () => debts.stop());
}

/** One look at what is due, to be taken as often as wanted. `onWait` is told for how long a connection has no call left. */
export function createPolling(
  { db, config, ring, newId, now, log, lifecycle }: Workshop,
  intake: Intake,
  http: HttpClient,
  onWait: (waitMs: number) => void,
): () => Promise<number> {
  const tokenRing = deriveKeyRing(ring, "credentials");
  return () =>
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
        return { carrier, limits: limitsOf(row, carrier), context };
      },
      claimDue: (id, claim) => claimDueShipments(db.pool, id, claim),
      takeCalls: (id, limits, wanted) => takeCalls(db.pool, id, { paces: pacesOf(limits), wanted, at: null }),
      giveBackCalls: (id, limits, unused) => giveBackCalls(db.pool, id, { paces: pacesOf(limits), unused }),
      onWait,
      replan: (plan) => db.transaction((tx) => replanPolls(tx, MAX_REPLANNED, plan)),
      raiseUrgent: () => raiseUrgentPolls(db.pool, MAX_REPLANNED),
      schedule: (polls, outcome) => scheduleNextPolls(db.pool, polls, outcome),
      block: (id, until, reason) => blockConnection(db.pool, id, until, reason),
      blockRateLimited: (id, retryAfterMs) => leaveAlone(db.pool, id, { retryAfterMs, at: new Date(now()) }),
      onAnswer: (id) => forgetRateLimits(db.pool, id),
      intake,
      now,
      baseMinutes: config.pollIntervalMinutes,
      log,
    });
}

/** Sets the gauges of what is due, by carrier. */
async function measureDebts(db: Database, { pollsDue, pollDebtHours }: Metrics): Promise<number> {
  const connections = new Map((await listConnections(db.pool, null)).map((row) => [row.id, row]));
  const byCarrier = new Map<string, { due: number; hours: number }>();
  for (const row of await readPollDebts(db.pool, { storeId: null, at: null })) {
    const connection = connections.get(row.connectionId);
    const debt = connection && weighDebt(connection, row);
    if (connection === undefined || !debt) continue;
    const sum = byCarrier.get(connection.connector) ?? { due: 0, hours: 0 };
    byCarrier.set(connection.connector, { due: sum.due + debt.due, hours: Math.max(sum.hours, debt.hoursToClear) });
  }
  for (const [carrier, { due, hours }] of byCarrier) {
    pollsDue.set({ carrier }, due);
    pollDebtHours.set({ carrier }, hours);
  }
  return 0;
}

/** Wakes once the shortest of the waits is over that were told since it last did. Longer ones are looked after by the loop. */
function createWaker(wake: () => void, now: () => number): (waitMs: number) => void {
  let atMs = Number.POSITIVE_INFINITY;
  return (waitMs) => {
    const dueMs = now() + waitMs;
    if (waitMs >= LOOK_EVERY_MS || dueMs >= atMs) return;
    atMs = dueMs;
    startTimer(
      () => {
        atMs = Number.POSITIVE_INFINITY;
        wake();
      },
      Math.max(WAKE_AFTER_AT_LEAST_MS, waitMs),
    );
  };
}
