import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import type { FetchContext } from "../contract.js";
import { fetchTracker } from "./fetch-tracker.js";
import { bytes, DELIVERED_TRACKER, NUMBER, refusal } from "./fixtures/bodies.js";
import { parseEasypost } from "./parse.js";

const json = (status: number, body: unknown): HttpResponse => ({ status, headers: {}, body: bytes(body) });

function easypost(answer: HttpResponse, credentials: Record<string, string> = {}) {
  const requests: HttpRequest[] = [];
  const context: FetchContext = {
    credentials: { apiKey: "made-up-key", ...credentials },
    http: async (request) => {
      requests.push(request);
      return answer;
    },
    tokens: { get: (obtain) => obtain(), refresh: (_stale, obtain) => obtain() },
    now: () => Date.UTC(2026, 2, 4, 21),
    newId: () => "01890a5d-ac96-774b-bcce-b302099a8057",
  };
  const ask = (carrier: string | null = null, trackingNumber = NUMBER) =>
    fetchTracker([{ trackingNumber, carrierUniqueId: null, shipDate: null, carrier }], context);
  return { requests, ask };
}

test("the tracker is made or found by number and carrier, with the key as user and no password", async () => {
  const { requests, ask } = easypost(json(201, DELIVERED_TRACKER));
  expect(parseEasypost(await ask("usps")).trackings).toHaveLength(1);
  expect(requests).toMatchObject([
    {
      method: "POST",
      url: "https://api.easypost.com/v2/trackers",
      headers: { authorization: `Basic ${btoa("made-up-key:")}`, "content-type": "application/json" },
    },
  ]);
  expect(JSON.parse(String(requests[0]?.body))).toEqual({ tracker: { tracking_code: NUMBER, carrier: "USPS" } });
});

test("without a carrier that EasyPost knows none is named", async () => {
  for (const carrier of [null, "pigeon_post", "dhl"]) {
    const { requests, ask } = easypost(json(200, DELIVERED_TRACKER), { baseUrl: "https://easypost.example/v2/" });
    await ask(carrier);
    expect(requests[0]?.url).toBe("https://easypost.example/v2/trackers");
    expect(JSON.parse(String(requests[0]?.body))).toEqual({ tracker: { tracking_code: NUMBER } });
  }
});

test.each([
  [404, refusal("TRACKER.NOT_FOUND", "Nothing there."), "not_found"],
  [422, refusal("TRACKER.CREATE.ERROR", ["No such parcel."]), "not_found"],
  [422, refusal("TRACKER.CREATE.ERROR", "In test mode only test numbers will do."), "not_ours"],
  [400, refusal("TRACKER.INVALID_TEST_CODE", { base: ["Not a test number."] }), "not_ours"],
  [422, refusal("TRACKER.CARRIER_CODE_MISMATCH", "Another carrier's."), "invalid_number"],
  [
    422,
    refusal("TRACKER.NO_CARRIER_FOR_CODE", "", [{ field: "tracking_code", message: "Nobody's." }]),
    "invalid_number",
  ],
  [422, refusal("TRACKER.MULTIPLE_CARRIERS_FOR_CODE", "Several."), "not_ours"],
  [422, refusal("TRACKER.UNSUPPORTED_CARRIER", null), "not_ours"],
])("HTTP %i with %j is about the number: %s", async (status, body, kind) => {
  const report = parseEasypost(await easypost(json(status, body)).ask());
  expect(report).toMatchObject({ trackings: [], notices: [{ kind, trackingNumber: "" }] });
});

test("the words of a notice are read in whichever shape they come", async () => {
  const said = async (message: unknown, errors: readonly unknown[] = []) =>
    parseEasypost(await easypost(json(404, refusal("TRACKER.NOT_FOUND", message, errors))).ask()).notices[0]
      ?.carrierText;
  expect(await said("Plain.")).toBe("Plain.");
  expect(await said(["One.", "Two."])).toBe("One.; Two.");
  expect(await said({ tracking_code: ["Deep.", { more: "Deeper." }] })).toBe("Deep.; Deeper.");
  expect(await said("", ["From the list."])).toBe("From the list.");
  expect((await said("x".repeat(5_000)))?.length).toBe(300);
});

test.each([
  [400, refusal("TRACKER.INVALID_PARAMS", "Odd."), "rejected", "(HTTP 400, TRACKER.INVALID_PARAMS)"],
  [401, refusal("APIKEY.INACTIVE", "No."), "unauthorized", "(HTTP 401, APIKEY.INACTIVE)"],
  [402, refusal("PAYMENT_REQUIRED", "Pay."), "rejected", "Billing in its dashboard"],
  [403, refusal("TRACKER.NOT_FOUND", "No."), "unauthorized", "(HTTP 403"],
  [404, "<html>", "rejected", "(HTTP 404)"],
  [408, {}, "unavailable", "(HTTP 408)"],
  [422, refusal("TRACKER.CREATE.ERROR", "A like request is in-flight."), "unavailable", "TRACKER.CREATE.ERROR"],
  [429, refusal("RATE_LIMIT.EXCEEDED", "Slow down."), "rate_limited", "(HTTP 429, RATE_LIMIT.EXCEEDED)"],
  [503, {}, "unavailable", "(HTTP 503)"],
])("HTTP %i with %j is a failed call of kind %s", async (status, body, kind, says) => {
  const call = easypost(json(status, body)).ask();
  await expect(call).rejects.toMatchObject({ name: "CarrierCallError", kind, retryAfterMs: null });
  await expect(call).rejects.toThrow(says);
});

test("the sentence repeats neither words nor odd codes", async () => {
  const odd = refusal("made-up-key", "made-up-key", ["made-up-key"]);
  await expect(easypost(json(422, odd)).ask()).rejects.toThrow("EasyPost refused the tracking request (HTTP 422).");
});

test.each(["", "123", "../../x", "1".repeat(61), "-1234", "1234\n5"])(
  "the number %j is never asked about",
  async (number) => {
    const { requests, ask } = easypost(json(200, DELIVERED_TRACKER));
    await expect(ask(null, number)).rejects.toMatchObject({ kind: "rejected" });
    expect(requests).toEqual([]);
  },
);
