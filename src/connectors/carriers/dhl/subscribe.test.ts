import { expect, test } from "vitest";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpResponse } from "../../../runtime/http-client.js";
import { createSubscribeWorld, failureOf, type SubscribeWorld } from "../conformance-subscribe-world.js";
import type { TrackQuery } from "../contract.js";
import { bytes, NUMBER } from "./fixtures/bodies.js";
import { dhlSubscriptions } from "./subscribe.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const HOOK = "https://waybill.example/hooks/dhl/con-1";
const OTHER = "JVGL0417285306";
const SETTINGS = { apiKey: "consumer-key", pushToken: "push-token", service: "express" };
const BASE = "https://api-eu.dhl.com/tracking/push/v1/subscription";
const SELF = `${BASE}/sub-7`;

test("a subscription names our address, our token, every event and the numbers", async () => {
  const dhl = play(SETTINGS, json(202, { self: SELF, scope: "subscription.created" }));
  await subscribe([NUMBER, OTHER], dhl);
  const [request] = dhl.requests;
  expect(request).toMatchObject({
    method: "POST",
    url: BASE,
    headers: { "DHL-API-Key": "consumer-key", "content-type": "application/json" },
  });
  expect(JSON.parse(String(request?.body))).toEqual({
    hook: {
      uri: HOOK,
      authentication: { type: "ApiKeyAuthentication", header: "X-Api-Key", token: "push-token" },
    },
    format: "Default",
    type: "Shipment",
    service: "express",
    events: ["Pre-Transit", "Transit", "Delivered", "Failure", "Unknown"],
    shipmentIDs: [NUMBER, OTHER],
  });
});

test("address, header and division are settings; without a division none is named", async () => {
  const settings = { ...SETTINGS, service: "", pushHeader: "X-Waybill", pushBaseUrl: "https://api-test.dhl.com/push/" };
  const dhl = play(settings, json(202, { self: SELF }));
  await subscribe([NUMBER], dhl);
  expect(dhl.requests[0]?.url).toBe("https://api-test.dhl.com/push/subscription");
  const body = JSON.parse(String(dhl.requests[0]?.body));
  expect(body).toMatchObject({ hook: { authentication: { header: "X-Waybill" } } });
  expect(body).not.toHaveProperty("service");
});

test.each<[string, unknown]>([
  ["its own address", { self: SELF, scope: "subscription.created" }],
  ["an id", { id: "sub-7" }],
  ["a subscriptionId", { subscriptionId: "sub-7", status: "created" }],
])("a new subscription with %s is pending under its id until DHL had our answer", async (_by, body) => {
  expect(await subscribe([NUMBER], play(SETTINGS, json(202, body)))).toEqual({
    jobId: "sub-7",
    numbers: [{ trackingNumber: NUMBER, outcome: "pending", reference: "sub-7", expiresAt: null, reason: null }],
  });
});

test.each([
  ["subscription.ready", "subscribed", null],
  ["active", "subscribed", null],
  ["subscription.created", "pending", "sub-7"],
  ["subscription.validate", "pending", "sub-7"],
  ["subscription.activate", "pending", "sub-7"],
  ["subscription.unheard-of", "pending", "sub-7"],
  ["subscription.failure", "refused", null],
])("a subscription seen as %s is %s", async (scope, outcome, jobId) => {
  const dhl = play(SETTINGS, json(200, { self: SELF, scope }));
  const report = await check([NUMBER], dhl);
  expect(report?.jobId).toBe(jobId);
  expect(report?.numbers).toMatchObject([{ trackingNumber: NUMBER, outcome }]);
  expect(dhl.requests[0]).toMatchObject({ method: "GET", url: SELF });
});

test("a number that DHL left out is refused", async () => {
  const report = await check([NUMBER, OTHER], play(SETTINGS, ready({ shipmentIDs: [OTHER] })));
  expect(report?.numbers).toMatchObject([
    { trackingNumber: NUMBER, outcome: "refused" },
    { trackingNumber: OTHER, outcome: "subscribed" },
  ]);
});

