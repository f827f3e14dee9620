import { createHmac } from "node:crypto";
import type { Hook, ParcelFacts } from "../parcel.js";
import type { SignedPush } from "../signed-push.js";
import { trackDetail } from "./track-detail.js";
import { newestEvents } from "./track-events.js";

/**
 * A push of Subscriptions - Tracking: the tracking as JSON in a text (`payload`), here with the newest scan of `facts` and the
 * heartbeat before it. The signature is over the timestamp and that text.
 */
export function uspsPush(
  facts: ParcelFacts,
  { secret, subscriptionId }: Extract<Hook, { kind: "usps" }>,
  pushedAtMs: number,
): SignedPush {
  const timestamp = new Date(pushedAtMs).toISOString();
  const payload = JSON.stringify(trackDetail(facts, newestEvents(facts)));
  const body = { subscriptionId, subscriptionType: "TRACKING", timestamp, payload, links: [] };
  return {
    body: Buffer.from(JSON.stringify(body)),
    headers: { "content-type": "application/json", "x-hmac": uspsSignature(secret, timestamp, payload) },
  };
}

/** `X-HMAC`: Base64 of HMAC-SHA256 over timestamp and payload as they stand, keyed with the subscription's secret. */
function uspsSignature(secret: string, timestamp: string, payload: string): string {
  return createHmac("sha256", secret).update(timestamp).update(payload).digest("base64");
}
