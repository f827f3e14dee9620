import type { Clock } from "../../runtime/clock.js";
import type { ParcelFacts, PushTarget } from "../parcel.js";
import { isTaken, type Post } from "../post.js";
import type { Push } from "../push-queue.js";
import { keep, type SubscriptionDesk } from "../subscription-desk.js";
import { easypostCarrier } from "./carrier-names.js";
import { EASYPOST_RETRY_DELAYS_MS, eventPush } from "./push.js";
import { TEST_NUMBERS, testTracker } from "./test-numbers.js";
import { type TrackerHead, trackerId, trackerObject } from "./tracker.js";

export interface EasypostWebhook {
  readonly id: string;
  readonly url: string;
  secret: string | null;
  headers: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** When it was switched off after too many failures; null while it works. */
  disabledAt: number | null;
  failures: number;
}

/** The trackers and webhooks of one account of EasyPost. */
export interface EasypostDesk extends SubscriptionDesk {
  /** Makes a tracker, or finds the one that this code and carrier have, and tells the webhooks about a new one. */
  track(trackingCode: string, carrier: string, mode: TrackerHead["mode"]): TrackerHead;
  /** Newest first. */
  trackers(): readonly TrackerHead[];
  find(id: string): TrackerHead | null;
  remove(id: string): void;
  describe(tracker: TrackerHead): Record<string, unknown>;
  /** Null when there are too many. */
  addWebhook(url: string, secret: string | null, headers: Readonly<Record<string, string>>): EasypostWebhook | null;
  webhooks(): readonly EasypostWebhook[];
  removeWebhook(id: string): void;
}

export const MAX_WEBHOOKS = 30;
/** So many events in a row that nobody took switch a webhook off. EasyPost publishes no figure. */
const MAX_FAILURES = 3;

export interface EasypostDeskOptions {
  readonly now: Clock;
  readonly newToken: () => string;
  readonly post: Post;
  readonly deliver: (push: Push) => void;
  readonly facts: (trackingNumber: string) => ParcelFacts | null;
}

export function createEasypostDesk({ now, newToken, post, deliver, facts }: EasypostDeskOptions): EasypostDesk {
  const trackers = new Map<string, TrackerHead>();
  const webhooks = new Map<string, EasypostWebhook>();

  function describe(tracker: TrackerHead): Record<string, unknown> {
    if (Object.hasOwn(TEST_NUMBERS, tracker.trackingCode)) return testTracker(tracker);
    const known = facts(tracker.trackingCode);
    const isTheirs = known !== null && easypostCarrier(known)?.toLowerCase() === tracker.carrier.toLowerCase();
    return trackerObject(tracker, isTheirs ? known : null);
  }

  function targetsOf(trackedSince: number): PushTarget[] {
    return [...webhooks.values()]
      .filter(({ disabledAt }) => disabledAt === null)
      .map((webhook) => ({
        hook: { kind: "easypost", url: webhook.url, secret: webhook.secret, headers: webhook.headers, trackedSince },
        settled(taken) {
          webhook.failures = taken ? 0 : webhook.failures + 1;
          if (webhook.failures >= MAX_FAILURES) webhook.disabledAt = now();
        },
      }));
  }

  function tell(tracker: TrackerHead, what: "tracker.created" | "tracker.updated"): void {
    for (const { hook, settled } of targetsOf(tracker.createdAt)) {
      if (hook.kind !== "easypost") continue;
      const push = eventPush(what, describe(tracker), {}, hook, `evt_${newToken()}`, now());
      deliver({
        label: `easypost ${what}`,
        retryDelaysMs: EASYPOST_RETRY_DELAYS_MS,
        send: async (signal) => isTaken(await post(hook.url, push.headers, push.body, signal)),
        ...(settled && { settled }),
      });
    }
  }

  return {
    track(trackingCode, carrier, mode) {
      const id = trackerId(carrier, trackingCode);
      const known = trackers.get(id);
      if (known !== undefined) return known;
      const tracker: TrackerHead = { id, trackingCode, carrier, mode, createdAt: now() };
      keep(trackers, id, tracker);
      tell(tracker, "tracker.created");
      if (Object.hasOwn(TEST_NUMBERS, trackingCode)) tell(tracker, "tracker.updated");
      return tracker;
    },
    trackers: () => [...trackers.values()].reverse(),
    find: (id) => trackers.get(id) ?? null,
    remove: (id) => void trackers.delete(id),
    describe,
    addWebhook(url, secret, headers) {
      if (webhooks.size >= MAX_WEBHOOKS) return null;
      const id = `hook_${newToken()}`;
      const webhook = { id, url, secret, headers, createdAt: now(), disabledAt: null, failures: 0 };
      webhooks.set(id, webhook);
      return webhook;
    },
    webhooks: () => [...webhooks.values()],
    removeWebhook: (id) => void webhooks.delete(id),
    targets(trackingNumber) {
      const known = facts(trackingNumber);
      const carrier = known === null ? null : easypostCarrier(known);
      const tracker = carrier === null ? undefined : trackers.get(trackerId(carrier, trackingNumber));
      return tracker === undefined ? [] : targetsOf(tracker.createdAt);
    },
    list: () =>
      [...trackers.values()].map(({ id, trackingCode }) => ({
        id,
        trackingNumber: trackingCode,
        state: "tracked",
        active: [...webhooks.values()].some(({ disabledAt }) => disabledAt === null),
        hookUrl: [...webhooks.values()][0]?.url ?? null,
        expiresAt: null,
      })),
    expire(trackingNumber) {
      const ended = [...trackers.values()].filter(
        ({ trackingCode }) => trackingNumber === null || trackingCode === trackingNumber,
      );
      for (const { id } of ended) trackers.delete(id);
      return ended.length;
    },
  };
}
