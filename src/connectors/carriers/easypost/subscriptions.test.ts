import { expect, test } from "vitest";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import type { AccessToken, SubscribeContext } from "../contract.js";
import { bytes, NUMBER, refusal, TRACKER_ID, tracker } from "./fixtures/bodies.js";
import { easypostSubscriptions } from "./subscriptions.js";

const HOOK = "https://waybill.example/hooks/easypost/con_1";
const HOUR = 60 * 60_000;
const OURS = { id: "hook_7", url: HOOK, disabled_at: null };

/** EasyPost with these webhooks, and a token cache that forgets what has run out. */
function easypost(webhooks: readonly unknown[], answers: Readonly<Record<string, HttpResponse>> = {}) {
  const world = { nowMs: 0, requests: [] as HttpRequest[], credentials: { apiKey: "key", webhookSecret: "sécret" } };
  let kept: AccessToken | null = null;
  const answer = ({ method, url }: HttpRequest): HttpResponse => {
    const call = `${method} ${new URL(url).pathname}`;
    const agreed = call === "GET /v2/webhooks" ? { webhooks } : tracker([]);
    return answers[call] ?? { status: method === "GET" ? 200 : 201, headers: {}, body: bytes(agreed) };
  };
  const context = (): SubscribeContext => ({
    credentials: world.credentials,
    hookUrl: HOOK,
    http: async (request) => {
      world.requests.push(request);
      return answer(request);
    },
    tokens: {
      get: async (obtain) => (kept === null || kept.expiresAt <= world.nowMs ? (kept = await obtain()) : kept),
      refresh: async (_stale, obtain) => (kept = await obtain()),
    },
    now: () => world.nowMs,
    newId: () => "01890a5d-ac96-774b-bcce-b302099a8057",
  });
  const subscribe = (trackingNumber = NUMBER, carrier: string | null = "usps") =>
    easypostSubscriptions.subscribe([{ trackingNumber, carrierUniqueId: null, shipDate: null, carrier }], context());
  const unsubscribe = (reference: string | null) =>
    easypostSubscriptions.unsubscribe?.([{ trackingNumber: NUMBER, reference, carrier: null }], context());
  const calls = () => world.requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  return { world, subscribe, unsubscribe, calls };
}

const bodyOf = (request: HttpRequest | undefined): unknown => JSON.parse(String(request?.body));

test("a number is followed by its tracker, which lasts, and pushed to a webhook with our secret", async () => {
  const { world, subscribe, calls } = easypost([{ ...OURS, url: "https://other.example/hooks" }]);
  expect(await subscribe()).toEqual({
    jobId: null,
    numbers: [{ trackingNumber: NUMBER, outcome: "subscribed", reference: TRACKER_ID, expiresAt: null, reason: null }],
  });
  expect(calls()).toEqual(["GET /v2/webhooks", "POST /v2/webhooks", "POST /v2/trackers"]);
  expect(bodyOf(world.requests[1])).toEqual({ webhook: { url: HOOK, webhook_secret: "sécret" } });
  expect(bodyOf(world.requests[2])).toEqual({ tracker: { tracking_code: NUMBER, carrier: "USPS" } });
});

test("a webhook that is there is switched on and given our secret, not made twice", async () => {
  const { world, subscribe, calls } = easypost([{ ...OURS, disabled_at: "2026-03-01T00:00:00Z" }]);
  await subscribe();
  expect(calls()).toEqual(["GET /v2/webhooks", "PATCH /v2/webhooks/hook_7", "POST /v2/trackers"]);
  expect(bodyOf(world.requests[1])).toEqual({ webhook_secret: "sécret" });
});

test("the webhook is looked at once an hour, however many numbers there are", async () => {
  const { world, subscribe, calls } = easypost([OURS]);
  for (const number of [NUMBER, "EZ1000000001", "EZ2000000002"]) await subscribe(number);
  expect(calls().filter((call) => call !== "POST /v2/trackers")).toHaveLength(2);
  world.nowMs = HOUR;
  await subscribe();
  expect(calls().filter((call) => call !== "POST /v2/trackers")).toHaveLength(4);
});

test("a changed secret reaches the webhook at once", async () => {
  const { world, subscribe } = easypost([OURS]);
  await subscribe();
  world.credentials.webhookSecret = "another";
  await subscribe();
  expect(world.requests.filter(({ method }) => method === "PATCH").map(bodyOf)).toEqual([
    { webhook_secret: "sécret" },
    { webhook_secret: "another" },
  ]);
});

test("a number that EasyPost will not follow is refused with a reason in our words", async () => {
  const answers = {
    "POST /v2/trackers": { status: 422, headers: {}, body: bytes(refusal("TRACKER.NO_CARRIER_ACCOUNT", "Echo.")) },
  };
  const { numbers } = await easypost([OURS], answers).subscribe();
  expect(numbers).toMatchObject([
    { outcome: "refused", reference: null, reason: expect.stringMatching(/^EasyPost wants/) },
  ]);
});

test.each([
  ["GET /v2/webhooks", 401, "unauthorized", "EasyPost refused to list the webhooks (HTTP 401)."],
  ["PATCH /v2/webhooks/hook_7", 422, "rejected", "EasyPost refused to set the webhook (HTTP 422)."],
  ["POST /v2/trackers", 503, "unavailable", "EasyPost refused to follow the number (HTTP 503)."],
])("a refused %s fails the whole, and is tried again next time", async (call, status, kind, message) => {
  const world = easypost([OURS], { [call]: { status, headers: {}, body: bytes({}) } });
  for (const attempt of [1, 2]) {
    await expect(world.subscribe(), String(attempt)).rejects.toMatchObject({ kind, message });
    expect(world.calls().filter((made) => made === call)).toHaveLength(attempt);
  }
});

test("the end of a subscription deletes its tracker, and one that is gone is no error", async () => {
  const gone = { [`DELETE /v2/trackers/${TRACKER_ID}`]: { status: 404, headers: {}, body: bytes({}) } };
  for (const answers of [{}, gone]) {
    const world = easypost([], answers);
    await world.unsubscribe(TRACKER_ID);
    expect(world.calls()).toEqual([`DELETE /v2/trackers/${TRACKER_ID}`]);
  }
});

test.each([null, "", "../webhooks/hook_7", "a/b", "x".repeat(81)])("a reference %j ends nothing", async (reference) => {
  const { unsubscribe, calls } = easypost([]);
  await unsubscribe(reference);
  expect(calls()).toEqual([]);
});

test.each<[Credentials, string, RegExp]>([
  [{ webhookSecret: " " }, HOOK, /webhookSecret/],
  [{ webhookSecret: "s" }, "http://waybill.example/hooks/easypost/con_1", /https/],
  [{ webhookSecret: "s" }, "http://127.0.0.1:4070/hooks/easypost/con_1", /https/],
])("%j with %s is an obstacle", (credentials, hookUrl, says) => {
  expect(easypostSubscriptions.obstacle(credentials, hookUrl)).toMatch(says);
});
