import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "../../runtime/clock.js";
import { readJson, textAt } from "../../runtime/json.js";
import type { PushTarget } from "../parcel.js";
import { isTaken, type Post } from "../post.js";
import type { Push } from "../push-queue.js";
import { keep, type SubscriptionDesk } from "../subscription-desk.js";

/** What a subscription is for: every piece of a mailer, or one number. */
export type UspsFilter = { readonly MID: string } | { readonly trackingNumber: string };

export interface UspsSubscription {
  readonly id: string;
  readonly listenerUrl: string;
  readonly secret: string;
  readonly filter: UspsFilter;
  /** `PENDING` until the listener has echoed the challenge. `SUSPENDED`: it did not, or takes nothing any more. */
  status: "PENDING" | "ENABLED" | "SUSPENDED";
  readonly createdAt: number;
  /** Ended by time; only a new one helps. */
  readonly expiresAt: number;
  /** Pushes refused in a row. */
  failures: number;
}

/** The subscriptions of one customer (CRID) of USPS. */
export interface UspsDesk extends SubscriptionDesk {
  /** `duplicate`: this listener has one for the same filter. `too_many`: no further listener address is taken. */
  create(order: {
    readonly listenerUrl: string;
    readonly secret: string;
    readonly filter: UspsFilter;
  }): { readonly outcome: "created" | "duplicate"; readonly subscription: UspsSubscription } | { outcome: "too_many" };
  find(id: string): UspsSubscription | null;
  all(): readonly UspsSubscription[];
  remove(id: string): void;
}

export const MAX_LISTENERS = 10;
/** An idle subscription is deleted after 30 days; the sandbox counts from its creation. */
const LIFETIME_MS = 30 * 86_400_000;
/** So many pushes refused in a row suspend a subscription. USPS publishes no figure. */
const MAX_FAILURES = 5;
const MAX_ANSWER_BYTES = 64 * 1024;

export interface UspsDeskOptions {
  readonly now: Clock;
  readonly newToken: () => string;
  readonly post: Post;
  readonly deliver: (push: Push) => void;
}

export function createUspsDesk({ now, newToken, post, deliver }: UspsDeskOptions): UspsDesk {
  const subscriptions = new Map<string, UspsSubscription>();
  const living = () => [...subscriptions.values()].filter(({ expiresAt }) => now() < expiresAt);

  /** USPS sends a challenge to a new listener and wants it back in the answer. */
  function challenge(subscription: UspsSubscription): void {
    const word = newToken();
    const body = Buffer.from(JSON.stringify({ subscriptionId: subscription.id, challenge: word }));
    deliver({
      label: "usps challenge",
      retryDelaysMs: [],
      async send(signal) {
        const answer = await post(subscription.listenerUrl, { "content-type": "application/json" }, body, signal);
        const reading = readJson(Buffer.from(answer.body), MAX_ANSWER_BYTES);
        return isTaken(answer) && reading.ok && textAt(reading.value, "challenge") === word;
      },
      settled: (taken) => {
        subscription.status = taken ? "ENABLED" : "SUSPENDED";
      },
    });
  }

  function target(subscription: UspsSubscription): PushTarget {
    const { id: subscriptionId, listenerUrl: url, secret } = subscription;
    return {
      hook: { kind: "usps", url, secret, subscriptionId },
      settled(taken) {
        subscription.failures = taken ? 0 : subscription.failures + 1;
        if (subscription.failures >= MAX_FAILURES) subscription.status = "SUSPENDED";
      },
    };
  }

  return {
    create({ listenerUrl, secret, filter }) {
      const same = living().find((one) => one.listenerUrl === listenerUrl && keyOf(one.filter) === keyOf(filter));
      if (same !== undefined) return { outcome: "duplicate", subscription: same };
      const listeners = new Set(living().map((one) => one.listenerUrl)).add(listenerUrl);
      if (listeners.size > MAX_LISTENERS) return { outcome: "too_many" };
      const createdAt = now();
      const subscription: UspsSubscription = {
        id: uuid(),
        listenerUrl,
        secret,
        filter,
        status: "PENDING",
        createdAt,
        expiresAt: createdAt + LIFETIME_MS,
        failures: 0,
      };
      keep(subscriptions, subscription.id, subscription);
      challenge(subscription);
      return { outcome: "created", subscription };
    },
    find: (id) => living().find((one) => one.id === id) ?? null,
    all: living,
    remove: (id) => void subscriptions.delete(id),
    targets: (trackingNumber) =>
      living()
        .filter(({ status, filter }) => status === "ENABLED" && covers(filter, trackingNumber))
        .map(target),
    list: () =>
      living().map(({ id, filter, status, listenerUrl, expiresAt }) => ({
        id,
        trackingNumber: "trackingNumber" in filter ? filter.trackingNumber : null,
        state: status,
        active: status === "ENABLED",
        hookUrl: listenerUrl,
        expiresAt: new Date(expiresAt).toISOString(),
      })),
    expire(trackingNumber) {
      const ended = living().filter(({ filter }) => trackingNumber === null || keyOf(filter) === trackingNumber);
      for (const { id } of ended) subscriptions.delete(id);
      return ended.length;
    },
  };
}

/** The version that a deletion has to name (`If-Match`). */
export function etagOf({ id, status }: UspsSubscription): string {
  return `"${createHash("sha256").update(`${id} ${status}`).digest("hex").slice(0, 16)}"`;
}

function keyOf(filter: UspsFilter): string {
  return "MID" in filter ? `MID ${filter.MID}` : filter.trackingNumber;
}

function covers(filter: UspsFilter, trackingNumber: string): boolean {
  return "MID" in filter || filter.trackingNumber === trackingNumber;
}

function uuid(): string {
  return randomBytes(16)
    .toString("hex")
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}
