import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import type { AccessToken, FetchContext } from "../contract.js";
import { obtainAccessToken } from "./access-token.js";
import { fetchTracking } from "./fetch-tracking.js";
import { bytes, DELIVERED_PIECE, NOT_FOUND_BODY, NUMBER } from "./fixtures/bodies.js";
import { parseUsps } from "./parse.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const TOKEN = { access_token: "made-up-token", expires_in: 28_799, token_type: "Bearer", scope: "tracking" };
const answered = (status: number, body: unknown, headers: HttpResponse["headers"] = {}): HttpResponse => ({
  status,
  headers,
  body: body instanceof Uint8Array ? body : bytes(body),
});
const refusal = (code: string, text = "Said by USPS") => ({
  apiVersion: "/tracking/v3",
  error: { code: "400", message: text, errors: [{ code, title: text, source: "a text where an object was promised" }] },
});

function usps(answer: HttpResponse, credentials: Record<string, string> = {}) {
  const requests: HttpRequest[] = [];
  let kept: AccessToken | null = null;
  const context: FetchContext = {
    credentials: { clientId: "made-up-key", clientSecret: "made-up-secret", ...credentials },
    http: async (request) => {
      requests.push(request);
      return request.method === "POST" ? answered(200, TOKEN) : answer;
    },
    tokens: {
      get: async (obtain) => (kept ??= await obtain()),
      refresh: async (_stale, obtain) => (kept = await obtain()),
    },
    now: () => NOW,
    newId: () => "01890a5d-ac96-774b-bcce-b302099a8057",
  };
  const ask = (trackingNumber = NUMBER, shipDate: string | null = null) =>
    fetchTracking([{ trackingNumber, carrierUniqueId: null, shipDate }], context);
  return { requests, context, ask };
}

test("details are asked for under the present path, and under another where the connection says so", async () => {
  const present = usps(answered(200, DELIVERED_PIECE));
  await present.ask(NUMBER, "2026-03-01");
  expect(present.requests.at(-1)).toMatchObject({
    method: "GET",
    url: `https://apis.usps.com/tracking/v3/tracking/${NUMBER}?expand=DETAIL`,
    headers: { authorization: "Bearer made-up-token" },
  });
  const later = usps(answered(200, DELIVERED_PIECE), {
    baseUrl: "https://apis-tem.usps.com/",
    trackPath: "/tracking/v3.2/tracking/",
    sendMailingDate: "yes",
  });
  await later.ask(NUMBER, "2026-03-01");
  expect(later.requests.at(-1)?.url).toBe(
    `https://apis-tem.usps.com/tracking/v3.2/tracking/${NUMBER}?expand=DETAIL&mailingDate=2026-03-01`,
  );
});

test("a token is asked for with client credentials as JSON, with the scope only where one is set", async () => {
  const { requests, context } = usps(answered(200, {}));
  const token = await obtainAccessToken(context);
  await obtainAccessToken({ ...context, credentials: { ...context.credentials, scope: "tracking" } });
  expect(requests[0]?.url).toBe("https://apis.usps.com/oauth2/v3/token");
  expect(requests.map(({ body }) => JSON.parse(String(body)))).toEqual([
    { client_id: "made-up-key", client_secret: "made-up-secret", grant_type: "client_credentials" },
    { client_id: "made-up-key", client_secret: "made-up-secret", grant_type: "client_credentials", scope: "tracking" },
  ]);
  expect(token).toEqual({ value: "made-up-token", expiresAt: NOW + 28_799 * 900 });
});

test.each([400, 404, 200])("HTTP %d with the code of a number not known yet is a report", async (status) => {
  const body = await usps(answered(status, NOT_FOUND_BODY)).ask();
  expect(parseUsps(body).notices.map(({ kind }) => kind)).toEqual(["not_found"]);
});

test.each([
  [400, "150099", "rejected"],
  [404, "", "rejected"],
  [403, "150099", "unauthorized"],
  [401, "150001", "unauthorized"],
  [503, "150001", "unavailable"],
  [429, "", "rate_limited"],
])("HTTP %d with code %j is a failed call of kind %s", async (status, code, kind) => {
  await expect(usps(answered(status, refusal(code))).ask()).rejects.toMatchObject({ name: "CarrierCallError", kind });
});

test("a piece of a mailer that does not let us track it stops no others", async () => {
  const body = await usps(answered(403, refusal("403", "Not authorized for this MID."))).ask();
  expect(parseUsps(body).notices.map(({ kind }) => kind)).toEqual(["not_ours"]);
});

test("the quota of an hour is waited for as long as USPS says", async () => {
  const answer = answered(429, refusal(""), { "retry-after": "1800" });
  await expect(usps(answer).ask()).rejects.toMatchObject({ kind: "rate_limited", retryAfterMs: 1_800_000 });
});

test("the sentence names the code and a missing scope, and nothing that USPS said", async () => {
  await expect(usps(answered(400, refusal("150099"))).ask()).rejects.toThrow(
    "USPS refused the tracking request (HTTP 400, 150099).",
  );
  await expect(usps(answered(401, refusal("", "Insufficient OAuth scope."))).ask()).rejects.toThrow(
    "USPS refused the tracking request (HTTP 401, the app lacks the scope: ask USPS to grant it).",
  );
});

test.each(["../../x", "94/../..", "1".repeat(35), "9400 1900", "9400190000417000000386?x=1", `42060601${NUMBER}`])(
  "the number %j is refused before any request",
  async (number) => {
    const { requests, ask } = usps(answered(200, DELIVERED_PIECE));
    await expect(ask(number)).rejects.toMatchObject({ kind: "rejected" });
    expect(requests).toEqual([]);
  },
);

test("settings that make no address are rejected before any request", async () => {
  const { requests, ask } = usps(answered(200, DELIVERED_PIECE), { baseUrl: "usps" });
  await expect(ask()).rejects.toMatchObject({ kind: "rejected" });
  expect(requests).toEqual([]);
});
