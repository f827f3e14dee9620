import { createHmac } from "node:crypto";
import type { Hook, ParcelFacts } from "../parcel.js";
import type { SignedPush } from "../signed-push.js";
import { easypostCarrier } from "./carrier-names.js";
import { iso, trackerId, trackerObject } from "./tracker.js";

type EasypostHook = Extract<Hook, { kind: "easypost" }>;

/** Up to six retries; their spacing is not published. */
export const EASYPOST_RETRY_DELAYS_MS: readonly number[] = [1, 2, 4, 8, 16, 32].map((minutes) => minutes * 60_000);

/** The push of one scan: always the whole tracker, as of that scan. */
export function easypostPush(facts: ParcelFacts, hook: EasypostHook, eventId: string, nowMs: number): SignedPush {
  const carrier = easypostCarrier(facts) ?? "";
  const id = trackerId(carrier, facts.trackingNumber);
  const head = { id, trackingCode: facts.trackingNumber, carrier, createdAt: hook.trackedSince } as const;
  const before = trackerObject({ ...head, mode: "production" }, { ...facts, scans: facts.scans.slice(0, -1) });
  const tracker = trackerObject({ ...head, mode: "production" }, facts);
  return eventPush("tracker.updated", tracker, { status: before["status"] }, hook, eventId, nowMs);
}

/** An Event about a tracker, signed both ways where the webhook has a secret. */
export function eventPush(
  description: "tracker.created" | "tracker.updated",
  tracker: Readonly<Record<string, unknown>>,
  previous: object,
  hook: EasypostHook,
  eventId: string,
  nowMs: number,
): SignedPush {
  const event = {
    description,
    mode: tracker["mode"],
    previous_attributes: previous,
    created_at: iso(nowMs),
    pending_urls: [hook.url],
    completed_urls: [],
    updated_at: iso(nowMs),
    id: eventId,
    user_id: "user_sandbox",
    status: "pending",
    object: "Event",
    result: tracker,
  };
  const body = Buffer.from(JSON.stringify(event));
  const headers = { "content-type": "application/json", ...hook.headers };
  if (hook.secret === null) return { body, headers };
  return { body, headers: { ...headers, ...signatures(hook.secret, new URL(hook.url).pathname, body, nowMs) } };
}

/**
 * Version 1 is over the body; version 2 over timestamp, method, path and body without anything between. The key is the
 * secret's UTF-8 in normalization form KD.
 */
function signatures(secret: string, path: string, body: Buffer, nowMs: number): Record<string, string> {
  const timestamp = new Date(nowMs).toUTCString().replace(/GMT$/, "-0000");
  return {
    "x-hmac-signature": easypostSignature(secret, body),
    "x-timestamp": timestamp,
    "x-path": path,
    "x-hmac-signature-v2": easypostSignature(secret, Buffer.concat([Buffer.from(`${timestamp}POST${path}`), body])),
  };
}

function easypostSignature(secret: string, message: Uint8Array): string {
  const key = Buffer.from(secret.normalize("NFKD"), "utf8");
  return `hmac-sha256-hex=${createHmac("sha256", key).update(message).digest("hex")}`;
}
