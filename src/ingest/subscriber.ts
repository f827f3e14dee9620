import type {
  Carrier,
  CarrierSubscriptions,
  SubscribeContext,
  SubscriptionReport,
} from "../connectors/carriers/contract.js";
import { groupBy } from "../domain/group-by.js";
import type { Logger } from "../runtime/logger.js";
import type { DueJob, DueSubscription, SubscriptionResult } from "../store/subscriptions.js";
import { createSubscriptionCalls, type SubscriptionCalls } from "./subscription-calls.js";
import { answered, ended, kept, nextStep, polledInstead, refused, unclear, undecided } from "./subscription-steps.js";

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
  readonly write: (results: readonly SubscriptionResult[]) => Promise<void>;
  /** Keeps a connection from being asked for subscriptions; it may still be polled. */
  readonly pause: (connectionId: string, until: Date, reason: string) => Promise<void>;
  /** Stops every call of a connection, as the carrier wants after too many. */
  readonly block: (connectionId: string, until: Date, reason: string) => Promise<void>;
  /** Takes one call from the connection's budget: null when it may be made now, else how many ms to wait. */
  readonly takeCall: (connectionId: string) => Promise<number | null>;
  readonly now: () => number;
  readonly log: Logger;
  /** Counts numbers by carrier and what became of their subscription. */
  readonly count: (carrier: string, result: SubscriptionResult["state"], amount: number) => void;
}

/** One connection in one run. */
interface Work {
  readonly connectionId: string;
  readonly carrier: Carrier;
  readonly subscriptions: CarrierSubscriptions;
  readonly context: SubscribeContext;
  readonly calls: SubscriptionCalls;
  readonly options: SubscriberOptions;
}

/**
 * Asks carriers to push the numbers that are due, asks about their jobs, renews what would run out and ends what nobody
 * needs, a bounded number of calls per connection. Returns how many subscriptions were looked at. Where a connection cannot
 * subscribe its numbers are left to polling, with the reason. One connection's trouble is its own.
 */
export async function subscribeDueShipments(options: SubscriberOptions): Promise<number> {
  let looked = 0;
  for (const connectionId of await options.listConnectionsDue()) {
    try {
      looked += await workConnection(connectionId, options);
    } catch (error) {
      options.log.error({ err: error, connectionId }, "Subscribing through this connection failed.");
      const reason = "Subscribing failed for a reason of ours; the log has it.";
      await options.pause(connectionId, new Date(options.now() + PAUSE_AFTER_FAULT_MS), reason);
    }
  }
  return looked;
}

async function workConnection(connectionId: string, options: SubscriberOptions): Promise<number> {
  const opened = await options.openConnection(connectionId);
  if (opened === null) return 0;
  const { carrier, context } = opened;
  const subscriptions = carrier.push?.subscriptions;
  if (subscriptions === undefined) {
    return leaveToPolling(connectionId, `${carrier.name} is not asked for pushes number by number.`, carrier, options);
  }
  const obstacle = subscriptions.obstacle(context.credentials, context.hookUrl);
  if (obstacle !== null) return leaveToPolling(connectionId, obstacle, carrier, options);

  const calls = createSubscriptionCalls({ connectionId, signal: context.signal, ...options });
  const work: Work = { connectionId, carrier, subscriptions, context, calls, options };
  const limit = Math.max(1, subscriptions.batchSize(context.credentials));
  let looked = 0;
  for (let claims = 0; claims < MAX_CLAIMS_PER_RUN && calls.left() > 0; claims++) {
    const job = await options.claimJob(connectionId, { claimSeconds: CLAIM_SECONDS });
    if (job !== null) {
      looked += job.pending.length;
      await checkJob(job, work);
      continue;
    }
    const due = await options.claimDue(connectionId, { limit, claimSeconds: CLAIM_SECONDS });
    if (due.length === 0) break;
    looked += due.length;
    const steps = groupBy(due, (subscription) => nextStep(subscription, options.now()));
    await options.write((steps.get("keep") ?? []).map((subscription) => kept(subscription, options.now())));
    await endAll(steps.get("end") ?? [], work);
    await subscribeAll(steps.get("subscribe") ?? [], work);
  }
  return looked;
}

