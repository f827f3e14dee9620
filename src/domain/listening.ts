/**
 * Where the subscription of a number stands. `waiting`: to be asked for, or to be asked for again. `pending`: the carrier
 * decides in a job. `polling`: the connection cannot subscribe. `failed`: the carrier will not push this number. `ended`:
 * nobody needs it any more.
 */
export type SubscriptionState = "waiting" | "pending" | "subscribed" | "polling" | "failed" | "ended";

/** What is known of how one shipment is listened to. */
export interface ListeningFacts {
  /** Whether the shipment goes through a connection, and one that is switched on. */
  readonly connection: "none" | "disabled" | "enabled";
  /** Null where nothing was ever to be subscribed. */
  readonly subscription: {
    readonly state: SubscriptionState;
    readonly subscribedAt: Date | null;
    readonly expiresAt: Date | null;
    readonly reason: string | null;
  } | null;
  /** Why the connection is not asked for subscriptions at the moment; null when it is. */
  readonly pausedReason: string | null;
  /** When anything last was pushed through the connection, to the minute. */
  readonly pushHeardAt: Date | null;
  /** Whether the carrier will be asked about it again. */
  readonly polled: boolean;
}

/** How we hear of a shipment, for merchants and operators. */
export interface Listening {
  /**
   * `subscribed`: the carrier pushes it, and is asked now and then. `polling`: the carrier is asked, also where what was
   * subscribed fell silent. `failed`: the carrier refused to push it, so it is asked. `none`: nobody listens.
   */
  readonly state: "subscribed" | "polling" | "failed" | "none";
  /** One sentence for people; null when it is subscribed. */
  readonly reason: string | null;
  /** When the carrier last agreed to push; null where no subscription runs. */
  readonly subscribedAt: Date | null;
  /** When the subscription ends unless it is renewed; null when it lasts, or is none. */
  readonly expiresAt: Date | null;
  readonly pushHeardAt: Date | null;
}

/**
 * Says how a shipment is listened to at `nowMs`. A subscription counts only while it runs and its connection is switched on,
 * and has not been silent for `pushSilentAfterMs`, for then its shipments are polled as if it were not there.
 */
export function describeListening(
  facts: ListeningFacts,
  { nowMs, pushSilentAfterMs }: { readonly nowMs: number; readonly pushSilentAfterMs: number },
): Listening {
  const { connection, subscription, pushHeardAt, polled } = facts;
  const without = (state: "polling" | "failed" | "none", reason: string): Listening => ({
    state,
    reason,
    subscribedAt: null,
    expiresAt: null,
    pushHeardAt,
  });
  if (connection === "none") return without("none", "The store has no connection to this carrier.");
  if (connection === "disabled") return without("none", "The connection to this carrier is switched off.");
  if (subscription?.state === "subscribed") {
    const { subscribedAt, expiresAt } = subscription;
    const runs = expiresAt === null || expiresAt.getTime() > nowMs;
    const believedMs = Math.max(subscribedAt?.getTime() ?? 0, pushHeardAt?.getTime() ?? 0);
    const silent = polled && nowMs - believedMs > pushSilentAfterMs;
    const standing = { subscribedAt, expiresAt, pushHeardAt };
    if (runs && silent) return { state: "polling", reason: SILENT, ...standing };
    if (runs) return { state: "subscribed", reason: null, ...standing };
  }
  if (!polled) return without("none", "The shipment has ended.");
  if (subscription?.state === "failed") return without("failed", subscription.reason ?? "The carrier gave no reason.");
  return without("polling", whyPolling(facts));
}

const SILENT = "It is subscribed, but nothing was pushed through the connection of late.";

function whyPolling({ subscription, pausedReason }: ListeningFacts): string {
  switch (subscription?.state) {
    case "waiting":
      return subscription.reason ?? pausedReason ?? "The carrier is about to be asked to push it.";
    case "pending":
      return "The carrier has not yet decided whether to push it.";
    case "subscribed":
      return "The subscription ran out and is about to be renewed.";
    case "polling":
      return subscription.reason ?? "The connection cannot subscribe.";
    default:
      return "The carrier is not asked to push it any more.";
  }
}
