import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deriveKeyRing, type KeyRing, openSecret, SealError, sealingKey, sealSecret } from "./sealing.js";

const ring: KeyRing = { current: sealingKey(Buffer.alloc(32, 1)), old: [] };
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

describe("sealing", () => {
  test("a sealed secret opens with the same key and associated data", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (secret, belongsTo) => {
        expect(Buffer.from(openSecret(ring, sealSecret(ring, secret, belongsTo), belongsTo))).toEqual(
          Buffer.from(secret),
        );
      }),
    );
  });

  test("the secret cannot be seen in its seal, and no two seals are the same", () => {
    const sealed = Buffer.from(sealSecret(ring, "correct horse", "connection:1"));
    expect(sealed.includes("horse")).toBe(false);
    expect(sealed).not.toEqual(Buffer.from(sealSecret(ring, "correct horse", "connection:1")));
  });

  test("a changed byte anywhere, a cut and a longer seal are refused", () => {
    const sealed = sealSecret(ring, "correct horse", "connection:1");
    for (let position = 0; position < sealed.length; position += 1) {
      const changed = Uint8Array.from(sealed, (byte, at) => (at === position ? byte ^ 1 : byte));
      expect(() => openSecret(ring, changed, "connection:1")).toThrow(SealError);
      expect(() => openSecret(ring, sealed.subarray(0, position), "connection:1")).toThrow(SealError);
    }
    expect(() => openSecret(ring, Buffer.concat([sealed, Buffer.of(0)]), "connection:1")).toThrow(SealError);
  });

  test("a seal does not open for another owner", () => {
    expect(() => openSecret(ring, sealSecret(ring, "x", "connection:1"), "connection:2")).toThrow(SealError);
  });

  test("after a rotation old seals open and new ones are made under the new key", () => {
    const sealed = sealSecret(ring, "correct horse", "a");
    const rotated: KeyRing = { current: sealingKey(randomBytes(32)), old: [ring.current] };
    expect(text(openSecret(rotated, sealed, "a"))).toBe("correct horse");
    expect(() => openSecret(ring, sealSecret(rotated, "x", "a"), "a")).toThrow(/WAYBILL_SECRET_KEYS_OLD/);
  });

  test("another key that happens to have the same id opens nothing", () => {
    const impostor: KeyRing = { current: { id: ring.current.id, key: randomBytes(32) }, old: [] };
    expect(() => openSecret(impostor, sealSecret(ring, "x", "a"), "a")).toThrow(SealError);
  });

  test("one purpose's seal does not open as another's", () => {
    const sealed = sealSecret(deriveKeyRing(ring, "credentials"), "x", "a");
    expect(text(openSecret(deriveKeyRing(ring, "credentials"), sealed, "a"))).toBe("x");
    expect(() => openSecret(deriveKeyRing(ring, "links"), sealed, "a")).toThrow(SealError);
    expect(() => openSecret(ring, sealed, "a")).toThrow(SealError);
  });

  test("old keys are derived for a purpose too", () => {
    const sealed = sealSecret(deriveKeyRing(ring, "credentials"), "x", "a");
    const rotated: KeyRing = { current: sealingKey(randomBytes(32)), old: [ring.current] };
    expect(text(openSecret(deriveKeyRing(rotated, "credentials"), sealed, "a"))).toBe("x");
  });

  test("a secret larger than 64 KiB and a key of another length are refused", () => {
    expect(() => sealSecret(ring, Buffer.alloc(65_537), "a")).toThrow(RangeError);
    expect(() => sealingKey(Buffer.alloc(31))).toThrow(RangeError);
  });
});
