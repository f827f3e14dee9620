import type { JsonWebKey } from "node:crypto";
import { listAt, readJson, recordAt } from "../../../runtime/json.js";
import { CarrierCallError, callCarrier, type PublishedKeys, type PushRequest, type SigningKeys } from "../contract.js";
import { failureOf } from "./call.js";
import { isTrustedAddress, settingOf } from "./credentials.js";

const MAX_LIST_BYTES = 64 * 1024;
const MAX_KEYS = 32;
/** ShipEngine's ids are UUIDs. */
const KEY_ID = /^[\x21-\x7e]{1,200}$/;
/** A push waits for the answer, and its sender does not wait for long. */
const TIMEOUT_MS = 5_000;
const SHORTEST_BITS = 2_048;
const LONGEST_BITS = 8_192;

/** The keys that ShipEngine signs with, for all its accounts (`GET /jwks`, RFC 7517). */
export const SHIPENGINE_KEYS: PublishedKeys = { keyIdOf, fetch: fetchKeys };

/** The id of the key that a push names; null when it names none. */
export function keyIdOf(request: PushRequest): string | null {
  const id = request.headers["x-shipengine-rsa-sha256-key-id"]?.trim() ?? "";
  return KEY_ID.test(id) ? id : null;
}

/** Whether a key is an RSA key of 2048 bits or more that is meant for RS256 signatures, as far as it says what for. */
export function isSigningKey(key: JsonWebKey): boolean {
  const { kty, n, e, use, alg } = key;
  if (kty !== "RSA" || (use !== undefined && use !== "sig") || (alg !== undefined && alg !== "RS256")) return false;
  if (typeof n !== "string" || typeof e !== "string" || !/^[\w-]{1,12}$/.test(e) || !/^[\w-]+$/.test(n)) return false;
  const bits = bitsOf(n);
  return bits >= SHORTEST_BITS && bits <= LONGEST_BITS;
}

/** The length of a number in Base64url, without leading zeros. */
function bitsOf(base64url: string): number {
  const bytes = Buffer.from(base64url, "base64url");
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24;
}

/**
 * Fetches the published keys, without our own key: they are public. Keys of other kinds are left out.
 * @throws CarrierCallError
 */
async function fetchKeys(context: Parameters<PublishedKeys["fetch"]>[0]): Promise<SigningKeys> {
  const url = settingOf(context.credentials, "jwksUrl");
  if (!isTrustedAddress(url))
    throw new CarrierCallError(
      "rejected",
      "The setting jwksUrl of this ShipEngine connection has to be an https address.",
    );
  const response = await callCarrier("ShipEngine", context, {
    method: "GET",
    url,
    headers: { accept: "application/json" },
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_LIST_BYTES,
  });
  if (response.status !== 200) throw failureOf(response, context.now(), "ShipEngine did not give its signing keys");
  const reading = readJson(response.body, MAX_LIST_BYTES);
  const keys = readKeys(reading.ok ? reading.value : null);
  if (keys.size === 0) throw new CarrierCallError("unreadable", "ShipEngine answered without any key for signatures.");
  return keys;
}

/** Of two keys with one id the first counts. */
function readKeys(list: unknown): SigningKeys {
  const keys = new Map<string, JsonWebKey>();
  for (const listed of listAt(list, "keys")) {
    const { kid, kty, n, e, use, alg } = recordAt(listed) ?? {};
    const key = Object.fromEntries(
      Object.entries({ kty, n, e, use, alg }).filter(([, part]) => typeof part === "string"),
    ) satisfies JsonWebKey;
    if (typeof kid === "string" && KEY_ID.test(kid) && !keys.has(kid) && isSigningKey(key)) keys.set(kid, key);
    if (keys.size === MAX_KEYS) break;
  }
  return keys;
}
