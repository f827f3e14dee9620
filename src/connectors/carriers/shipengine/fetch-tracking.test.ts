import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import type { FetchContext } from "../contract.js";
import { fetchTracking } from "./fetch-tracking.js";
import { bytes, DELIVERED, NUMBER, refusal } from "./fixtures/bodies.js";
import { parseAnswer } from "./parse.js";

function shipengine(answer: { status: number; body?: unknown; headers?: HttpResponse["headers"] }, settings = {}) {
  const requests: HttpRequest[] = [];
  const context: FetchContext = {
    credentials: { apiKey: "made-up-production-key", ...settings },
    http: async (request) => {
      requests.push(request);
      return { status: answer.status, headers: answer.headers ?? {}, body: bytes(answer.body ?? {}) };
    },
    tokens: {
      get: () => Promise.reject(new Error("ShipEngine has no tokens.")),
      refresh: () => Promise.reject(new Error("ShipEngine has no tokens.")),
    },
    now: () => Date.UTC(2026, 2, 4, 21),
    newId: () => "01890a5d-ac96-774b-bcce-b302099a8057",
  };
  const ask = (carrier: string | null = "ups", trackingNumber = NUMBER) =>
    fetchTracking([{ trackingNumber, carrierUniqueId: null, shipDate: null, carrier }], context);
  return { requests, ask };
}

test("one number is asked about with its carrier, for the seller that the connection names", async () => {
  const plain = shipengine({ status: 200, body: DELIVERED });
  await plain.ask();
  expect(plain.requests).toMatchObject([
    {
      method: "GET",
      url: `https://api.shipengine.com/v1/tracking?carrier_code=ups&tracking_number=${NUMBER}`,
      headers: { "API-Key": "made-up-production-key" },
    },
  ]);
  expect(plain.requests[0]?.headers).not.toHaveProperty("On-Behalf-Of");
  const partner = shipengine(
    { status: 200, body: DELIVERED },
    { onBehalfOf: "se-417", baseUrl: "https://api.shipstation.com/", pathPrefix: "v2/" },
  );
  await partner.ask();
  expect(partner.requests[0]?.url).toMatch(/^https:\/\/api\.shipstation\.com\/v2\/tracking\?/);
  expect(partner.requests[0]?.headers).toMatchObject({ "On-Behalf-Of": "se-417" });
});

test.each([
  ["usps", "", "stamps_com"],
  ["dhl", "", "dhl_express"],
  ["fedex", "", "fedex"],
  ["canada_post", "", "canada_post"],
  ["royal-mail", "", "royal_mail"],
  ["usps", "dhl=dhl_ecommerce, usps=usps", "usps"],
  ["dhl", "dhl=dhl_ecommerce, usps=usps", "dhl_ecommerce"],
  ["ups", "ups", "ups"],
])("%s (settings %j) is %s to ShipEngine", async (carrier, carrierCodes, code) => {
  const { requests, ask } = shipengine({ status: 200, body: DELIVERED }, { carrierCodes });
  await ask(carrier);
  expect(new URL(requests[0]?.url ?? "").searchParams.get("carrier_code")).toBe(code);
});

test("a number whose carrier nobody knows is refused before any call, with what to do", async () => {
  for (const carrier of [null, "shipengine", "", "a b&c=d"]) {
    const { requests, ask } = shipengine({ status: 200, body: DELIVERED });
    await expect(ask(carrier), String(carrier)).rejects.toMatchObject({
      kind: "rejected",
      message: expect.stringMatching(/state the shipment's carrier/),
    });
    expect(requests).toEqual([]);
  }
  for (const odd of ["", "../labels", "1Z 99", "x".repeat(61)])
    await expect(shipengine({ status: 200 }).ask("ups", odd)).rejects.toMatchObject({ kind: "rejected" });
});

test.each([
  [400, "carrier_not_connected", "not_ours"],
  [400, "tracking_not_supported", "not_ours"],
  [409, "carrier_disconnected", "not_ours"],
])("HTTP %d with %s is a report about the number", async (status, code, kind) => {
  const body = await shipengine({ status, body: refusal(code) }).ask();
  expect(parseAnswer(body).notices).toMatchObject([{ kind }]);
});

test.each([
  [401, refusal("unauthorized", { error_type: "security" }), "unauthorized"],
  [400, refusal("invalid_billing_plan"), "unauthorized"],
  [400, refusal("subscription_inactive", { error_type: "account_status" }), "unauthorized"],
  [402, {}, "unauthorized"],
  [403, refusal("carrier_not_connected"), "unauthorized"],
  [404, refusal("not_found"), "rejected"],
  [400, refusal("rate_limit_exceeded"), "rate_limited"],
  [400, refusal("unspecified"), "rejected"],
  [400, refusal("unspecified", { error_source: "carrier" }), "rejected"],
  [401, refusal("unauthorized", { error_source: "carrier" }), "rejected"],
  [429, refusal("rate_limit_exceeded", { error_source: "carrier" }), "unavailable"],
  [500, refusal("unspecified", { error_source: "carrier" }), "unavailable"],
])("HTTP %d with %j is a failed call of kind %s", async (status, body, kind) => {
  await expect(shipengine({ status, body }).ask()).rejects.toMatchObject({ name: "CarrierCallError", kind });
});

test("a failure names ShipEngine's code and who said it, and none of its texts", async () => {
  const body = refusal("rate_limit_exceeded", { error_source: "carrier", message: "key made-up-production-key" });
  await expect(shipengine({ status: 429, body }).ask()).rejects.toMatchObject({
    message: "ShipEngine refused the tracking request (HTTP 429, rate_limit_exceeded by the carrier).",
  });
});

test("Retry-After is seconds", async () => {
  const limited = { status: 429, body: refusal("rate_limit_exceeded"), headers: { "retry-after": "60" } };
  await expect(shipengine(limited).ask()).rejects.toMatchObject({ kind: "rate_limited", retryAfterMs: 60_000 });
});

test("settings that make no address are named", async () => {
  await expect(shipengine({ status: 200 }, { baseUrl: "shipengine" }).ask()).rejects.toMatchObject({
    kind: "rejected",
    message: expect.stringMatching(/baseUrl and pathPrefix/),
  });
});
