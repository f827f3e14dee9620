import { constants, createHmac, createPublicKey, sign } from "node:crypto";
import { expect, test } from "vitest";
import type { PushRequest } from "../contract.js";
import { DELIVERED, makeKey, pushBody, signPush } from "./fixtures/bodies.js";
import { verifyShipEnginePush } from "./verify-push.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const MINUTE_MS = 60_000;
const key = makeKey();
const nextKey = makeKey(3072);
const keys = new Map([key, nextKey].map(({ id, publicKey }) => [id, publicKey]));
const rawBody = pushBody(DELIVERED);
const genuine = signPush(rawBody, {}, NOW, key);

const verifies = (request: PushRequest, credentials = {}, nowMs = NOW) =>
  verifyShipEnginePush(request, credentials, nowMs, keys);
const withSignature = (signature: Uint8Array, more: PushRequest["headers"] = {}) => ({
  ...genuine,
  headers: {
    ...genuine.headers,
    "x-shipengine-rsa-sha256-signature": Buffer.from(signature).toString("base64"),
    ...more,
  },
});

test("either of two published keys is good for its own signatures alone", () => {
  expect(verifies(genuine)).toBe(true);
  expect(verifies(signPush(rawBody, {}, NOW, nextKey))).toBe(true);
  expect(verifies(signPush(rawBody, {}, NOW, key, nextKey))).toBe(false);
});

test("timestamp and dot are signed with the body", () => {
  const timestamp = new Date(NOW).toISOString();
  const signed = (text: string) =>
    verifies(withSignature(sign("sha256", Buffer.concat([Buffer.from(text), rawBody]), key.privateKey)));
  expect([signed(`${timestamp}.`), signed(""), signed(timestamp), signed(`${timestamp}:`)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(
    verifies({
      ...genuine,
      headers: { ...genuine.headers, "x-shipengine-timestamp": new Date(NOW + 1).toISOString() },
    }),
  ).toBe(false);
});

test("only RSASSA-PKCS1-v1_5 with SHA-256 is taken", () => {
  const message = Buffer.concat([Buffer.from(`${new Date(NOW).toISOString()}.`), rawBody]);
  const pss = sign("sha256", message, { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING });
  expect(verifies(withSignature(pss))).toBe(false);
  for (const hash of ["sha1", "sha512"])
    expect(verifies(withSignature(sign(hash, message, key.privateKey)))).toBe(false);
  // Who takes the algorithm from the sender would read the public key as a shared secret.
  const pem = createPublicKey(key.privateKey).export({ type: "spki", format: "pem" });
  const hmac = createHmac("sha256", pem).update(message).digest();
  expect(verifies(withSignature(hmac, { alg: "HS256" }))).toBe(false);
});

test("the time is taken with an offset, as UTC without, or in seconds and milliseconds, within five minutes", () => {
  const at = (timestamp: string, nowMs = NOW) => {
    const signature = sign("sha256", Buffer.concat([Buffer.from(`${timestamp}.`), rawBody]), key.privateKey);
    return verifies(withSignature(signature, { "x-shipengine-timestamp": timestamp }), {}, nowMs);
  };
  const forms = ["2026-03-04T15:00:00-06:00", "2026-03-04T21:00:00", "2026-03-04T21:00:00.1234567Z"];
  expect([...forms, `${NOW}`, `${NOW / 1_000}`].map((form) => at(form))).toEqual(Array(5).fill(true));
  const odd = ["now", "2026-13-45T99:99:99Z", "Wed, 04 Mar 2026 21:00:00 GMT", "1772657970000000"];
  expect(odd.map((form) => at(form))).toEqual(Array(4).fill(false));
  expect([-5, 5].map((minutes) => at("2026-03-04T21:00:00Z", NOW + minutes * MINUTE_MS))).toEqual([true, true]);
});

test("how old a push may be is a setting, and a senseless one counts as none", () => {
  const late = NOW + 20 * MINUTE_MS;
  expect(verifies(genuine, { pushMaxAgeMinutes: "20" }, late)).toBe(true);
  for (const odd of ["", "0", "61", "always"]) expect(verifies(genuine, { pushMaxAgeMinutes: odd }, late)).toBe(false);
});

test("a connection with a push secret takes only pushes that bring it, also the previous one, in the header of its choice", () => {
  const credentials = { pushSecret: "of-today", previousPushSecret: "of-yesterday" };
  expect(verifies(genuine, credentials)).toBe(false);
  for (const pushSecret of ["of-today", "of-yesterday"])
    expect(verifies(signPush(rawBody, { pushSecret }, NOW, key), credentials), pushSecret).toBe(true);
  expect(verifies(signPush(rawBody, { pushSecret: "guessed" }, NOW, key), credentials)).toBe(false);
  const named = { pushSecret: "of-today", pushHeader: "X-Shop" };
  expect(verifies(signPush(rawBody, named, NOW, key), named)).toBe(true);
  expect(verifies(signPush(rawBody, { pushSecret: "of-today" }, NOW, key), named)).toBe(false);
});
