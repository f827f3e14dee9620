import type { SubscriptionAnswer } from "../connectors/carriers/contract.js";
import { isTerminal } from "../domain/status.js";
import type { DueSubscription, SubscriptionResult } from "../store/subscriptions.js";
import { ENDED_FOR_DAYS, GIVE_UP_AFTER_DAYS } from "./cadence-table.js";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How often to see whether a number that is pushed is still needed. */
const LOOK_EVERY_MS = DAY_MS;
/** How often to see whether a connection that could not subscribe can by now. */
const OBSTACLE_EVERY_MS = 6 * HOUR_MS;
const MAX_UNDECIDED = 12;
const MAX_UNCLEAR = 5;

/** What is to be done about a subscription that is due. */
type Step = "subscribe" | "keep" | "end";

/**
 * Decides by the shipment first: what has ended, or was given up as in polling, needs no subscription, and none is renewed
 * for it. What runs stays for as long as carriers correct themselves after a delivery.
 */
export function nextStep(due: DueSubscription, nowMs: number): Step {
  const quietMs = nowMs - (due.lastScanAt ?? due.createdAt).getTime();
  if (due.retired || quietMs > GIVE_UP_AFTER_DAYS * DAY_MS) return "end";
  const renewAtMs = renewalOf(due);
  const runs = renewAtMs !== null && nowMs < renewAtMs;
  const terminal = due.subStatus !== null && isTerminal(due.subStatus);
  if (terminal) return runs && quietMs <= ENDED_FOR_DAYS * DAY_MS ? "keep" : "end";
  return runs ? "keep" : "subscribe";
}

/** When to renew what runs (ms): at 85 % of its time, and at least a day before its end where it lasts over two days. */
function renewalOf({ state, subscribedAt, expiresAt }: Standing): number | null {
  if (state !== "subscribed" || subscribedAt === null) return null;
  if (expiresAt === null) return Number.POSITIVE_INFINITY;
  const lastsMs = expiresAt.getTime() - subscribedAt.getTime();
  const early = subscribedAt.getTime() + 0.85 * lastsMs;
  return lastsMs > 2 * DAY_MS ? Math.min(early, expiresAt.getTime() - DAY_MS) : early;
}

type Standing = Pick<DueSubscription, "state" | "subscribedAt" | "expiresAt">;

/**
 * It runs and is needed: to be looked at again before it has to be renewed, or tomorrow. What was retired while its carrier
 * decided is ended in the next look.
 */
export function kept(due: DueSubscription, nowMs: number): SubscriptionResult {
  const nextMs = due.retired ? nowMs : Math.min(nowMs + LOOK_EVERY_MS, renewalOf(due) ?? nowMs);
  // Whatever end a carrier states, it is not asked without a pause.
  return resultOf(due, { nextAttemptAt: new Date(Math.max(nextMs, nowMs + MINUTE_MS)) });
}

/** To be taken up again at `atMs`, since the carrier was not asked or could not be. What will have run out by then waits. */
export function putOff(due: DueSubscription, atMs: number, reason = due.reason): SubscriptionResult {
  const state = due.state === "subscribed" ? standingOf(due, atMs) : due.state;
  // That the carrier refused says more than that it is away.
  const why = due.state === "failed" ? due.reason : reason;
  return resultOf(due, { state, nextAttemptAt: new Date(atMs), reason: why, batchLimit: due.batchLimit });
}

/** The connection cannot subscribe, so the number is polled; looked at again after hours or when the connection is changed. */
export function polledInstead(due: DueSubscription, reason: string, nowMs: number): SubscriptionResult {
  const nextAttemptAt = new Date(nowMs + OBSTACLE_EVERY_MS);
  return resultOf(due, { state: "polling", jobId: null, attempts: 0, reason, nextAttemptAt });
}

/** Nobody needs it any more. */
export function ended(due: DueSubscription, reason: string | null = null): SubscriptionResult {
  return resultOf(due, { state: "ended", nextAttemptAt: null, reason });
}

