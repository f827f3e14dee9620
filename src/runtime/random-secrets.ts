import { createHash, randomBytes as systemRandomBytes } from "node:crypto";
import type { RandomBytes } from "./ids.js";

/** The last part of a short tracking link: 22 base64url characters out of 128 random bits. Only its hash is stored. */
export function newShortLink(randomBytes: RandomBytes = systemRandomBytes): string {
  return Buffer.from(randomBytes(16)).toString("base64url");
}

/** An API key: `wb_` and 43 base64url characters out of 256 random bits. Shown once; only its hash is stored. */
export function newApiKey(randomBytes: RandomBytes = systemRandomBytes): string {
  return `wb_${Buffer.from(randomBytes(32)).toString("base64url")}`;
}

/**
 * The 32 bytes (SHA-256) under which a random secret is stored and looked up. Only for secrets that we made ourselves:
 * a password that somebody chose needs a slow hash.
 */
export function hashSecret(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
