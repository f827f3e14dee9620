import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Whether two texts are the same, in a time that depends on neither. An empty secret never matches. */
export function sameSecret(given: string | undefined, secret: string | undefined): boolean {
  const same = timingSafeEqual(digest(given ?? ""), digest(secret ?? ""));
  return same && secret !== undefined && secret !== "";
}

/** Whether a text is one of several secrets. Every secret is compared, so that time does not tell which matched. */
export function isOneOfSecrets(given: string | undefined, secrets: readonly (string | undefined)[]): boolean {
  let found = false;
  for (const secret of secrets) found = sameSecret(given, secret) || found;
  return found;
}

/** HMAC-SHA256 of a text under a secret, base64url. */
export function hmacOf(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text, "utf8").digest("base64url");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}
