import { expect, test } from "vitest";
import type { Credentials } from "../../runtime/credentials.js";
import type { CarrierFixtures } from "./conformance-fixtures.js";
import type { CarrierPush, PushRequest } from "./contract.js";

/** Laws of `push.verify`: only what the carrier of this connection sent, unchanged and in time, passes. */
export function describePush(push: CarrierPush, fixtures: CarrierFixtures): void {
  const { credentials, nowMs } = fixtures;
  const given = fixtures.push;
  if (given === undefined) throw new Error("A carrier that pushes brings push fixtures.");
  const genuine = given.sign(given.body, credentials, nowMs);

  test("a genuine push is accepted and says something", () => {
    expect(push.verify(genuine, credentials, nowMs)).toBe(true);
    expect(push.parse(given.body).trackings.length).toBeGreaterThan(0);
  });

  test("a push signed with other secrets is refused", () => {
    const forged = given.sign(given.body, withOtherValues(credentials), nowMs);
    expect(push.verify(forged, credentials, nowMs)).toBe(false);
  });

  test("a push without signature, or with garbage for one, is refused", () => {
    expect(push.verify({ ...genuine, headers: {} }, credentials, nowMs)).toBe(false);
    for (const garbage of ["", "x", "=", "null", "sha256=", "ünïcödé", "A".repeat(100_000)]) {
      const headers = Object.fromEntries(Object.keys(genuine.headers).map((name) => [name, garbage]));
      expect(push.verify({ ...genuine, headers }, credentials, nowMs), garbage.slice(0, 20)).toBe(false);
    }
  });

  test("a connection without secrets accepts nothing", () => {
    const none = Object.fromEntries(Object.keys(credentials).map((name) => [name, ""]));
    expect(push.verify(genuine, {}, nowMs)).toBe(false);
    expect(push.verify(given.sign(given.body, none, nowMs), none, nowMs)).toBe(false);
  });

  if (given.signsBody) {
    test("a push of which one byte was changed is refused", () => {
      for (const at of [0, Math.floor(given.body.length / 2), given.body.length - 1]) {
        expect(push.verify(tampered(genuine, at), credentials, nowMs)).toBe(false);
      }
      expect(push.verify({ ...genuine, rawBody: new Uint8Array() }, credentials, nowMs)).toBe(false);
    });
  }

  if (given.maxAgeMs !== null) {
    const tooFarMs = given.maxAgeMs + 1_000;
    test("a push that is too old, or from the future, is refused", () => {
      expect(push.verify(genuine, credentials, nowMs + tooFarMs)).toBe(false);
      expect(push.verify(genuine, credentials, nowMs - tooFarMs)).toBe(false);
    });
  }
}

function tampered(request: PushRequest, at: number): PushRequest {
  const rawBody = Uint8Array.from(request.rawBody);
  rawBody[at] = (rawBody[at] ?? 0) ^ 1;
  return { ...request, rawBody };
}

function withOtherValues(credentials: Credentials): Credentials {
  return Object.fromEntries(Object.entries(credentials).map(([name, value]) => [name, `${value}-other`]));
}
