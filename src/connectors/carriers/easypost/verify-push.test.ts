import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { verifyEasypostPush } from "./verify-push.js";

const NOW = Date.UTC(2026, 2, 4, 21, 0, 30);
const BODY = new TextEncoder().encode('{"id":"evt_1","object":"Event","weight":12,"note":"naïve"}');
const credentials = { webhookSecret: "sécret-of-today", previousWebhookSecret: "secret-of-yesterday" };
const PATH = "/hooks/easypost/con_1";
const STAMP = "Wed, 04 Mar 2026 21:00:00 -0000";

const hmac = (text: string | Uint8Array, secret: string, algorithm = "sha256") =>
  createHmac(algorithm, Buffer.from(secret, "utf8")).update(text).digest("hex");
const first = (secret = credentials.webhookSecret) => `hmac-sha256-hex=${hmac(BODY, secret.normalize("NFKD"))}`;

const verifies = (headers: Record<string, string>, known: Record<string, string> = credentials, nowMs = NOW) =>
  verifyEasypostPush({ headers, rawBody: BODY }, known, nowMs);

test("a digest made by another program with the decomposed secret is right, and with the composed one wrong", () => {
  // openssl dgst -sha256 -mac HMAC -macopt hexkey:<secret in UTF-8>
  const known = { webhookSecret: "s\u00e9cret" };
  const decomposed = "e2ee5c98fdae84ce8ad129f86fd6fbeb47a421c1f14e735b4d9a3d5364cca623";
  const composed = "7fd7bd6f2dddb7b206fb38adcbe61edacd68e7b5dfb305db28286697f84462d9";
  expect(verifies({ "x-hmac-signature": `hmac-sha256-hex=${decomposed}` }, known)).toBe(true);
  expect(verifies({ "x-hmac-signature": `hmac-sha256-hex=${decomposed}` }, { webhookSecret: "se\u0301cret" })).toBe(
    true,
  );
  expect(verifies({ "x-hmac-signature": `hmac-sha256-hex=${composed}` }, known)).toBe(false);
});

test("the secret before the last change is good as well, and no other", () => {
  expect(verifies({ "x-hmac-signature": first() })).toBe(true);
  expect(verifies({ "x-hmac-signature": first(credentials.previousWebhookSecret) })).toBe(true);
  expect(verifies({ "x-hmac-signature": first("another") })).toBe(false);
  expect(verifies({ "x-hmac-signature": first("") }, { webhookSecret: "" })).toBe(false);
});

test.each([
  ["of another algorithm", `hmac-sha1-hex=${hmac(BODY, "secret-of-yesterday", "sha1")}`],
  ["named as another algorithm", first("secret-of-yesterday").replace("sha256", "sha512")],
  ["longer than it says", `hmac-sha256-hex=${hmac(BODY, "secret-of-yesterday", "sha512")}`],
  ["without its prefix", hmac(BODY, "secret-of-yesterday")],
  ["in capitals", first("secret-of-yesterday").toUpperCase()],
  ["twice", `${first("secret-of-yesterday")}, ${first("secret-of-yesterday")}`],
])("a signature %s is refused", (_name, signature) => {
  expect(verifies({ "x-hmac-signature": signature })).toBe(false);
});

test("the bytes are signed as they came: a number that is written otherwise is another body", () => {
  const headers = { "x-hmac-signature": first() };
  const rewritten = new TextEncoder().encode(new TextDecoder().decode(BODY).replace(":12,", ":12.0,"));
  expect(verifyEasypostPush({ headers, rawBody: rewritten }, credentials, NOW)).toBe(false);
});

const second = (timestamp = STAMP, path = PATH, { method = "POST", secret = credentials.webhookSecret } = {}) => ({
  "x-timestamp": timestamp,
  "x-path": path,
  "x-hmac-signature-v2": `hmac-sha256-hex=${hmac(
    Buffer.concat([Buffer.from(`${timestamp}${method}${path}`), BODY]),
    secret.normalize("NFKD"),
  )}`,
});
const enforcing = { ...credentials, enforceV2: "true" };

test("enforced, the second signature must be right besides the first", () => {
  const headers = { "x-hmac-signature": first(), ...second() };
  expect(verifies(headers, enforcing)).toBe(true);
  expect(verifies({ ...headers, "x-hmac-signature": first("another") }, enforcing)).toBe(false);
  expect(verifies(second(), enforcing)).toBe(false);
  for (const other of [
    second(STAMP, PATH, { method: "GET" }),
    second(STAMP, PATH, { secret: "another" }),
    { ...second(), "x-path": "/hooks/easypost/con_2" },
    { ...second(), "x-timestamp": "Wed, 04 Mar 2026 21:00:01 -0000" },
    second(STAMP, ""),
  ])
    expect(verifies({ ...headers, ...other }, enforcing)).toBe(false);
  for (const missing of Object.keys(headers)) {
    const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== missing));
    expect(verifies(rest, enforcing), missing).toBe(false);
  }
});

test("enforced, a push is good for five minutes either way", () => {
  const headers = { "x-hmac-signature": first(), ...second() };
  const after = (seconds: number) => verifies(headers, enforcing, NOW - 30_000 + seconds * 1_000);
  expect([-301, -300, 0, 300, 301].map(after)).toEqual([false, true, true, true, false]);
});

test.each(["Wed, 04 Mar 2026 15:00:00 -0600", "4 Mar 2026 21:00:00 GMT"])("%s is the same time", (stamp) => {
  expect(verifies({ "x-hmac-signature": first(), ...second(stamp) }, enforcing)).toBe(true);
});

test.each(["", "now", "2026-03-04T21:00:00Z", "1772658000", "Wed, 04 Mar 2026 21:00:00"])("%j is no time", (stamp) => {
  expect(verifies({ "x-hmac-signature": first(), ...second(stamp) }, enforcing)).toBe(false);
});

test("not enforced, a wrong second signature is not looked at", () => {
  for (const enforceV2 of ["false", ""]) {
    const headers = { "x-hmac-signature": first(), ...second("long ago") };
    expect(verifies(headers, { ...credentials, enforceV2 })).toBe(true);
  }
});
