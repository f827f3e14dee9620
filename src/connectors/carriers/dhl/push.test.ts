import { expect, test } from "vitest";
import { activationOf } from "./activation.js";
import { bytes, DELIVERED_PARCEL, unified, VALIDATION } from "./fixtures/bodies.js";
import { verifyPush } from "./verify-push.js";

const CREDENTIALS = { apiKey: "made-up-key", pushToken: "made-up-token", previousPushToken: "made-up-earlier-token" };
const request = (headers: Record<string, string>, body: unknown = VALIDATION) => ({ headers, rawBody: bytes(body) });

test("the token passes, the one before the last change too, and nothing else", () => {
  const passes = (token: string) => verifyPush(request({ "x-api-key": token }), CREDENTIALS);
  expect(["made-up-token", "made-up-earlier-token"].map(passes)).toEqual([true, true]);
  expect(["", "made-up-toke", "made-up-token ", "made-up-key"].map(passes)).toEqual([false, false, false, false]);
});

test("the header has the name that was given to DHL, in any case", () => {
  const credentials = { ...CREDENTIALS, pushHeader: "X-Shop-Token" };
  expect(verifyPush(request({ "x-shop-token": "made-up-token" }), credentials)).toBe(true);
  expect(verifyPush(request({ "x-api-key": "made-up-token" }), credentials)).toBe(false);
  expect(verifyPush(request({}), { ...CREDENTIALS, pushHeader: "constructor" })).toBe(false);
});

test("a subscription is confirmed with DHL's secret and our key, at DHL's address", () => {
  expect(activationOf(request({}), CREDENTIALS)).toMatchObject({
    method: "POST",
    url: "https://api-eu.dhl.com/tracking/push/v1/subscription/sub-4172",
    headers: { "DHL-API-Key": "made-up-key", "DHL-API-Hook-Secret": "made-up-hook-secret" },
  });
});

test("the secret may come in the header alone", () => {
  const { secret, ...body } = VALIDATION;
  const call = activationOf(request({ "dhl-api-hook-secret": secret }, body), CREDENTIALS);
  expect(call?.headers?.["DHL-API-Hook-Secret"]).toBe(secret);
});

test.each(["https://attacker.example/subscription/sub-1", "http://10.0.0.1/tracking/push/v1/subscription/sub-1"])(
  "an activation that names %s still goes to the connection's own host",
  (self) => {
    const credentials = { ...CREDENTIALS, pushBaseUrl: "https://api-test.dhl.com/tracking/push/v1/" };
    const call = activationOf(request({}, { ...VALIDATION, self }), credentials);
    expect(call?.url).toBe("https://api-test.dhl.com/tracking/push/v1/subscription/sub-1");
  },
);

test.each([
  { ...VALIDATION, scope: "subscription.push" },
  { ...VALIDATION, self: "https://api-eu.dhl.com/tracking/push/v1/subscription/../../x" },
  { ...VALIDATION, self: "https://api-eu.dhl.com/tracking/push/v1/subscription/a?b=/subscription/" },
  { ...VALIDATION, self: 42 },
  { ...VALIDATION, secret: "two\r\nlines" },
  { ...VALIDATION, secret: "x".repeat(600) },
  { ...VALIDATION, secret: "" },
  "not JSON",
])("%j asks for no activation", (body) => {
  expect(activationOf(request({}, body), CREDENTIALS)).toBeNull();
});

test("a report asks for no activation", () => {
  expect(activationOf({ headers: {}, rawBody: unified(DELIVERED_PARCEL) }, CREDENTIALS)).toBeNull();
});
