/** Reads a key of 32 bytes written as 64 hex digits, or in base64 or base64url; null when it is none. */
export function parseSecretKey(text: string): Uint8Array | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/]{43}=?$/.test(text) || /^[A-Za-z0-9_-]{43}=?$/.test(text)) return Buffer.from(text, "base64");
  return null;
}
