import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { DELIVERED_PIECE, pushBody } from "./fixtures/bodies.js";
import { verifyUspsPush } from "./verify-push.js";

const SIGNED_AT = Date.UTC(2026, 2, 4, 20, 59, 30);
const MINUTE = 60_000;
const credentials = { pushSecret: "secret-of-today", previousPushSecret: "secret-of-yesterday" };

function signatureOf(rawBody: Uint8Array, secret = credentials.pushSecret): string {
  const { timestamp, payload } = JSON.parse(new TextDecoder().decode(rawBody));
  return createHmac("sha256", secret).update(`${timestamp}${payload}`).digest("base64");
}

const verifies = (
  rawBody: Uint8Array,
  headers: Record<string, string>,
  nowMs = SIGNED_AT,
  known: Record<string, string> = credentials,
) => verifyUspsPush({ rawBody, headers }, known, nowMs);

test("time and payload are signed as they stand, under the present secret and the one before", () => {
  for (const body of [pushBody(DELIVERED_PIECE), pushBody('{ "spaced" : "ünï\\u00e9" }')]) {
    for (const secret of Object.values(credentials))
      expect(verifies(body, { "x-hmac": signatureOf(body, secret) })).toBe(true);
    expect(verifies(body, { "hmac-header": signatureOf(body) })).toBe(true);
    expect(verifies(body, { "x-hmac": signatureOf(body, "another") })).toBe(false);
  }
});

test("a signature belongs to its time: an old push does not become new", () => {
  const old = pushBody(DELIVERED_PIECE, { timestamp: "2026-03-04T12:00:00Z" });
  expect(verifies(pushBody(DELIVERED_PIECE), { "x-hmac": signatureOf(old) })).toBe(false);
});

test("a push is good for an hour, or as long as the connection says, and never from the future", () => {
  const body = pushBody(DELIVERED_PIECE);
  const at = (minutes: number, known: Record<string, string> = credentials) =>
    verifies(body, { "x-hmac": signatureOf(body) }, SIGNED_AT + minutes * MINUTE, known);
  expect([-6, -4, 60, 61].map((minutes) => at(minutes))).toEqual([false, true, true, false]);
  const patient = { ...credentials, pushMaxAgeMinutes: "120" };
  expect([119, 121].map((minutes) => at(minutes, patient))).toEqual([true, false]);
  for (const odd of ["0", "-1", "1e9", "Infinity", "soon"])
    expect(at(61, { ...credentials, pushMaxAgeMinutes: odd })).toBe(false);
});

test("the time may have any offset, and must be a time", () => {
  const at = (timestamp: unknown) => {
    const body = pushBody(DELIVERED_PIECE, { timestamp });
    return verifies(body, { "x-hmac": signatureOf(body) });
  };
  expect(["2026-03-04T14:59:30.123-06:00", "2026-03-04T20:59:30"].map(at)).toEqual([true, true]);
  expect(["", "now", "2026-13-45T99:99:99Z", 1_772_657_970_000, null].map(at)).toEqual(Array(5).fill(false));
});

test("a payload that is no text is not signed", () => {
  const body = pushBody("", { payload: DELIVERED_PIECE });
  expect(verifies(body, { "x-hmac": signatureOf(body) })).toBe(false);
});