async function leaveToPolling(
  connectionId: string,
  reason: string,
  carrier: Carrier,
  options: SubscriberOptions,
): Promise<number> {
  let looked = 0;
  for (let claims = 0; claims < MAX_CLAIMS_PER_RUN; claims++) {
    const job = await options.claimJob(connectionId, { claimSeconds: CLAIM_SECONDS });
    const claim = { limit: CLAIM_WITHOUT_CALLS, claimSeconds: CLAIM_SECONDS };
    const due = job?.pending ?? (await options.claimDue(connectionId, claim));
    if (due.length === 0) break;
    looked += due.length;
    const nowMs = options.now();
    const results = due.map((subscription) =>
      nextStep(subscription, nowMs) === "end" ? ended(subscription) : polledInstead(subscription, reason, nowMs),
    );
    await settle(results, carrier, options);
  }
  return looked;
}

/** A batch that the carrier rejects is halved until the number at fault stands alone, so that the others are subscribed. */
async function subscribeAll(due: readonly DueSubscription[], work: Work): Promise<void> {
  const { subscriptions, context, calls, carrier, options } = work;
  const batches = due.length === 0 ? [] : [due];
  for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
    const asked = batch;
    const called = await calls.make(asked, () => subscriptions.subscribe(asked, context));
    if (called.kind === "rejected" && asked.length > 1) {
      const middle = Math.ceil(asked.length / 2);
      batches.push(asked.slice(middle), asked.slice(0, middle));
      continue;
    }
    const nowMs = options.now();
    if (called.kind === "answered") await settle(readReport(asked, called.answer, nowMs), carrier, options);
    else if (called.kind !== "stopped") {
      const fail = called.kind === "rejected" ? refused : unclear;
      await settle(
        asked.map((subscription) => fail(subscription, called.reason, nowMs)),
        carrier,
        options,
      );
    }
  }
}

async function checkJob({ jobId, pending, numbers }: DueJob, work: Work): Promise<void> {
  const { subscriptions, context, calls, carrier, options } = work;
  const { check } = subscriptions;
  const nowMs = options.now();
  if (check === undefined) {
    const reason = `${carrier.name} is not asked about jobs any more.`;
    return settle(
      pending.map((subscription) => unclear(subscription, reason, nowMs)),
      carrier,
      options,
    );
  }
  const called = await calls.make(pending, () => check(jobId, numbers, context));
  if (called.kind === "stopped") return;
  const results =
    called.kind === "answered"
      ? readReport(pending, { ...called.answer, jobId: called.answer.jobId ?? jobId }, nowMs)
      : // A job that the carrier rejects is gone: its numbers are asked for again. One that cannot be read is asked about again.
        pending.map((subscription) =>
          called.kind === "rejected"
            ? unclear(subscription, called.reason, nowMs)
            : undecided(subscription, jobId, nowMs),
        );
  await settle(results, carrier, options);
}

function readReport(
  asked: readonly DueSubscription[],
  { jobId, numbers }: SubscriptionReport,
  nowMs: number,
): SubscriptionResult[] {
  const answers = new Map(numbers.map((answer) => [answer.trackingNumber, answer]));
  return asked.map((subscription) =>
    answered(subscription, answers.get(subscription.trackingNumber) ?? null, jobId, nowMs),
  );
}

/** Tells the carrier where it can be told; what was never agreed, or still serves another shipment, ends without a word. */
async function endAll(due: readonly DueSubscription[], work: Work): Promise<void> {
  const { subscriptions, context, calls, carrier, options } = work;
  const { unsubscribe } = subscriptions;
  const [told, silent] = [[] as DueSubscription[], [] as DueSubscription[]];
  for (const subscription of due) {
    const agreed = subscription.subscribedAt !== null || subscription.reference !== null;
    (unsubscribe !== undefined && agreed && !subscription.shared ? told : silent).push(subscription);
  }
  await settle(
    silent.map((subscription) => ended(subscription)),
    carrier,
    options,
  );
  if (unsubscribe === undefined || told.length === 0) return;
  const called = await calls.make(told, () => unsubscribe(told, context));
  if (called.kind === "stopped") return;
  // What a carrier will not end runs out by itself or goes on unheard; nobody needs it either way.
  const reason = called.kind === "answered" ? null : called.reason;
  await settle(
    told.map((subscription) => ended(subscription, reason)),
    carrier,
    options,
  );
}

async function settle(
  results: readonly SubscriptionResult[],
  carrier: Carrier,
  { write, count }: SubscriberOptions,
): Promise<void> {
  if (results.length === 0) return;
  await write(results);
  for (const [state, group] of groupBy(results, (result) => result.state)) count(carrier.code, state, group.length);
}
