import type {
  Carrier,
  CarrierSubscriptions,
  SubscribeContext,
  SubscriptionReport,
} from "../connectors/carriers/contract.js";
import { groupBy } from "../domain/group-by.js";
import type { DueJob, DueSubscription, SubscriptionResult } from "../store/subscriptions.js";
import type { SubscriptionCalls } from "./subscription-calls.js";
import { answered, ended, refused, unclear, undecided } from "./subscription-steps.js";

/** One connection in one run: its carrier, the calls that it has left, and where results go. */
export interface SubscriptionWork {
  readonly carrier: Carrier;
  readonly subscriptions: CarrierSubscriptions;
  readonly context: SubscribeContext;
  readonly calls: SubscriptionCalls;
  /** Which of the shipments, whose subscriptions are to end, share number or subscription with one that is still needed. */
  readonly findStillNeeded: (shipmentIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly settle: (results: readonly SubscriptionResult[]) => Promise<void>;
  readonly now: () => number;
}

/**
 * A batch that the carrier rejects is halved until the number at fault stands alone, so that the others are subscribed. How
 * far that went is kept with the numbers, for a budget may allow one call at a time.
 */
export async function subscribeAll(due: readonly DueSubscription[], work: SubscriptionWork): Promise<void> {
  const { subscriptions, context, calls, settle, now } = work;
  const batches = batchesOf(due);
  for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
    const asked = batch;
    const called = await calls.make(asked, () => subscriptions.subscribe(asked, context));
    if (called.kind === "stopped") continue;
    if (called.kind === "answered") await settle(readReport(asked, called.answer, now()));
    else if (called.kind === "rejected" && asked.length > 1) {
      const batchLimit = Math.ceil(asked.length / 2);
      const limited = asked.map((subscription) => ({ ...subscription, batchLimit }));
      batches.push(limited.slice(batchLimit), limited.slice(0, batchLimit));
    } else {
      const fail = called.kind === "rejected" ? refused : unclear;
      await settle(asked.map((subscription) => fail(subscription, called.reason, now())));
    }
  }
}

/** Numbers of a batch that was rejected are not asked for together with more than what it was halved to. */
function batchesOf(due: readonly DueSubscription[]): (readonly DueSubscription[])[] {
  const batches: (readonly DueSubscription[])[] = [];
  for (const [limit, group] of groupBy(due, ({ batchLimit }) => batchLimit)) {
    const size = limit ?? group.length;
    for (let start = 0; start < group.length; start += size) batches.push(group.slice(start, start + size));
  }
  return batches;
}

/** Settles the numbers of a job as far as the carrier has decided about them. */
export async function checkJob({ jobId, pending, numbers }: DueJob, work: SubscriptionWork): Promise<void> {
  const { carrier, subscriptions, context, calls, settle, now } = work;
  const { check } = subscriptions;
  if (check === undefined) {
    const reason = `${carrier.name} is not asked about jobs any more.`;
    return settle(pending.map((subscription) => unclear(subscription, reason, now())));
  }
  const called = await calls.make(pending, () => check(jobId, numbers, context));
  switch (called.kind) {
    case "stopped":
      return;
    case "answered":
      return settle(readReport(pending, { ...called.answer, jobId: called.answer.jobId ?? jobId }, now()));
    case "rejected":
      // The job is gone: its numbers are asked for again.
      return settle(pending.map((subscription) => unclear(subscription, called.reason, now())));
    case "unreadable":
      return settle(pending.map((subscription) => undecided(subscription, jobId, now())));
  }
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
export async function endAll(due: readonly DueSubscription[], work: SubscriptionWork): Promise<void> {
  const { subscriptions, context, calls, settle, findStillNeeded } = work;
  const { unsubscribe } = subscriptions;
  const agreed = due.filter(({ subscribedAt, reference }) => subscribedAt !== null || reference !== null);
  if (unsubscribe === undefined || agreed.length === 0) return settle(due.map((subscription) => ended(subscription)));
  const needed = await findStillNeeded(agreed.map(({ shipmentId }) => shipmentId));
  const told = agreed.filter(({ shipmentId }) => !needed.has(shipmentId));
  await settle(due.filter((subscription) => !told.includes(subscription)).map((subscription) => ended(subscription)));
  if (told.length === 0) return;
  const called = await calls.make(told, () => unsubscribe(told, context));
  if (called.kind === "stopped") return;
  // What a carrier will not end runs out by itself or goes on unheard; nobody needs it either way.
  const reason = called.kind === "answered" ? null : called.reason;
  await settle(told.map((subscription) => ended(subscription, reason)));
}
