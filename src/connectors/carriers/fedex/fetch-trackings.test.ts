import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { CarrierCallError, type FetchContext, type TrackQuery } from "../contract.js";
import { fetchTrackings } from "./fetch-trackings.js";
import { bytes } from "./fixtures/bodies.js";

const TOKEN = { access_token: "token-1", expires_in: 3599 };
const NOW = Date.parse("2026-03-04T17:00:00Z");

test("a query is asked by unique id, else with the days around its ship date", async () => {
  const requests = await ask([
    { trackingNumber: "568283610012000", carrierUniqueId: "61040~568283610012000~FDEG", shipDate: "2026-03-01" },
    { trackingNumber: "041441760228964", carrierUniqueId: null, shipDate: "2026-03-01" },
    { trackingNumber: "986578788855", carrierUniqueId: null, shipDate: null },
    { trackingNumber: "477179081230", carrierUniqueId: null, shipDate: "someday" },
  ]);
  expect(JSON.parse(String(requests.at(-1)?.body))).toEqual({
    includeDetailedScans: true,
    trackingInfo: [
      {
        trackingNumberInfo: { trackingNumber: "568283610012000", trackingNumberUniqueId: "61040~568283610012000~FDEG" },
      },
      {
        trackingNumberInfo: { trackingNumber: "041441760228964" },
        shipDateBegin: "2026-02-22",
        shipDateEnd: "2026-03-08",
      },
      { trackingNumberInfo: { trackingNumber: "986578788855" } },
      { trackingNumberInfo: { trackingNumber: "477179081230" } },
    ],
  });
});

test("the token is asked for with the client in the body, the report with the token and in English", async () => {
  const [token, report] = await ask([query("568283610012000")]);
  expect(token).toMatchObject({
    method: "POST",
    url: "https://apis.fedex.com/oauth/token",
    body: "grant_type=client_credentials&client_id=key&client_secret=s%26cret",
  });
  expect(report).toMatchObject({
    method: "POST",
    url: "https://apis.fedex.com/track/v1/trackingnumbers",
    headers: { authorization: "Bearer token-1", "x-locale": "en_US", "x-customer-transaction-id": "id-1" },
  });
});

test("address and paths are settings of the connection", async () => {
  const credentials = {
    baseUrl: "https://apis-sandbox.fedex.com",
    trackPath: "/track/v2/trackingnumbers",
    tokenPath: "/auth",
  };
  const requests = await ask([query("568283610012000")], { credentials });
  expect(requests.map((request) => request.url)).toEqual([
    "https://apis-sandbox.fedex.com/auth",
    "https://apis-sandbox.fedex.com/track/v2/trackingnumbers",
  ]);
});

test("an address that is none is said before any request", async () => {
  const error = await ask([query("568283610012000")], { credentials: { baseUrl: "apis.fedex.com" } }).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({ kind: "rejected" });
});

test("thirty numbers are one call", async () => {
  const thirty = Array.from({ length: 30 }, (_, at) => query(`9865787888${String(at).padStart(2, "0")}`));
  expect(await ask(thirty)).toHaveLength(2);
});

test("an address that asked for too many tokens waits ten minutes", async () => {
  const error = await ask([query("568283610012000")], { onToken: { status: 403, headers: {}, body: bytes({}) } }).catch(
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(CarrierCallError);
  expect(error).toMatchObject({ kind: "rate_limited", retryAfterMs: 600_000 });
});

test("a refusal names FedEx's code, and nothing else that FedEx wrote", async () => {
  const body = bytes({
    errors: [
      { code: "FORBIDDEN.ERROR", message: "key s&cret" },
      { code: "s&cret", message: "" },
    ],
  });
  const error = await ask([query("568283610012000")], { onReport: { status: 403, headers: {}, body } }).catch(
    (e: unknown) => e,
  );
  expect(error).toMatchObject({
    kind: "unauthorized",
    message: "FedEx refused the tracking request (HTTP 403, FORBIDDEN.ERROR).",
  });
});

function query(trackingNumber: string): TrackQuery {
  return { trackingNumber, carrierUniqueId: null, shipDate: null };
}

interface World {
  readonly credentials?: Readonly<Record<string, string>>;
  readonly onToken?: HttpResponse;
  readonly onReport?: HttpResponse;
}

/** Asks FedEx as played by two answers, and gives the requests that it got. */
async function ask(queries: readonly TrackQuery[], world: World = {}): Promise<HttpRequest[]> {
  const requests: HttpRequest[] = [];
  const { onToken = ok(TOKEN), onReport = ok({ output: { completeTrackResults: [] } }) } = world;
  const context: FetchContext = {
    credentials: { clientId: "key", clientSecret: "s&cret", ...world.credentials },
    http: async (request) => {
      requests.push(request);
      return requests.length === 1 ? onToken : onReport;
    },
    tokens: { get: (obtain) => obtain(), refresh: (_stale, obtain) => obtain() },
    now: () => NOW,
    newId: () => "id-1",
  };
  await fetchTrackings(queries, context);
  return requests;
}

function ok(value: unknown): HttpResponse {
  return { status: 200, headers: {}, body: bytes(value) };
}
