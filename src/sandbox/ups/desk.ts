import type { Clock } from "../../runtime/clock.js";
import type { Hook } from "../parcel.js";
import { keep, type SubscriptionDesk } from "../subscription-desk.js";

type V1Hook = Extract<Hook, { kind: "ups_v1" }>;
type V2Hook = Extract<Hook, { kind: "ups_v2" }>;

/** The package subscriptions of Track Alert. Each lasts 14 days. */
export interface UpsDesk extends SubscriptionDesk {
  /** What the portal's form says for version 2: where to push, and our client there. Null: nothing was entered. */
  setHook(hook: V2Hook | null): void;
  /** Begins the 14 days of each number, or begins them anew. Without hook: version 2, to where the portal says. */
  subscribe(trackingNumbers: readonly string[], hook: V1Hook | null): void;
}

const UPS_SUBSCRIPTION_MS = 14 * 86_400_000;

export function createUpsDesk(now: Clock): UpsDesk {
  let portal: V2Hook | null = null;
  const subscriptions = new Map<string, { readonly hook: V1Hook | null; readonly expiresAt: number }>();
  const living = () => [...subscriptions].filter(([, { expiresAt }]) => now() < expiresAt);

  return {
    setHook(hook) {
      portal = hook;
    },
    subscribe(trackingNumbers, hook) {
      const expiresAt = now() + UPS_SUBSCRIPTION_MS;
      for (const number of trackingNumbers) keep(subscriptions, number, { hook, expiresAt });
    },
    targets(trackingNumber) {
      const subscription = subscriptions.get(trackingNumber);
      if (subscription === undefined || now() >= subscription.expiresAt) return [];
      const hook = subscription.hook ?? portal;
      return hook === null ? [] : [{ hook }];
    },
    list: () =>
      living().map(([trackingNumber, { hook, expiresAt }]) => ({
        id: null,
        trackingNumber,
        state: hook === null ? "v2" : "v1",
        active: (hook ?? portal) !== null,
        hookUrl: (hook ?? portal)?.url ?? null,
        expiresAt: new Date(expiresAt).toISOString(),
      })),
    expire(trackingNumber) {
      const ended = living().filter(([number]) => trackingNumber === null || number === trackingNumber);
      for (const [number] of ended) subscriptions.delete(number);
      return ended.length;
    },
  };
}
