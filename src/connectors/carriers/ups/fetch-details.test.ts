import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import type { AccessToken, FetchContext } from "../contract.js";
import { obtainAccessToken } from "./access-token.js";
import { fetchDetails } from "./fetch-details.js";
import { bytes, NUMBER } from "./fixtures/bodies.js";
import { parseUps } from "./parse.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const TOKEN = { access_token: "made-up-token", expires_in: "14399", token_type: "Bearer" };
const json = (status: number, body: unknown): HttpResponse => ({ status, headers: {}, body: bytes(body) });
const errors = (code: string) => ({ response: { errors: [{ code, message: "Said by UPS" }] } });

function ups(answer: HttpResponse, credentials: Record<string, string> = {}) {
  const requests: HttpRequest[] = [];
  let kept: AccessToken | null = null;
  const context: FetchContext = {
    credentials: { clientId: "made:up", clientSecret: "s€cret", ...credentials },
    http: async (request) => {
      requests.push(request);
      return request.url.endsWith("/security/v1/oauth/token") ? json(200, TOKEN) : answer;
    },
    tokens: {
      get: async (obtain) => (kept ??= await obtain()),
      refresh: async (_stale, obtain) => (kept = await obtain()),
    },
    now: () => NOW,
    newId: () => "01890a5d-ac96-774b-bcce-b302099a8057",
  };
  const ask = (trackingNumber = NUMBER) =>
    fetchDetails([{ trackingNumber, carrierUniqueId: null, shipDate: null }], context);
  return { requests, context, ask };
}

test("a track request names itself and the number as UPS wants it", async () => {
  const { requests, ask } = ups(json(200, { trackResponse: {} }), {
    locale: "de_DE",
    transactionSource: "shop",
    baseUrl: "https://wwwcie.ups.com/",
  });
  await ask();
  const request = requests.at(-1);
  expect(request?.url).toBe(`https://wwwcie.ups.com/api/track/v1/details/${NUMBER}?locale=de_DE&returnSignature=false`);
  expect(request?.headers).toMatchObject({
    authorization: "Bearer made-up-token",
    transId: "01890a5dac96774bbcceb302099a8057",
    transactionSrc: "shop",
  });
});

test("a token request has Basic authorization, the grant, and the shipper number only where there is one", async () => {
  const { requests, context } = ups(json(200, {}));
  await obtainAccessToken(context);
  await obtainAccessToken({ ...context, credentials: { ...context.credentials, merchantId: "WB4Y72" } });
  expect(requests[0]).toMatchObject({
    method: "POST",
    url: "https://onlinetools.ups.com/security/v1/oauth/token",
    body: "grant_type=client_credentials",
    headers: { authorization: `Basic ${Buffer.from("made:up:s€cret").toString("base64")}` },
  });
  expect(requests.map((request) => request.headers?.["x-merchant-id"])).toEqual([undefined, "WB4Y72"]);
});

test("the lifetime is text and the token is renewed after nine tenths of it", async () => {
  const token = await obtainAccessToken(ups(json(200, {})).context);
  expect(token).toEqual({ value: "made-up-token", expiresAt: NOW + 14_399 * 900 });
});

test.each([
  [404, "TW0001", "not_found"],
  [404, "TV1002", "invalid_number"],
  [400, "TV1002", "invalid_number"],
])("HTTP %d with %s is a report that parses to a notice %s", async (status, code, kind) => {
  const body = await ups(json(status, errors(code))).ask();
  expect(parseUps(body).notices.map((notice) => notice.kind)).toEqual([kind]);
});

test.each([
  [404, "VSS110", "rejected"],
  [404, "", "rejected"],
  [503, "TW0001", "unavailable"],
  [429, "10429", "rate_limited"],
  [400, "10429", "rate_limited"],
])("HTTP %d with code %j is a failed call of kind %s", async (status, code, kind) => {
  await expect(ups(json(status, errors(code))).ask()).rejects.toMatchObject({ name: "CarrierCallError", kind });
});

test("the sentence names UPS's code and nothing that UPS said", async () => {
  await expect(ups(json(403, errors("250002"))).ask()).rejects.toThrow(
    "UPS refused the track request (HTTP 403, 250002).",
  );
});

test.each(["../../x", "1Z", "1Z/../..", "1".repeat(35), "1ZWB4Y72 300418263"])(
  "the number %j is refused before any request",
  async (number) => {
    const { requests, ask } = ups(json(200, {}));
    await expect(ask(number)).rejects.toMatchObject({ kind: "rejected" });
    expect(requests).toEqual([]);
  },
);
