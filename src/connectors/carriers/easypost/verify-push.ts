import { createHmac, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest } from "../contract.js";
import { webhookSecretsOf } from "./credentials.js";

/** EasyPost repeats failed pushes, and nobody says whether it signs them anew. */
const TOLERANCE_MS = 5 * 60_000;
const MAX_HEADER_CHARS = 2_000;

/**
 * Whether EasyPost signed exactly these bytes (`X-Hmac-Signature`, the first scheme, which every webhook with a secret has).
 * It holds no time, so repeated bodies are recognised by their hash when stored. Where the connection says `enforceV2`,
 * the second scheme must hold besides: were it optional then, whoever replays a push would only leave it out.
 */
export function verifyEasypostPush(request: PushRequest, credentials: Credentials, nowMs: number): boolean {
  if (request.rawBody.byteLength === 0) return false;
  const secrets = webhookSecretsOf(credentials);
  const first = isSigned(request.headers["x-hmac-signature"], [request.rawBody], secrets);
  if (credentials.enforceV2?.trim().toLowerCase() !== "true") return first;
  const second = isSignedInTime(request, secrets, nowMs);
  return first && second;
}

/** Signature v2 is over time, method, path and body, one behind the other; the path is the one EasyPost says it called. */
function isSignedInTime({ headers, rawBody }: PushRequest, secrets: readonly string[], nowMs: number): boolean {
  const timestamp = headers["x-timestamp"] ?? "";
  const path = headers["x-path"] ?? "";
  const signed = isSigned(headers["x-hmac-signature-v2"], [`${timestamp}POST${path}`, rawBody], secrets);
  return signed && path !== "" && path.length <= MAX_HEADER_CHARS && isInTime(timestamp, nowMs);
}

/** Compares under every secret, without early return: how long it takes says nothing about which one was right. */
function isSigned(header: string | undefined, parts: readonly (string | Uint8Array)[], secrets: readonly string[]) {
  const hex = /^hmac-sha256-hex=([0-9a-f]{64})$/.exec(header?.slice(0, MAX_HEADER_CHARS).trim() ?? "")?.[1];
  if (hex === undefined) return false;
  const given = Buffer.from(hex, "hex");
  let genuine = false;
  for (const secret of secrets) {
    // EasyPost decomposes the secret first (NFKD), so that an accent signs the same however it was typed.
    const hmac = createHmac("sha256", Buffer.from(secret.normalize("NFKD"), "utf8"));
    for (const part of parts) hmac.update(part);
    genuine = timingSafeEqual(hmac.digest(), given) || genuine;
  }
  return genuine;
}

/** An e-mail date with its offset (RFC 2822 section 3.3); EasyPost writes `-0000`. */
const STAMP = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)$/;

function isInTime(timestamp: string, nowMs: number): boolean {
  const signedAt = STAMP.test(timestamp.trim()) ? Date.parse(timestamp) : Number.NaN;
  return Math.abs(nowMs - signedAt) <= TOLERANCE_MS;
}
