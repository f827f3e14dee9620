import { CarrierCallError } from "../connectors/carriers/contract.js";
import type { Logger } from "../runtime/logger.js";
import type { DueSubscription, SubscriptionResult } from "../store/subscriptions.js";
import { pauseMsAfter, putOff } from "./subscription-steps.js";

/** The most calls one run makes for one connection, so that a large debt does not starve the others. */
const MAX_CALLS_PER_RUN = 20;
/** Subscribing may be a right that the account does not have: somebody has to act, and asking often does not help. */
const UNAUTHORIZED_PAUSE_MS = 60 * 60_000;

/**
 * What came of a call. `rejected` and `unreadable` are about the numbers and left to the caller; `stopped`: the connection
 * is to be left alone for now, and the numbers have been put off.
 */
type Called<Answer> =
  | { readonly kind: "answered"; readonly answer: Answer }
  | { readonly kind: "rejected" | "unreadable"; readonly reason: string }
  | { readonly kind: "stopped" };

/** The calls that one run may make for one connection. */
export interface SubscriptionCalls {
  /** How many more; 0 once the connection is to be left alone. */
  readonly left: () => number;
  /** Whether the carrier answered any of them. */
  readonly answered: () => boolean;
  readonly make: <Answer>(about: readonly DueSubscription[], call: () => Promise<Answer>) => Promise<Called<Answer>>;
}

interface SubscriptionCallsOptions {
  readonly connectionId: string;
  readonly signal: AbortSignal | undefined;
  readonly takeCall: (connectionId: string) => Promise<number | null>;
  readonly write: (results: readonly SubscriptionResult[]) => Promise<void>;
  readonly pause: (connectionId: string, until: Date, reason: string) => Promise<void>;
  readonly blockRateLimited: (connectionId: string, retryAfterMs: number | null) => Promise<Date>;
  readonly now: () => number;
  readonly log: Logger;
}

/**
 * Makes calls one by one, within the run's bound and the connection's budget. An error's kind alone decides: too many
 * calls block the whole connection, as in polling; a refusal to let us subscribe, or a carrier that is away, pauses
 * subscribing alone, since asking may work well meanwhile.
 */
export function createSubscriptionCalls(options: SubscriptionCallsOptions): SubscriptionCalls {
  const { connectionId, signal, now, log } = options;
  let left = MAX_CALLS_PER_RUN;
  let resumeAtMs = 0;
  let answered = false;

  async function stop(
    about: readonly DueSubscription[],
    waitMs: number,
    reason?: string,
  ): Promise<{ kind: "stopped" }> {
    left = 0;
    resumeAtMs = Math.max(resumeAtMs, now() + waitMs);
    await options.write(about.map((due) => putOff(due, resumeAtMs, reason)));
    return { kind: "stopped" };
  }

  /** @returns the reason where the failure is about the numbers alone; else leaves the connection alone. */
  async function fail(about: readonly DueSubscription[], error: unknown): Promise<Called<never>> {
    // We stop; the carrier did nothing wrong. Whoever comes next asks at once.
    if (signal?.aborted === true) return stop(about, 0);
    const kind = error instanceof CarrierCallError ? error.kind : "unavailable";
    log.warn({ err: error, connectionId, kind }, "A carrier could not be asked to push.");
    const reason =
      error instanceof CarrierCallError ? error.message : "The call failed for a reason of ours; the log has it.";
    if (kind === "rejected" || kind === "unreadable") return { kind, reason };
    const askedMs = error instanceof CarrierCallError ? error.retryAfterMs : null;
    if (kind === "rate_limited") {
      const until = await options.blockRateLimited(connectionId, askedMs);
      return stop(about, until.getTime() - now());
    }
    const attempts = Math.max(0, ...about.map((due) => due.attempts));
    const waitMs = kind === "unauthorized" ? UNAUTHORIZED_PAUSE_MS : (askedMs ?? pauseMsAfter(attempts));
    await options.pause(connectionId, new Date(now() + waitMs), reason);
    const failed = about.map((due) => ({ ...due, attempts: due.attempts + 1 }));
    return stop(failed, waitMs, reason);
  }

  return {
    left: () => left,
    answered: () => answered,
    async make(about, call) {
      // What the calls did not suffice for goes on in the next run.
      if (left === 0) return stop(about, 0);
      const waitMs = await options.takeCall(connectionId);
      if (waitMs !== null) return stop(about, waitMs);
      left -= 1;
      try {
        const answer = await call();
        answered = true;
        return { kind: "answered", answer };
      } catch (error) {
        return fail(about, error);
      }
    },
  };
}
