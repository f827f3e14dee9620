import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";

/** A key of 32 bytes and its id, which is derived from it and reveals nothing. Made by `sealingKey`. */
export interface SealingKey {
  /** 8 hex digits: the first 4 bytes of the SHA-256 of the key. */
  readonly id: string;
  readonly key: Uint8Array;
}

/** Seals are made under `current` and opened under any of these, so that a key can be replaced while old seals live. */
export interface KeyRing {
  readonly current: SealingKey;
  readonly old: readonly SealingKey[];
}

/** What a derived key is for. One purpose's seal can never be opened, or passed off, as another's. */
export type KeyPurpose = "credentials" | "links" | "push-tokens";

/** A seal that cannot be opened: another key, other associated data, damaged or tampered with. */
export class SealError extends Error {
  override readonly name = "SealError";
}

const VERSION = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;
const MAX_PLAINTEXT_BYTES = 64 * 1024;

/**
 * Seals a small secret (at most 64 KiB) with AES-256-GCM: version (1), key id (4), nonce (12), ciphertext, tag (16). The
 * associated data says what the secret belongs to (`connection:<id>`); the seal opens only with the same.
 * Random nonces are safe for some four thousand million seals under one key (NIST SP 800-38D, section 8.3).
 */
export function sealSecret(ring: KeyRing, plaintext: Uint8Array | string, associatedData: string): Uint8Array {
  const bytes = typeof plaintext === "string" ? Buffer.from(plaintext, "utf8") : plaintext;
  if (bytes.length > MAX_PLAINTEXT_BYTES)
    throw new RangeError(`A sealed secret has at most ${MAX_PLAINTEXT_BYTES} bytes.`);
  const header = Buffer.concat([Buffer.of(VERSION), Buffer.from(ring.current.id, "hex")]);
  return Buffer.concat([
    header,
    encrypt(ring.current.key, bytes, Buffer.concat([header, Buffer.from(associatedData)])),
  ]);
}

/** Opens what `sealSecret` made. @throws SealError */
export function openSecret(ring: KeyRing, sealed: Uint8Array, associatedData: string): Uint8Array {
  const bytes = Buffer.from(sealed);
  if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || bytes.length > MAX_PLAINTEXT_BYTES + 64) {
    throw new SealError("This is no sealed secret: its length is impossible.");
  }
  if (bytes[0] !== VERSION) throw new SealError("The secret was sealed by another version of Waybill.");
  const header = bytes.subarray(0, HEADER_BYTES);
  const key = keyById(ring, header.subarray(1).toString("hex"));
  if (key === null)
    throw new SealError("The secret was sealed under a key that is not here. Put it in WAYBILL_SECRET_KEYS_OLD.");
  const opened = decrypt(key.key, bytes.subarray(HEADER_BYTES), Buffer.concat([header, Buffer.from(associatedData)]));
  if (opened === null) throw new SealError("The secret does not belong here, or it was changed after it was sealed.");
  return opened;
}

/** @throws RangeError when `key` is not 32 bytes */
export function sealingKey(key: Uint8Array): SealingKey {
  if (key.length !== 32) throw new RangeError(`A sealing key has 32 bytes, not ${key.length}.`);
  return { id: createHash("sha256").update(key).digest().subarray(0, KEY_ID_BYTES).toString("hex"), key };
}

/** The ring of one purpose: every key replaced by one derived from it with HKDF (RFC 5869). */
export function deriveKeyRing(ring: KeyRing, purpose: KeyPurpose): KeyRing {
  const derive = ({ key }: SealingKey) =>
    sealingKey(new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), `waybill/1/${purpose}`, 32)));
  return { current: derive(ring.current), old: ring.old.map(derive) };
}

/** The key of a ring with this id (8 hex digits), or null. */
export function keyById(ring: KeyRing, id: string): SealingKey | null {
  return ring.current.id === id ? ring.current : (ring.old.find((key) => key.id === id) ?? null);
}

/** AES-256-GCM under a random nonce: nonce (12), ciphertext (as long as the plaintext), tag (16). */
export function encrypt(key: Uint8Array, plaintext: Uint8Array, associatedData: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(associatedData);
  return Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Undoes `encrypt`; null when key, associated data or bytes are not the same. */
export function decrypt(key: Uint8Array, encrypted: Uint8Array, associatedData: Uint8Array): Buffer | null {
  const bytes = Buffer.from(encrypted);
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(associatedData).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}
