import { randomInt } from "node:crypto";
import type { ParcelFacts } from "../parcel.js";
import { keep, type SubscriptionDesk } from "../subscription-desk.js";
import { shipengineCarrier } from "./carrier-codes.js";

export interface ShipengineWebhook {
  readonly id: string;
  readonly event: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  name: string;
}

/** What one account of ShipEngine tracks, and its webhooks: one per event. */
export interface ShipengineDesk extends SubscriptionDesk {
  start(carrierCode: string, trackingNumber: string): void;
  stop(carrierCode: string, trackingNumber: string): void;
  webhooks(): readonly ShipengineWebhook[];
  /** Null when the event has one already. */
  addWebhook(webhook: Omit<ShipengineWebhook, "id">): ShipengineWebhook | null;
  removeWebhook(id: string): void;
}

/** `facts`: what is known of a number. */
export function createShipengineDesk(facts: (trackingNumber: string) => ParcelFacts | null): ShipengineDesk {
  const started = new Map<string, { readonly carrierCode: string; readonly trackingNumber: string }>();
  const webhooks = new Map<string, ShipengineWebhook>();
  const keyOf = (carrierCode: string, trackingNumber: string) => `${carrierCode} ${trackingNumber}`;
  const listener = () => [...webhooks.values()].find(({ event }) => event === "track") ?? null;

  return {
    start: (carrierCode, trackingNumber) =>
      keep(started, keyOf(carrierCode, trackingNumber), { carrierCode, trackingNumber }),
    stop: (carrierCode, trackingNumber) => void started.delete(keyOf(carrierCode, trackingNumber)),
    webhooks: () => [...webhooks.values()],
    addWebhook(order) {
      if ([...webhooks.values()].some(({ event }) => event === order.event)) return null;
      const webhook = { ...order, id: String(randomInt(1_000_000, 10_000_000)) };
      webhooks.set(webhook.id, webhook);
      return webhook;
    },
    removeWebhook: (id) => void webhooks.delete(id),
    targets(trackingNumber) {
      const known = facts(trackingNumber);
      const carrier = known === null ? null : shipengineCarrier(known);
      const webhook = listener();
      if (webhook === null || carrier === null || !started.has(keyOf(carrier, trackingNumber))) return [];
      return [{ hook: { kind: "shipengine", url: webhook.url, headers: webhook.headers } }];
    },
    list: () =>
      [...started.values()].map(({ trackingNumber }) => ({
        id: null,
        trackingNumber,
        state: "started",
        active: listener() !== null,
        hookUrl: listener()?.url ?? null,
        expiresAt: null,
      })),
    expire(trackingNumber) {
      const ended = [...started.entries()].filter(
        ([, one]) => trackingNumber === null || one.trackingNumber === trackingNumber,
      );
      for (const [key] of ended) started.delete(key);
      return ended.length;
    },
  };
}
