import type { Clock } from "../../runtime/clock.js";
import type { Hook } from "../parcel.js";
import { isTaken, type Post } from "../post.js";
import type { Push } from "../push-queue.js";
import type { SignedPush } from "../signed-push.js";
import { keep, type SubscriptionDesk } from "../subscription-desk.js";
import { dhlNotice } from "./push.js";

export interface DhlSubscription {
  readonly id: string;
  readonly hook: Extract<Hook, { kind: "dhl" }>;
  readonly shipmentIds: readonly string[];
  /** What the subscriber has to bring back to activate it. */
  readonly hookSecret: string;
  /** `created`: the hook was not reached yet. `validated`: it was, and has to activate. `ready`: it is pushed. */
  state: "created" | "validated" | "activated" | "ready";
  readonly expiresAt: number;
}

/** The subscriptions of one app of DHL. */
export interface DhlDesk extends SubscriptionDesk {
  /** Makes a subscription and begins the handshake. `addressOf` gives its address by its id. */
  create(order: {
    readonly url: string;
    readonly header: string;
    readonly token: string;
    readonly shipmentIds: readonly string[];
    readonly addressOf: (id: string) => string;
  }): DhlSubscription;
  find(id: string): DhlSubscription | null;
  all(): readonly DhlSubscription[];
  /** False when the secret is not the one that was sent to the hook. */
  activate(subscription: DhlSubscription, secret: string): boolean;
  remove(id: string): void;
}

/** DHL publishes no length; what it gives is in `expires`. */
const LIFETIME_MS = 30 * 86_400_000;

export interface DhlDeskOptions {
  readonly now: Clock;
  readonly newToken: () => string;
  readonly post: Post;
  readonly deliver: (push: Push) => void;
}

export function createDhlDesk({ now, newToken, post, deliver }: DhlDeskOptions): DhlDesk {
  const subscriptions = new Map<string, DhlSubscription>();
  const living = () => [...subscriptions.values()].filter(({ expiresAt }) => now() < expiresAt);

  function notify(
    subscription: DhlSubscription,
    scope: string,
    push: SignedPush,
    then: DhlSubscription["state"],
  ): void {
    deliver({
      label: `dhl ${scope}`,
      retryDelaysMs: [],
      send: async (signal) => isTaken(await post(subscription.hook.url, push.headers, push.body, signal)),
      settled(taken) {
        // A subscriber may be quicker to activate than to answer.
        if (taken && ORDER.indexOf(then) > ORDER.indexOf(subscription.state)) subscription.state = then;
      },
    });
  }

  return {
    create({ url, header, token, shipmentIds, addressOf }) {
      const id = newToken();
      const subscription: DhlSubscription = {
        id,
        hook: { kind: "dhl", url, header, secret: token, self: addressOf(id) },
        shipmentIds,
        hookSecret: newToken(),
        state: "created",
        expiresAt: now() + LIFETIME_MS,
      };
      keep(subscriptions, id, subscription);
      const { hook, hookSecret: secret } = subscription;
      const body = { scope: "subscription.validate", self: hook.self, secret };
      notify(subscription, body.scope, dhlNotice(hook, body, { "dhl-api-hook-secret": secret }), "validated");
      return subscription;
    },
    find: (id) => living().find((one) => one.id === id) ?? null,
    all: living,
    activate(subscription, secret) {
      if (secret !== subscription.hookSecret) return false;
      if (subscription.state === "activated" || subscription.state === "ready") return true;
      subscription.state = "activated";
      const { hook } = subscription;
      for (const scope of ["subscription.activate", "subscription.ready"])
        notify(
          subscription,
          scope,
          dhlNotice(hook, { scope, self: hook.self }),
          scope === "subscription.ready" ? "ready" : "activated",
        );
      return true;
    },
    remove: (id) => void subscriptions.delete(id),
    targets: (trackingNumber) =>
      living()
        .filter(({ state, shipmentIds }) => state === "ready" && shipmentIds.includes(trackingNumber))
        .map(({ hook }) => ({ hook })),
    list: () =>
      living().flatMap(({ id, hook, shipmentIds, state, expiresAt }) =>
        shipmentIds.map((trackingNumber) => ({
          id,
          trackingNumber,
          state,
          active: state === "ready",
          hookUrl: hook.url,
          expiresAt: new Date(expiresAt).toISOString(),
        })),
      ),
    expire(trackingNumber) {
      const ended = living().filter(
        ({ shipmentIds }) => trackingNumber === null || shipmentIds.includes(trackingNumber),
      );
      for (const { id } of ended) subscriptions.delete(id);
      return ended.length;
    },
  };
}

const ORDER: readonly DhlSubscription["state"][] = ["created", "validated", "activated", "ready"];
