import { createHash, createPublicKey, type JsonWebKey, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest, SigningKeys } from "../contract.js";
import { settingOf } from "./credentials.js";
import { isSigningKey, keyIdOf } from "./signing-keys.js";

const MINUTE_MS = 60_000;

/**
 * Whether a push carries an RSA signature (RSASSA-PKCS1-v1_5 with SHA-256) over its timestamp, a dot and exactly these
 * bytes, made with the published key that it names, and not longer ago than the connection allows (ShipStation API,
 * webhook validation). The algorithm is ours, whatever is written in the key or the request. Where the connection has
 * a push secret, that must have come along too.
 */
export function verifyShipEnginePush(
  request: PushRequest,
  credentials: Credentials,
  nowMs: number,
  keys?: SigningKeys,
): boolean {
  const timestamp = request.headers["x-shipengine-timestamp"]?.trim() ?? "";
  const signature = decodeSignature(request.headers["x-shipengine-rsa-sha256-signature"]);
  const key = publicKeyOf(keys?.get(keyIdOf(request) ?? ""));
  if (key === null || signature === null || request.rawBody.byteLength === 0) return false;
  if (!isInTime(timestamp, credentials, nowMs) || !hasSecret(request, credentials)) return false;
  const signed = Buffer.concat([Buffer.from(`${timestamp}.`, "utf8"), request.rawBody]);
  return verify("sha256", signed, key, signature);
}

function publicKeyOf(jwk: JsonWebKey | undefined): KeyObject | null {
  if (jwk === undefined || !isSigningKey(jwk)) return null;
  try {
    return createPublicKey({ key: { ...jwk }, format: "jwk" });
  } catch {
    return null;
  }
}

/** Base64 of at most 8192 bits. */
function decodeSignature(header: string | undefined): Uint8Array | null {
  const text = header?.trim() ?? "";
  return /^[A-Za-z0-9+/]{300,1400}={0,2}$/.test(text) ? Buffer.from(text, "base64") : null;
}

/** ISO 8601, in UTC where it states no offset; some of ShipEngine's customers also saw seconds or milliseconds. */
function isInTime(timestamp: string, credentials: Credentials, nowMs: number): boolean {
  const age = nowMs - readTimestamp(timestamp);
  return Math.abs(age) <= maxAgeMs(credentials);
}

function readTimestamp(text: string): number {
  if (/^\d{10}(?:\d{3})?$/.test(text)) return Number(text.padEnd(13, "0"));
  const [, reading, zone = "Z"] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  return reading === undefined ? Number.NaN : Date.parse(`${reading.replace(" ", "T")}${zone}`);
}

function maxAgeMs(credentials: Credentials): number {
  const minutes = Number(settingOf(credentials, "pushMaxAgeMinutes"));
  return (minutes >= 1 && minutes <= 60 ? minutes : 5) * MINUTE_MS;
}

/** Every secret is compared, in a time that depends on none of them. True where the connection has none. */
function hasSecret(request: PushRequest, credentials: Credentials): boolean {
  const secrets = ["pushSecret", "previousPushSecret"].map((name) => settingOf(credentials, name));
  const header = settingOf(credentials, "pushHeader").toLowerCase();
  const given = Object.hasOwn(request.headers, header) ? (request.headers[header] ?? "") : "";
  let found = secrets.every((secret) => secret === "");
  for (const secret of secrets) {
    const same = timingSafeEqual(digest(given), digest(secret));
    found = (same && secret !== "") || found;
  }
  return found;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
