import { expect, test } from "vitest";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest } from "../../../runtime/http-client.js";
import type { AccessToken, SubscribeContext } from "../contract.js";
import { bytes, NUMBER, refusal } from "./fixtures/bodies.js";
import { SHIPENGINE_SUBSCRIPTIONS } from "./subscriptions.js";

const BEGUN = Date.UTC(2026, 2, 4, 21);
const HOOK = "https://waybill.example/hooks/shipengine/con_417";
const PATH = "/v1/environment/webhooks";
const ELSEWHERE = { webhook_id: "wh-1", event: "track", url: "https://other.example/in", headers: [] };

/** ShipEngine's webhooks in memory: one for each kind of news, as over its API. */
function shipengine(webhooks: unknown[] = [], settings: Credentials = {}) {
  const calls: string[] = [];
  const bodies: unknown[] = [];
  const start = { status: 204, body: {} as unknown };
  let kept: AccessToken | null = null;
  let nowMs = BEGUN;
  const context: SubscribeContext = {
    credentials: { apiKey: "made-up-production-key", ...settings },
    hookUrl: HOOK,
    http: async ({ method, url, body }: HttpRequest) => {
      const { pathname, search } = new URL(url);
      calls.push(`${method} ${pathname}${search}`);
      if (body !== undefined) bodies.push(JSON.parse(String(body)));
      const answer = (status: number, said: unknown) => ({ status, headers: {}, body: bytes(said) });
      if (pathname.startsWith("/v1/tracking/")) return answer(start.status, start.body);
      if (method === "GET") return answer(200, webhooks);
      if (method === "PUT") return answer(204, "");
      if (webhooks.length > 0) return answer(409, refusal("webhook_event_type_conflict"));
      return answer(200, { webhook_id: "wh-2", ...JSON.parse(String(body)) });
    },
    tokens: {
      get: async (obtain) => (kept === null || kept.expiresAt <= nowMs ? (kept = await obtain()) : kept),
      refresh: async (_stale, obtain) => (kept = await obtain()),
    },
    now: () => nowMs,
    newId: () => "01890a5d-ac96-774b-bcce-b302099a8057",
  };
  const subscribe = (more: Partial<SubscribeContext> = {}, carrier: string | null = "ups") =>
    SHIPENGINE_SUBSCRIPTIONS.subscribe([{ trackingNumber: NUMBER, carrierUniqueId: null, shipDate: null, carrier }], {
      ...context,
      ...more,
    });
  return { calls, bodies, start, context, subscribe, pass: (ms: number) => (nowMs += ms) };
}

const STARTED = `POST /v1/tracking/start?carrier_code=ups&tracking_number=${NUMBER}`;
const SUBSCRIBED = {
  jobId: null,
  numbers: [
    {
      trackingNumber: NUMBER,
      outcome: "subscribed",
      reference: null,
      expiresAt: BEGUN + 3 * 24 * 60 * 60_000,
      reason: null,
    },
  ],
};

test("the first number makes the webhook with our secret; the next ones only start", async () => {
  const { calls, bodies, subscribe } = shipengine([], { pushSecret: "made-up-push-secret" });
  expect(await subscribe()).toEqual(SUBSCRIBED);
  expect(await subscribe()).toEqual(SUBSCRIBED);
  expect(calls).toEqual([`GET ${PATH}`, `POST ${PATH}`, STARTED, STARTED]);
  expect(bodies).toEqual([
    {
      event: "track",
      url: HOOK,
      name: "Waybill",
      headers: [{ key: "X-Waybill-Push-Secret", value: "made-up-push-secret" }],
    },
  ]);
});

test("the webhook is looked at again after a day, and when our address or secret changes", async () => {
  const ours = { webhook_id: "wh-2", event: "track", url: HOOK, headers: [] };
  const { calls, subscribe, pass, context } = shipengine([ours]);
  await subscribe();
  pass(24 * 60 * 60_000);
  await subscribe();
  expect(calls).toEqual([`GET ${PATH}`, STARTED, `GET ${PATH}`, STARTED]);
  await subscribe({ credentials: { ...context.credentials, pushSecret: "made-up-push-secret" } });
  await subscribe({ hookUrl: "https://moved.example/hooks/shipengine/con_417" });
  expect(calls.slice(4)).toEqual([
    `GET ${PATH}`,
    `PUT ${PATH}/wh-2`,
    STARTED,
    `GET ${PATH}`,
    `PUT ${PATH}/wh-2`,
    STARTED,
  ]);
});

test("another system's webhook is left alone, unless the connection says to take it over", async () => {
  const careful = shipengine([ELSEWHERE]);
  await expect(careful.subscribe()).rejects.toMatchObject({
    kind: "unauthorized",
    message: expect.stringMatching(/takeOverWebhook/),
  });
  expect(careful.calls).not.toContain(`PUT ${PATH}/wh-1`);
  const bold = shipengine([ELSEWHERE], { takeOverWebhook: "yes" });
  expect(await bold.subscribe()).toEqual(SUBSCRIBED);
  expect(bold.calls).toContain(`PUT ${PATH}/wh-1`);
});

test("a webhook whose id is no id is never put into a path", async () => {
  const { calls, subscribe } = shipengine([{ ...ELSEWHERE, webhook_id: "../../labels" }], { takeOverWebhook: "yes" });
  await expect(subscribe()).rejects.toMatchObject({ name: "CarrierCallError" });
  expect(calls.filter((call) => call.startsWith("PUT"))).toEqual([]);
});

test("a number that ShipEngine cannot track is refused with its code; other trouble is a failed call", async () => {
  const { start, subscribe } = shipengine();
  Object.assign(start, { status: 400, body: refusal("carrier_not_connected") });
  expect((await subscribe()).numbers).toMatchObject([
    { outcome: "refused", reason: "ShipEngine will not track this number (carrier_not_connected)." },
  ]);
  Object.assign(start, { status: 400, body: refusal("invalid_billing_plan") });
  await expect(subscribe()).rejects.toMatchObject({ kind: "unauthorized" });
});

test("a number whose carrier nobody knows is not subscribed, and no call is made", async () => {
  const { calls, subscribe } = shipengine();
  await expect(subscribe({}, null)).rejects.toMatchObject({ kind: "rejected" });
  expect(calls).toEqual([]);
});

test("what is gone already is no error when it is ended", async () => {
  const { calls, start, context } = shipengine();
  const end = (carrier: string | null) =>
    SHIPENGINE_SUBSCRIPTIONS.unsubscribe?.([{ trackingNumber: NUMBER, reference: null, carrier }], context);
  for (const [status, body] of [
    [204, ""],
    [404, refusal("not_found")],
    [400, refusal("tracking_not_supported")],
  ]) {
    Object.assign(start, { status, body });
    await end("usps");
  }
  await end(null);
  expect(calls).toEqual(Array(3).fill(`POST /v1/tracking/stop?carrier_code=stamps_com&tracking_number=${NUMBER}`));
  start.status = 503;
  await expect(end("usps")).rejects.toMatchObject({ kind: "unavailable" });
});

test("a TEST_ key is told that it gets no pushes", () => {
  const obstacle = (apiKey: string) => SHIPENGINE_SUBSCRIPTIONS.obstacle({ apiKey }, HOOK);
  expect(obstacle("TEST_made-up")).toMatch(/production key/);
  expect(obstacle("made-up")).toBeNull();
});