/** What the carrier said, or null where it said nothing of this number. `jobId`: where it works the call off later. */
export function answered(
  due: DueSubscription,
  answer: SubscriptionAnswer | null,
  jobId: string | null,
  nowMs: number,
): SubscriptionResult {
  if (answer?.outcome === "refused") return refused(due, answer.reason ?? "The carrier gave no reason.", nowMs);
  if (answer?.outcome === "subscribed") return agreed(due, answer, nowMs);
  if (answer === null && jobId === null)
    return unclear(due, "The carrier's answer did not mention this number.", nowMs);
  return undecided({ ...due, reference: answer?.reference ?? due.reference }, jobId, nowMs);
}

function agreed(due: DueSubscription, answer: SubscriptionAnswer, nowMs: number): SubscriptionResult {
  const standing = {
    state: "subscribed",
    subscribedAt: new Date(nowMs),
    expiresAt: answer.expiresAt === null ? null : new Date(answer.expiresAt),
  } as const;
  const reference = answer.reference ?? due.reference;
  return kept({ ...due, ...standing, reference, attempts: 0, reason: null }, nowMs);
}

/** The carrier decides later, in its job or in its own time. Asked about less and less often, and not for ever. */
export function undecided(due: DueSubscription, jobId: string | null, nowMs: number): SubscriptionResult {
  const attempts = due.attempts + 1;
  if (attempts > MAX_UNDECIDED) return refused(due, "The carrier did not decide whether to push this number.", nowMs);
  // A job is soon done. Without one, asking again is how to learn more, and that is a call for each batch.
  const [firstMs, longestMs] = jobId === null ? [MINUTE_MS, 6 * HOUR_MS] : [15 * SECOND_MS, 30 * MINUTE_MS];
  const nextAttemptAt = new Date(nowMs + doubled(firstMs, due.attempts, longestMs));
  const reason = "The carrier has not yet decided whether to push it.";
  const state = jobId === null ? standingOf(due, nowMs) : "pending";
  return resultOf(due, { state, jobId, attempts, reason, nextAttemptAt });
}

/**
 * The carrier will not push this number. It is asked again after a day, then less and less often: what was wrong may have
 * been that it did not know the number yet.
 */
export function refused(due: DueSubscription, reason: string, nowMs: number): SubscriptionResult {
  const times = due.state === "failed" ? due.attempts : 0;
  const nextAttemptAt = new Date(nowMs + doubled(DAY_MS, times, 16 * DAY_MS));
  return resultOf(due, { state: "failed", attempts: times + 1, reason, nextAttemptAt });
}

/** Nobody can tell from the answer what became of it: tried again a few times, then taken as refused. */
export function unclear(due: DueSubscription, reason: string, nowMs: number): SubscriptionResult {
  if (due.state === "failed" || due.attempts + 1 >= MAX_UNCLEAR) return refused(due, reason, nowMs);
  const nextAttemptAt = new Date(nowMs + doubled(10 * MINUTE_MS, due.attempts, 6 * HOUR_MS));
  const jobId = null;
  return resultOf(due, { state: standingOf(due, nowMs), jobId, attempts: due.attempts + 1, reason, nextAttemptAt });
}

/** How long to leave a connection alone whose carrier was away `attempts` times before. */
export function pauseMsAfter(attempts: number): number {
  return doubled(MINUTE_MS, attempts, HOUR_MS);
}

/** What still runs stays; else it waits. */
function standingOf({ state, expiresAt }: Standing, nowMs: number): "subscribed" | "waiting" {
  return state === "subscribed" && (expiresAt === null || expiresAt.getTime() > nowMs) ? "subscribed" : "waiting";
}

function doubled(firstMs: number, times: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(times, 30));
}

/** The row as it is to be written, unchanged but for `change`. */
function resultOf(
  due: DueSubscription,
  change: Partial<SubscriptionResult> & Pick<SubscriptionResult, "nextAttemptAt">,
): SubscriptionResult {
  const { shipmentId, claimedUntil, state, reference, jobId, subscribedAt, expiresAt, attempts, reason } = due;
  return {
    shipmentId,
    claimedUntil,
    state,
    reference,
    jobId,
    subscribedAt,
    expiresAt,
    attempts,
    reason,
    batchLimit: null,
    ...change,
  };
}
