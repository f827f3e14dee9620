import type { Carrier, SubscribeContext } from "../connectors/carriers/contract.js";
import { groupBy } from "../domain/group-by.js";
import type { Logger } from "../runtime/logger.js";
import type { DueJob, DueSubscription, SubscriptionResult } from "../store/subscriptions.js";
import { checkJob, endAll, type SubscriptionWork, subscribeAll } from "./make-subscriptions.js";
import { createSubscriptionCalls } from "./subscription-calls.js";
import { ended, kept, nextStep, polledInstead } from "./subscription-steps.js";

/** The most looks at the table in one run for one connection; a look may need no call at all. */
const MAX_CLAIMS_PER_RUN = 100;
/** Nobody else looks at claimed subscriptions for this long; longer than any call may take. */
const CLAIM_SECONDS = 300;
/** How many to look at together where no call is to be made. */
const CLAIM_WITHOUT_CALLS = 500;
const PAUSE_AFTER_FAULT_MS = 10 * 60_000;

export interface SubscriberOptions {
  readonly listConnectionsDue: () => Promise<string[]>;
  /** The carrier of a connection and what its calls need; null when the connection is gone. */
  readonly openConnection: (
    id: string,
  ) => Promise<{ readonly carrier: Carrier; readonly context: SubscribeContext } | null>;
  readonly claimDue: (
    connectionId: string,
    claim: { readonly limit: number; readonly claimSeconds: number },
  ) => Promise<DueSubscription[]>;
  readonly claimJob: (connectionId: string, claim: { readonly claimSeconds: number }) => Promise<DueJob | null>;
  /** Which of a connection's shipments share number or subscription with one that is still needed. */
  readonly findStillNeeded: (connectionId: string, shipmentIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly write: (results: readonly SubscriptionResult[]) => Promise<void>;
  /** Keeps a connection from being asked for subscriptions; it may still be polled. */
  readonly pause: (connectionId: string, until: Date, reason: string) => Promise<void>;
  /**
   * Stops every call of a connection, as the carrier wants after too many; without a hint of it longer each time. Returns until
   * when.
   */
  readonly blockRateLimited: (connectionId: string, retryAfterMs: number | null) => Promise<Date>;
  /** Tells that a connection was answered. */
  readonly onAnswer: (connectionId: string) => Promise<void>;
  /** Takes one call from the connection's budget: null when it may be made now, else how many ms to wait. */
  readonly takeCall: (connectionId: string) => Promise<number | null>;
  readonly now: () => number;
  readonly log: Logger;
  /** Counts numbers by carrier and what became of their subscription. */
  readonly count: (carrier: string, result: SubscriptionResult["state"], amount: number) => void;
}

/**
 * Asks carriers to push the numbers that are due, asks about their jobs, renews what would run out and ends what nobody
 * needs, a bounded number of calls per connection. Returns how many subscriptions were settled for now. Where a connection
 * cannot subscribe its numbers are left to polling, with the reason. One connection's trouble is its own.
 */
export async function subscribeDueShipments(options: SubscriberOptions): Promise<number> {
  let settled = 0;
  for (const connectionId of await options.listConnectionsDue()) {
    try {
      settled += await workConnection(connectionId, options);
    } catch (error) {
      options.log.error({ err: error, connectionId }, "Subscribing through this connection failed.");
      const reason = "Subscribing failed for a reason of ours; the log has it.";
      await options.pause(connectionId, new Date(options.now() + PAUSE_AFTER_FAULT_MS), reason);
    }
  }
  return settled;
}

async function workConnection(connectionId: string, options: SubscriberOptions): Promise<number> {
  const opened = await options.openConnection(connectionId);
  if (opened === null) return 0;
  const { carrier, context } = opened;
  const { settle, settled } = createSettler(carrier.code, options);
  const subscriptions = carrier.push?.subscriptions;
  const obstacle =
    subscriptions === undefined
      ? `${carrier.name} is not asked for pushes number by number.`
      : subscriptions.obstacle(context.credentials, context.hookUrl);
  if (subscriptions === undefined || obstacle !== null) {
    await leaveToPolling(connectionId, obstacle ?? "", settle, options);
    return settled();
  }

  const calls = createSubscriptionCalls({ connectionId, signal: context.signal, ...options });
  const findStillNeeded = (ids: readonly string[]) => options.findStillNeeded(connectionId, ids);
  const work: SubscriptionWork = { carrier, subscriptions, context, calls, settle, findStillNeeded, now: options.now };
  const limit = Math.max(1, subscriptions.batchSize(context.credentials));
  for (let claims = 0; claims < MAX_CLAIMS_PER_RUN && calls.left() > 0; claims++) {
    const job = await options.claimJob(connectionId, { claimSeconds: CLAIM_SECONDS });
    if (job !== null) {
      await checkJob(job, work);
      continue;
    }
    const due = await options.claimDue(connectionId, { limit, claimSeconds: CLAIM_SECONDS });
    if (due.length === 0) break;
    const nowMs = options.now();
    const steps = groupBy(due, (subscription) => nextStep(subscription, nowMs));
    await settle((steps.get("keep") ?? []).map((subscription) => kept(subscription, nowMs)));
    await endAll(steps.get("end") ?? [], work);
    await subscribeAll(steps.get("subscribe") ?? [], work);
  }
  if (calls.answered()) await options.onAnswer(connectionId);
  return settled();
}

async function leaveToPolling(
  connectionId: string,
  reason: string,
  settle: Settler["settle"],
  options: SubscriberOptions,
): Promise<void> {
  for (let claims = 0; claims < MAX_CLAIMS_PER_RUN; claims++) {
    const job = await options.claimJob(connectionId, { claimSeconds: CLAIM_SECONDS });
    const claim = { limit: CLAIM_WITHOUT_CALLS, claimSeconds: CLAIM_SECONDS };
    const due = job?.pending ?? (await options.claimDue(connectionId, claim));
    if (due.length === 0) break;
    const nowMs = options.now();
    await settle(
      due.map((subscription) =>
        nextStep(subscription, nowMs) === "end" ? ended(subscription) : polledInstead(subscription, reason, nowMs),
      ),
    );
  }
}

/** Writes results of one connection and counts them. */
interface Settler {
  readonly settle: (results: readonly SubscriptionResult[]) => Promise<void>;
  readonly settled: () => number;
}

function createSettler(carrier: string, { write, count }: SubscriberOptions): Settler {
  let total = 0;
  return {
    settled: () => total,
    async settle(results) {
      if (results.length === 0) return;
      await write(results);
      total += results.length;
      for (const [state, group] of groupBy(results, (result) => result.state)) count(carrier, state, group.length);
    },
  };
}
