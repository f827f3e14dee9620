import { createHmac } from "node:crypto";
import type { ParcelFacts } from "../parcel.js";
import type { SignedPush } from "../signed-push.js";
import { trackResult } from "./track-result.js";

/**
 * The waits between FedEx's attempts: its page on webhooks names retries after 1, 2 and 4 minutes in one place (and three
 * in 15 minutes in another); afterwards the event waits for a human in the portal.
 */
export const FEDEX_RETRY_DELAYS_MS: readonly number[] = [60_000, 120_000, 240_000];

/**
 * A push of Advanced Integrated Visibility: the scans in `facts` and nothing of those before. `transactionId` and the
 * timestamp are of this push, so that a push of the same news at another time has another body.
 */
export function fedexPush(facts: ParcelFacts, secret: string, transactionId: string, pushedAtMs: number): SignedPush {
  const body = Buffer.from(
    JSON.stringify({
      transactionId,
      outputMetaData: [{ timestamp: new Date(pushedAtMs).toISOString(), attempt: 1 }],
      output: {
        completeTrackResults: [{ trackingNumber: facts.trackingNumber, trackResults: [trackResult(facts, true)] }],
      },
    }),
  );
  return { body, headers: { "content-type": "application/json", "fdx-signature": fedexSignature(secret, body) } };
}

/** `fdx-signature`: Base64 of HMAC-SHA256 over the raw body, keyed with the webhook's security token. */
export function fedexSignature(secret: string, body: Uint8Array): string {
  return createHmac("sha256", secret).update(body).digest("base64");
}
