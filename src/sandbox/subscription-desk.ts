import type { PushTarget } from "./parcel.js";

/** A promise of an emulated carrier to push one number, as the control API shows it. Holds no secret. */
export interface SubscriptionView {
  /** The carrier's id of it, where it has one. */
  readonly id: string | null;
  /** Null: every number. */
  readonly trackingNumber: string | null;
  /** In the carrier's own words; only `active` ones are pushed. */
  readonly state: string;
  readonly active: boolean;
  readonly hookUrl: string | null;
  /** ISO 8601; null when it lasts. */
  readonly expiresAt: string | null;
}

/** Where an emulated carrier keeps who subscribed to what. */
export interface SubscriptionDesk {
  /** Who is to hear of this number now. */
  targets(trackingNumber: string): readonly PushTarget[];
  list(): readonly SubscriptionView[];
  /** Ends the subscriptions of one number, or all (null), as if their time were over. Returns how many. */
  expire(trackingNumber: string | null): number;
}

/** Subscriptions that a desk holds at most; beyond it, the oldest end. */
const MAX_SUBSCRIPTIONS = 20_000;

/** Adds to a map that never outgrows `MAX_SUBSCRIPTIONS`. */
export function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= MAX_SUBSCRIPTIONS) break;
    map.delete(oldest);
  }
}
