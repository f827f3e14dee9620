import { createHmac, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest } from "../contract.js";

/** A push that was signed longer ago, or so far ahead of our clock, is refused (Parcel API, watches). */
const MAX_AGE_MS = 5 * 60_000;

/**
 * Whether a push carries `wren-signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of time, dot and exactly these bytes under
 * the secret of the watch, and was signed just now.
 */
export function verifyWrenPush(request: PushRequest, credentials: Credentials, nowMs: number): boolean {
  const [, seconds, hex] =
    /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(request.headers["wren-signature"]?.trim() ?? "") ?? [];
  if (seconds === undefined || hex === undefined || request.rawBody.byteLength === 0) return false;
  if (Math.abs(nowMs - Number(seconds) * 1_000) > MAX_AGE_MS) return false;
  const signature = Buffer.from(hex, "hex");
  let genuine = false;
  for (const secret of [credentials.pushSecret, credentials.previousPushSecret]) {
    if (!secret) continue;
    const expected = createHmac("sha256", secret).update(`${seconds}.`).update(request.rawBody).digest();
    // No early return: how long it takes says nothing about which secret was right.
    genuine = timingSafeEqual(expected, signature) || genuine;
  }
  return genuine;
}