test.each([
  ["2026-04-04T00:00:00Z", Date.UTC(2026, 3, 4)],
  ["2026-04-04T02:00:00+02:00", Date.UTC(2026, 3, 4)],
  ["Sat Apr 04 2026 00:00:00 GMT+0000 (Coordinated Universal Time)", Date.UTC(2026, 3, 4)],
  // No zone: it may end as early as in UTC+14.
  ["2026-04-04T00:00:00", Date.UTC(2026, 3, 3, 10)],
  ["some day", null],
])("it ends when DHL says: %s", async (expires, expiresAt) => {
  const report = await check([NUMBER], play(SETTINGS, ready({ expires })));
  expect(report?.numbers).toMatchObject([{ outcome: "subscribed", reference: "sub-7", expiresAt }]);
});

test("one that ran out or is gone is rejected, so that it is asked for again", async () => {
  const old = play(SETTINGS, ready({ expires: "2026-03-01T00:00:00Z" }));
  expect((await failureOf(check([NUMBER], old))).kind).toBe("rejected");
  expect((await failureOf(check([NUMBER], play(SETTINGS, json(404, {}))))).kind).toBe("rejected");
});

test("a number that DHL cannot have is refused and the others are asked for", async () => {
  const dhl = play(SETTINGS, json(202, { self: SELF }));
  const { numbers } = await subscribe(["../x", NUMBER], dhl);
  expect(numbers.map(({ outcome }) => outcome)).toEqual(["refused", "pending"]);
  expect(JSON.parse(String(dhl.requests[0]?.body))).toMatchObject({ shipmentIDs: [NUMBER] });
  expect((await subscribe(["../x"], play(SETTINGS))).numbers).toMatchObject([{ outcome: "refused" }]);
});

test("an answer without an id that fits in a path is unreadable", async () => {
  for (const body of [{ scope: "subscription.created" }, { id: "../x" }, { self: "https://dhl.example/x" }])
    expect((await failureOf(subscribe([NUMBER], play(SETTINGS, json(202, body))))).kind).toBe("unreadable");
});

test("an ended subscription is deleted once, however many numbers shared it; one that is gone is no error", async () => {
  const dhl = play(SETTINGS, json(204, ""));
  await end([NUMBER, OTHER], dhl);
  expect(dhl.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([`DELETE ${SELF}`]);
  await end([NUMBER], play(SETTINGS, json(404, {})));
  await end([NUMBER], play(SETTINGS, json(410, {})));
  expect((await failureOf(end([NUMBER], play(SETTINGS, json(503, {}))))).kind).toBe("unavailable");
});

test.each<[Credentials, RegExp]>([
  [{ ...SETTINGS, pushToken: "" }, /pushToken/],
  [{ ...SETTINGS, pushHeader: "X Api Key" }, /pushHeader/],
  [{ ...SETTINGS, service: "expres" }, /service/],
])("%j is an obstacle", (credentials, says) => {
  expect(dhlSubscriptions.obstacle(credentials, HOOK)).toMatch(says);
});

/** DHL with these answers one after the other; asked more often, it breaks the test. */
function play(credentials: Credentials, ...answers: readonly HttpResponse[]): SubscribeWorld {
  let count = 0;
  return createSubscribeWorld({ credentials, nowMs: NOW }, { hookUrl: HOOK }, ({ method, url }) => {
    const answer = answers[count++];
    if (answer === undefined) throw new Error(`Nobody expected ${method} ${url}.`);
    return answer;
  });
}

function subscribe(numbers: readonly string[], { context }: SubscribeWorld) {
  return dhlSubscriptions.subscribe(numbers.map(query), context);
}

function check(numbers: readonly string[], { context }: SubscribeWorld) {
  return dhlSubscriptions.check?.("sub-7", numbers.map(query), context);
}

async function end(numbers: readonly string[], { context }: SubscribeWorld): Promise<void> {
  const ended = numbers.map((trackingNumber) => ({ trackingNumber, reference: "sub-7", carrier: null }));
  await dhlSubscriptions.unsubscribe?.(ended, context);
}

function query(trackingNumber: string): TrackQuery {
  return { trackingNumber, carrierUniqueId: null, shipDate: null };
}

function ready(more: Record<string, unknown>): HttpResponse {
  return json(200, { self: SELF, scope: "subscription.ready", ...more });
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: bytes(body) };
}
