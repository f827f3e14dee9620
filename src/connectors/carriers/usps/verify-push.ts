import { createHmac, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import { readJson, recordAt } from "../../../runtime/json.js";
import type { PushRequest } from "../contract.js";
import { settingOf } from "./credentials.js";
import { USPS_MAX_BYTES } from "./fetch-tracking.js";

/** USPS sends the signature under the first name; its subscriptions were also seen with the second. */
const SIGNATURE_HEADERS = ["x-hmac", "hmac-header"] as const;
const MINUTE_MS = 60_000;
/** How far the clock of USPS may be ahead of ours. */
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/**
 * Whether a push carries the Base64 of the HMAC-SHA256 over `timestamp` and `payload`, one behind the other, under the
 * secret of the subscription (Subscriptions - Tracking API), and is not older than the connection allows. The payload
 * is signed as the text it is, before it is parsed a second time. The rest of the envelope is not signed and not used.
 */
export function verifyUspsPush(request: PushRequest, credentials: Credentials, nowMs: number): boolean {
  const signature = decodeSignature(request.headers);
  const envelope = readEnvelope(request.rawBody);
  if (signature === null || envelope === null || !isInTime(envelope.timestamp, credentials, nowMs)) return false;
  let genuine = false;
  for (const secret of [credentials.pushSecret, credentials.previousPushSecret]) {
    if (!secret) continue;
    const expected = createHmac("sha256", secret).update(envelope.timestamp).update(envelope.payload).digest();
    // No early return: how long it takes says nothing about which secret was right.
    genuine = timingSafeEqual(expected, signature) || genuine;
  }
  return genuine;
}

/** The 32 bytes of a SHA-256, from 44 characters of Base64. */
function decodeSignature(headers: PushRequest["headers"]): Uint8Array | null {
  const text = SIGNATURE_HEADERS.map((name) => headers[name]?.trim()).find((value) => value) ?? "";
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, "base64") : null;
}

function readEnvelope(rawBody: Uint8Array): { timestamp: string; payload: string } | null {
  const reading = readJson(rawBody, USPS_MAX_BYTES);
  const body = reading.ok ? recordAt(reading.value) : null;
  const { timestamp, payload } = body ?? {};
  return typeof timestamp === "string" && typeof payload === "string" ? { timestamp, payload } : null;
}

function isInTime(timestamp: string, credentials: Credentials, nowMs: number): boolean {
  const [, reading, zone = "Z"] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)?$/.exec(timestamp) ?? [];
  const signedAt = reading === undefined ? Number.NaN : Date.parse(`${reading.replace(" ", "T")}${zone}`);
  const age = nowMs - signedAt;
  return age >= -MAX_AHEAD_MS && age <= maxAgeMs(credentials);
}

function maxAgeMs(credentials: Credentials): number {
  const minutes = Number(settingOf(credentials, "pushMaxAgeMinutes"));
  return minutes >= 1 && minutes <= 1_440 ? minutes * MINUTE_MS : 60 * MINUTE_MS;
}
