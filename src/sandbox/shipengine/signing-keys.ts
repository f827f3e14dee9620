import { generateKeyPair, type JsonWebKey, type KeyObject, randomUUID, sign } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "../../runtime/clock.js";

/** A signature, and the key that it was made with. */
export interface KeyedSignature {
  readonly keyId: string;
  /** Base64 */
  readonly signature: string;
}

/** The keys that the emulated ShipEngine signs its pushes with. Made when first needed. */
export interface ShipengineKeys {
  /** RSASSA-PKCS1-v1_5 with SHA-256 by the current key. */
  sign(message: Uint8Array): Promise<KeyedSignature>;
  /** The keys to publish: the current one, and those replaced less than a day ago. */
  published(): Promise<readonly JsonWebKey[]>;
  /** Signs with another key from now on. */
  rotate(): void;
}

interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
}

const PUBLISHED_AFTERWARDS_MS = 86_400_000;
const MAX_OLD_KEYS = 10;

export function createShipengineKeys(now: Clock): ShipengineKeys {
  let current: Promise<SigningKey> | null = null;
  let old: { readonly key: Promise<SigningKey>; readonly replacedAt: number }[] = [];

  const key = () => {
    current ??= makeKey();
    return current;
  };

  return {
    async sign(message) {
      const { keyId, privateKey } = await key();
      return { keyId, signature: sign("sha256", message, privateKey).toString("base64") };
    },
    async published() {
      const recent = old.filter(({ replacedAt }) => now() < replacedAt + PUBLISHED_AFTERWARDS_MS);
      const keys = await Promise.all([key(), ...recent.map((one) => one.key)]);
      return keys.map(({ jwk }) => jwk);
    },
    rotate() {
      old = [{ key: key(), replacedAt: now() }, ...old].slice(0, MAX_OLD_KEYS);
      current = null;
    },
  };
}

async function makeKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2_048 });
  const keyId = randomUUID();
  return { keyId, privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid: keyId, use: "sig", alg: "RS256" } };
}
