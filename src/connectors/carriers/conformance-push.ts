import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import type { Credentials } from "../../runtime/credentials.js";
import type { CarrierFixtures, PushFixtures } from "./conformance-fixtures.js";
import type { CarrierPush, PushRequest, SigningKeys } from "./contract.js";

/** Laws of `push.verify`: only what the carrier of this connection sent, unchanged and in time, passes. */
export function describePush(push: CarrierPush, fixtures: CarrierFixtures): void {
  const { credentials, nowMs } = fixtures;
  const given = fixtures.push;
  if (given === undefined) throw new Error("A carrier that pushes brings push fixtures.");
  const genuine = given.sign(given.body, credentials, nowMs);
  const { published } = given;
  const verify = (request: PushRequest, known: Credentials, atMs: number, keys = published?.keys) =>
    push.verify(request, known, atMs, keys);

  test("a genuine push is accepted and says something", () => {
    expect(verify(genuine, credentials, nowMs)).toBe(true);
    expect(push.parse(given.body).trackings.length).toBeGreaterThan(0);
  });

  test("a push signed with other secrets is refused", () => {
    const forged = given.sign(given.body, withOtherValues(credentials), nowMs);
    expect(verify(forged, credentials, nowMs)).toBe(false);
  });

  test("a push without signature, or with garbage for one, is refused", () => {
    expect(verify({ ...genuine, headers: {} }, credentials, nowMs)).toBe(false);
    for (const garbage of ["", "x", "=", "null", "sha256=", "ünïcödé", "A".repeat(100_000)]) {
      const headers = Object.fromEntries(Object.keys(genuine.headers).map((name) => [name, garbage]));
      expect(verify({ ...genuine, headers }, credentials, nowMs), garbage.slice(0, 20)).toBe(false);
    }
  });

  test("a connection without secrets accepts nothing", () => {
    const none = Object.fromEntries(Object.keys(credentials).map((name) => [name, ""]));
    // Published keys are no secret: a connection that has none of its own is left without them.
    const keys: SigningKeys = new Map();
    expect(verify(genuine, {}, nowMs, keys)).toBe(false);
    expect(verify(given.sign(given.body, none, nowMs), none, nowMs, keys)).toBe(false);
  });

  if (given.signsBody) {
    test("a push of which one byte was changed is refused", () => {
      for (const at of [0, Math.floor(given.body.length / 2), given.body.length - 1]) {
        expect(verify(tampered(genuine, at), credentials, nowMs)).toBe(false);
      }
      expect(verify({ ...genuine, rawBody: new Uint8Array() }, credentials, nowMs)).toBe(false);
    });
  }

  if (given.maxAgeMs !== null) {
    const tooFarMs = given.maxAgeMs + 1_000;
    test("a push that is too old, or from the future, is refused", () => {
      expect(verify(genuine, credentials, nowMs + tooFarMs)).toBe(false);
      expect(verify(genuine, credentials, nowMs - tooFarMs)).toBe(false);
    });
  }

  if (published !== undefined) describePublishedKeys(push, fixtures, given, published);
}

/** Laws of keys that a carrier publishes: only what is signed with one of them, as it is meant to be used, passes. */
function describePublishedKeys(
  { verify, signingKeys }: CarrierPush,
  { credentials, nowMs }: CarrierFixtures,
  given: PushFixtures,
  { keys, signWithOther }: NonNullable<PushFixtures["published"]>,
): void {
  const genuine = given.sign(given.body, credentials, nowMs);
  const keyId = signingKeys?.keyIdOf(genuine) ?? "";

  test("a push names its key, and one without a name is refused", () => {
    expect([...keys.keys()]).toContain(keyId);
    expect(signingKeys?.keyIdOf({ ...genuine, headers: {} })).toBeNull();
    const entries = Object.entries(genuine.headers).filter(([, value]) => value !== keyId);
    const unnamed = { ...genuine, headers: Object.fromEntries(entries) };
    expect(verify(unnamed, credentials, nowMs, keys)).toBe(false);
  });

  test("a push signed with a key that is not published is refused", () => {
    expect(verify(signWithOther(given.body, credentials, nowMs), credentials, nowMs, keys)).toBe(false);
    expect(verify(genuine, credentials, nowMs, new Map())).toBe(false);
    expect(verify(genuine, credentials, nowMs)).toBe(false);
  });

  test("each part of the signature is needed", () => {
    const without = Object.keys(genuine.headers).filter((name) => {
      const entries = Object.entries(genuine.headers).filter(([other]) => other !== name);
      return verify({ ...genuine, headers: Object.fromEntries(entries) }, credentials, nowMs, keys);
    });
    expect(without.filter((name) => name !== "user-agent")).toEqual([]);
  });

  test("a key of another kind, for another use, too short or broken under the same id verifies nothing", () => {
    const right = keys.get(keyId) ?? {};
    for (const wrong of [
      { kty: "oct", k: right.n ?? "" },
      generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }),
      generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" }),
      ...["HS256", "PS256", "RS1", "none"].map((alg) => ({ ...right, alg })),
      { ...right, use: "enc" },
      { ...right, e: "" },
      { kty: "RSA" },
      {},
    ])
      expect(verify(genuine, credentials, nowMs, new Map([[keyId, wrong]])), JSON.stringify(wrong)).toBe(false);
  });
}

function tampered(request: PushRequest, at: number): PushRequest {
  const rawBody = Uint8Array.from(request.rawBody);
  rawBody[at] = (rawBody[at] ?? 0) ^ 1;
  return { ...request, rawBody };
}

function withOtherValues(credentials: Credentials): Credentials {
  return Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, `${value}-other`]));
}
