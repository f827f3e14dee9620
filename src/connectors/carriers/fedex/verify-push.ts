import { createHmac, timingSafeEqual } from "node:crypto";
import type { Credentials } from "../../../runtime/credentials.js";
import type { PushRequest } from "../contract.js";

/**
 * Whether a push carries `fdx-signature`, the HMAC-SHA256 of exactly these bytes under the security token of the webhook
 * (FedEx Developer Portal, Advanced Integrated Visibility). The portal shows it as Base64 in one place and as hex in
 * another, so both are taken. There is no time in it: repeated bodies are recognised by their hash when stored.
 */
export function verifyFedexPush(request: PushRequest, credentials: Credentials): boolean {
  const signature = decodeSignature(request.headers["fdx-signature"]);
  if (signature === null || request.rawBody.byteLength === 0) return false;
  let genuine = false;
  for (const token of [credentials["pushToken"], credentials["previousPushToken"]]) {
    if (!token) continue;
    const expected = createHmac("sha256", token).update(request.rawBody).digest();
    // No early return: how long it takes says nothing about which token was right.
    genuine = timingSafeEqual(expected, signature) || genuine;
  }
  return genuine;
}

/** The 32 bytes of a SHA-256, from 64 hex digits or 44 characters of Base64. */
function decodeSignature(header: string | undefined): Uint8Array | null {
  const text = header?.trim() ?? "";
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/]{43}=$/.test(text)) return Buffer.from(text, "base64");
  return null;
}
