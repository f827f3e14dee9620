import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import type { FetchContext } from "../contract.js";
import { fetchShipments } from "./fetch-shipments.js";
import { bytes, NOT_FOUND, NUMBER } from "./fixtures/bodies.js";
import { parseDhl } from "./parse.js";

const json = (status: number, body: unknown): HttpResponse => ({ status, headers: {}, body: bytes(body) });

function dhl(answer: HttpResponse, credentials: Record<string, string> = {}) {
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
  const ask = (trackingNumber = NUMBER) =>
    fetchShipments([{ trackingNumber, carrierUniqueId: null, shipDate: null }], context);
  return { requests, ask };
}

test("a request asks for English words, and for a division only where the connection names one", async () => {
  const { requests, ask } = dhl(json(200, {}));
  await ask();
  expect(requests[0]).toMatchObject({
    method: "GET",
    url: `https://api-eu.dhl.com/track/shipments?trackingNumber=${NUMBER}&language=en`,
    headers: { "DHL-API-Key": "made-up-key" },
  });
});

test("the connection's division, country, language and address are used", async () => {
  const { requests, ask } = dhl(json(200, {}), {
    baseUrl: "https://api-test.dhl.com/track/",
    service: "parcel-de",
    requesterCountryCode: "de",
    language: "de",
  });
  await ask("FRT-4172853");
  expect(requests[0]?.url).toBe(
    "https://api-test.dhl.com/track/shipments?trackingNumber=FRT-4172853&service=parcel-de&requesterCountryCode=DE&language=de",
  );
});

test("a division or country that there is none of is not sent", async () => {
  const { requests, ask } = dhl(json(200, {}), { service: "express&x=1", requesterCountryCode: "Germany" });
  await ask();
  expect(requests[0]?.url).not.toMatch(/service|requester/);
});

test("a 404 about the number is a report that parses to a notice", async () => {
  const report = parseDhl(await dhl(json(404, NOT_FOUND)).ask());
  expect(report.notices).toMatchObject([{ kind: "not_found", trackingNumber: NUMBER }]);
});

test.each([
  [404, { status: 404, title: "Not Found", detail: "No such path." }, "rejected"],
  [404, "<html>", "rejected"],
  [401, { status: 401, title: "Unauthorized", detail: "Unauthorized for given resource." }, "unauthorized"],
  [
    429,
    { status: 429, title: "Too many requests", detail: "Too many requests within defined time period." },
    "rate_limited",
  ],
])("HTTP %d with %j is a failed call of kind %s", async (status, body, kind) => {
  await expect(dhl(json(status, body)).ask()).rejects.toMatchObject({
    name: "CarrierCallError",
    kind,
    retryAfterMs: null,
  });
});

test("the sentence repeats nothing that DHL said", async () => {
  await expect(dhl(json(400, { detail: "made-up-key" })).ask()).rejects.toThrow(
    "DHL refused the tracking request (HTTP 400).",
  );
});

test.each(["../../x", "123", "1234/..", "1".repeat(51), "1234 5678", "-1234"])(
  "the number %j is refused before any request",
  async (number) => {
    const { requests, ask } = dhl(json(200, {}));
    await expect(ask(number)).rejects.toMatchObject({ kind: "rejected" });
    expect(requests).toEqual([]);
  },
);
