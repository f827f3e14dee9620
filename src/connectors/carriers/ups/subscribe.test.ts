import { expect, test } from "vitest";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest } from "../../../runtime/http-client.js";
import { createSubscribeWorld, failureOf, type SubscribeWorld } from "../conformance-subscribe-world.js";
import type { TrackQuery } from "../contract.js";
import { bytes, NUMBER } from "./fixtures/bodies.js";
import { upsSubscriptions } from "./subscribe.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const HOOK = "https://waybill.example/hooks/ups/con-1";
const OTHER = "1Z7K20FA6844019350";
const V1 = { clientId: "client", clientSecret: "client-secret", pushSecret: "push-secret" };
const V2 = { ...V1, pushClientId: "push-client", pushClientSecret: "push-client-secret" };

test("v1 sends our address and credential along, in English", async () => {
  const ups = play(V1, { validTrackingNumbers: [NUMBER] });
  await subscribe([NUMBER], ups);
  expect(asked(ups)).toMatchObject({
    method: "POST",
    url: "https://onlinetools.ups.com/api/track/v1/subscription/standard/package",
    headers: {
      authorization: "Bearer token-1",
      "content-type": "application/json",
      transId: "00000000000070008000000000000001",
      transactionSrc: "waybill",
    },
  });
  expect(bodyOf(asked(ups))).toEqual({
    locale: "en_US",
    countryCode: "US",
    trackingNumberList: [NUMBER],
    destination: { url: HOOK, credentialType: "Bearer", credential: "push-secret" },
  });
});

test("v2 names numbers only: UPS has the address from its portal", async () => {
  const ups = play({ ...V2, pushType: "enhanced" }, { validTrackingNumbers: [NUMBER, OTHER] });
  await subscribe([NUMBER, OTHER], ups);
  expect(asked(ups)?.url).toBe("https://onlinetools.ups.com/api/track/v2/subscription/enhanced/package");
  expect(bodyOf(asked(ups))).toEqual({ locale: "en_US", countryCode: "US", trackingNumberList: [NUMBER, OTHER] });
});

test("every number gets its own verdict, and runs for 14 days", async () => {
  const ups = play(V2, { validTrackingNumbers: [` ${NUMBER}`], invalidTrackingNumbers: [OTHER] });
  const { jobId, numbers } = await subscribe([NUMBER, OTHER, "1RWB2026A0004179"], ups);
  expect(jobId).toBeNull();
  // The third was in neither list: nobody knows.
  expect(numbers).toEqual([
    { trackingNumber: NUMBER, outcome: "subscribed", reference: null, expiresAt: NOW + 14 * 86_400_000, reason: null },
    expect.objectContaining({ trackingNumber: OTHER, outcome: "refused", expiresAt: null }),
  ]);
});

test("a number in both lists is not taken for subscribed", async () => {
  const ups = play(V2, { validTrackingNumbers: [NUMBER], invalidTrackingNumbers: [NUMBER] });
  expect((await subscribe([NUMBER], ups)).numbers).toMatchObject([{ outcome: "refused" }]);
});

test("numbers that Track Alert does not take are refused without asking", async () => {
  const ups = play(V2, {});
  const { numbers } = await subscribe(["MI204718WB00093311", "H2840175937", "1ZTOOSHORT"], ups);
  expect(numbers.map((about) => about.outcome)).toEqual(["refused", "refused", "refused"]);
  expect(ups.requests).toEqual([]);
});

test.each(["VSS200", "VSS210"])("%s refuses all numbers of the call", async (code) => {
  const { numbers } = await subscribe([NUMBER, OTHER], play(V2, errors(code), 400));
  expect(numbers.map((about) => about.outcome)).toEqual(["refused", "refused"]);
});

test("VSS215 refuses a number alone, and rejects several so that the one at fault can be found", async () => {
  expect((await subscribe([NUMBER], play(V2, errors("VSS215"), 400))).numbers).toMatchObject([{ outcome: "refused" }]);
  expect((await failureOf(subscribe([NUMBER, OTHER], play(V2, errors("VSS215"), 400)))).kind).toBe("rejected");
  const listed = { ...errors("VSS215"), invalidTrackingNumbers: [NUMBER, OTHER] };
  expect((await subscribe([NUMBER, OTHER], play(V2, listed, 400))).numbers).toMatchObject([
    { outcome: "refused" },
    { outcome: "refused" },
  ]);
});

test.each([
  ["VSS100", 500, "unavailable"],
  ["VSS100", 400, "unavailable"],
  ["VSS000", 400, "rejected"],
  ["VSS220", 400, "rejected"],
  ["VSS610", 400, "unauthorized"],
  ["VSS700", 400, "unauthorized"],
  ["VSS310", 400, "unauthorized"],
  ["10429", 400, "rate_limited"],
])("%s with HTTP %i is %s", async (code, status, kind) => {
  const error = await failureOf(subscribe([NUMBER], play(V1, errors(code), status)));
  expect(error.kind).toBe(kind);
  expect(error.message).toBe(`UPS refused the subscription (HTTP ${status}, ${code}).`);
});

test("with the whole account every number counts as pushed, and nobody is asked", async () => {
  const ups = play({ ...V2, pushCovers: "account" }, {});
  expect(await subscribe([NUMBER], ups)).toEqual({
    jobId: null,
    numbers: [{ trackingNumber: NUMBER, outcome: "subscribed", reference: null, expiresAt: null, reason: null }],
  });
  expect(ups.requests).toEqual([]);
});

test.each<[Credentials, RegExp]>([
  [{ ...V1, pushSecret: "" }, /pushSecret/],
  [{ ...V2, pushClientSecret: "" }, /pushClientSecret/],
  [{ ...V1, pushCovers: "account" }, /v2/],
  [{ ...V1, pushCovers: "everything" }, /pushCovers/],
  [{ ...V1, pushVersion: "v3" }, /pushVersion/],
  [{ ...V1, pushType: "enhanced" }, /v2/],
  [{ ...V2, pushType: "premium" }, /pushType/],
])("%j is an obstacle", (credentials, says) => {
  expect(upsSubscriptions.obstacle(credentials, HOOK)).toMatch(says);
});

test.each([V1, V2, { ...V2, pushVersion: "v1" }, { ...V2, pushCovers: "account" }])("%j is none", (credentials) => {
  expect(upsSubscriptions.obstacle(credentials, HOOK)).toBeNull();
});

function play(credentials: Credentials, body: unknown, status = 200): SubscribeWorld {
  const token = {
    isRequest: (request: HttpRequest) => request.url.endsWith("/oauth/token"),
    body: bytes({ access_token: "token-1", expires_in: "14399" }),
    value: "token-1",
  };
  const poll = { token, queries: [], body: bytes({}) };
  const onCall = () => ({ status, headers: {}, body: bytes(body) });
  return createSubscribeWorld({ credentials, nowMs: NOW, poll }, { hookUrl: HOOK }, onCall);
}

function subscribe(numbers: readonly string[], { context }: SubscribeWorld) {
  const queries: TrackQuery[] = numbers.map((trackingNumber) => ({
    trackingNumber,
    carrierUniqueId: null,
    shipDate: null,
  }));
  return upsSubscriptions.subscribe(queries, context);
}

function asked({ requests }: SubscribeWorld): HttpRequest | undefined {
  return requests.at(-1);
}

function bodyOf(request: HttpRequest | undefined): unknown {
  return JSON.parse(String(request?.body));
}

function errors(code: string) {
  return { response: { errors: [{ code, message: "Words that may echo." }] } };
}
