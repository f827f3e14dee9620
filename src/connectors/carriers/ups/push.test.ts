import { expect, test } from "vitest";
import type { PushRequest } from "../contract.js";
import { bytes, pushBody } from "./fixtures/bodies.js";
import { answerTokenRequest } from "./push-token.js";
import { verifyPush } from "./verify-push.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const HOUR = 3_600_000;
const credentials = {
  pushSecret: "made-up-v1-secret",
  previousPushSecret: "made-up-earlier-v1-secret",
  pushClientId: "made up:client+id",
  pushClientSecret: "made-up v2:secret%",
  previousPushClientSecret: "made-up-earlier-v2-secret",
};
const { pushClientId, pushClientSecret, previousPushClientSecret } = credentials;
// A user name in a Basic header cannot hold a colon unless it is form-encoded.
const plainCredentials = { ...credentials, pushClientId: "made-up-client" };

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

function askToken(
  authorization: string | undefined,
  body = "grant_type=client_credentials",
  now = NOW,
  given: Record<string, string> = plainCredentials,
) {
  return answerTokenRequest({ headers: { authorization }, rawBody: bytes(body) }, given, now);
}

function tokenOf(secret: string, now = NOW): string {
  const answer = askToken(basic("made-up-client", secret), undefined, now);
  expect(answer.status).toBe(200);
  return String(answer.body.access_token);
}

const push = (headers: PushRequest["headers"]): PushRequest => ({
  headers,
  rawBody: pushBody({ type: "I", code: "OT" }),
});
const verifies = (headers: PushRequest["headers"], now = NOW, given: Record<string, string> = plainCredentials) =>
  verifyPush(push(headers), given, now);
const bearer = (token: string, apiKey: string | undefined = "made-up-client") => ({
  authorization: `Bearer ${token}`,
  "x-api-key": apiKey,
});

test("v1 is verified by the credential header, with the present secret and the one before", () => {
  expect(verifies({ credential: "made-up-v1-secret" })).toBe(true);
  expect(verifies({ credential: "made-up-earlier-v1-secret" })).toBe(true);
  expect(verifies({ credential: "made-up-v1-secre" })).toBe(false);
  expect(verifies({ credential: "" }, NOW, { pushSecret: "", previousPushSecret: "" })).toBe(false);
  expect(verifies({ credential: undefined }, NOW, {})).toBe(false);
});

test("v2 is verified by a token of ours together with the client ID", () => {
  const token = tokenOf(pushClientSecret);
  expect(verifies(bearer(token))).toBe(true);
  expect(verifies({ ...bearer(token), authorization: `bearer ${token}` })).toBe(true);
  expect(verifies(bearer(token, "another-client"))).toBe(false);
  expect(verifies({ authorization: `Bearer ${token}` })).toBe(false);
  expect(verifies({ "x-api-key": "made-up-client" })).toBe(false);
});

test("a token is good until it expires, and no longer", () => {
  const token = tokenOf(pushClientSecret);
  expect(verifies(bearer(token), NOW + HOUR - 1)).toBe(true);
  expect(verifies(bearer(token), NOW + HOUR)).toBe(false);
});

test("a token whose expiry was changed is refused", () => {
  const [head, expiry, signature] = tokenOf(pushClientSecret).split(".");
  for (const changed of [Number(expiry) + 1, `0${expiry}`, "999999999999"]) {
    expect(verifies(bearer(`${head}.${changed}.${signature}`))).toBe(false);
  }
});

test("a token of the secret before stays good until that secret is removed", () => {
  const token = tokenOf(previousPushClientSecret);
  expect(verifies(bearer(token))).toBe(true);
  expect(verifies(bearer(token), NOW, { ...plainCredentials, previousPushClientSecret: "" })).toBe(false);
});

test("a token of one connection opens no other", () => {
  expect(
    verifies(bearer(tokenOf(pushClientSecret)), NOW, {
      ...plainCredentials,
      pushClientSecret: "other",
      previousPushClientSecret: "",
    }),
  ).toBe(false);
});

test("a token of one client is none of another with the same secret", () => {
  const other = { ...plainCredentials, pushClientId: "another-client" };
  expect(verifies(bearer(tokenOf(pushClientSecret), "another-client"), NOW, other)).toBe(false);
});

test("a token request is answered as RFC 6749 has it", () => {
  const answer = askToken(basic("made-up-client", pushClientSecret));
  expect(answer).toEqual({
    status: 200,
    body: { access_token: expect.stringMatching(/^wb1\./), token_type: "Bearer", expires_in: 3_600 },
  });
  expect(JSON.stringify(answer)).not.toContain(pushClientSecret);
});

test("ID and secret may be form-encoded before Base64, as RFC 6749 wants, also with a colon in them", () => {
  const encoded = basic(encodeURIComponent(pushClientId).replaceAll("%20", "+"), encodeURIComponent(pushClientSecret));
  expect(askToken(encoded, undefined, NOW, credentials).status).toBe(200);
});

test.each([
  ["no header", undefined],
  ["another scheme", "Bearer abc"],
  ["a wrong secret", basic("made-up-client", "wrong")],
  ["a wrong client", basic("somebody", pushClientSecret)],
  ["an empty secret", basic("made-up-client", "")],
  ["no colon", `Basic ${Buffer.from("made-up-client").toString("base64")}`],
  ["no Base64", "Basic ***"],
])("a token request with %s is invalid_client", (_what, authorization) => {
  expect(askToken(authorization)).toEqual({ status: 401, body: { error: "invalid_client" } });
});

test("a connection without push secrets gives no tokens", () => {
  for (const given of [{}, { pushClientId: "", pushClientSecret: "" }]) {
    expect(askToken(basic("", ""), undefined, NOW, given).status).toBe(401);
  }
});

test.each([
  ["", "invalid_request"],
  ["grant_type=", "invalid_request"],
  ["grant_type=client_credentials&grant_type=client_credentials", "invalid_request"],
  ["grant_type=password", "unsupported_grant_type"],
  [`grant_type=client_credentials&scope=${"x".repeat(5_000)}`, "invalid_request"],
])("the grant %s is %s", (body, error) => {
  expect(askToken(basic("made-up-client", pushClientSecret), body)).toEqual({ status: 400, body: { error } });
});
