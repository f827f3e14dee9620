import { expect, test } from "vitest";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { createSubscribeWorld, failureOf, type SubscribeWorld } from "../conformance-subscribe-world.js";
import type { TrackQuery } from "../contract.js";
import { bytes, NUMBER } from "./fixtures/bodies.js";
import { uspsSubscriptions } from "./subscribe.js";

const NOW = Date.UTC(2026, 2, 4, 21);
const HOOK = "https://waybill.example/hooks/usps/con-1";
const SECRET = "made-up-push-secret-of-32-characters";
const SETTINGS = { clientId: "key", clientSecret: "client-secret", pushSecret: SECRET };
const MAILER = { ...SETTINGS, mid: "900041700" };
/** Of the mailer 900041700, and of 412345. */
const OURS = "9261290004170000003844";
const THEIRS = "9361241234500000000017";
const SUBSCRIPTIONS = "https://apis.usps.com/subscriptions-tracking/v3/subscriptions";
const ACTIVE = { subscriptionId: "sub-7", listenerURL: HOOK, status: "ENABLED" };

test("a number is subscribed with our address, secret and who is told", async () => {
  const usps = play({ ...SETTINGS, notifyEmail: "ops@waybill.example" }, json(201, { subscriptionId: "sub-7" }));
  expect(await subscribe([NUMBER], usps)).toEqual({
    jobId: null,
    numbers: [
      {
        trackingNumber: NUMBER,
        outcome: "subscribed",
        reference: "sub-7",
        expiresAt: NOW + 25 * 86_400_000,
        reason: null,
      },
    ],
  });
  const [, request] = usps.requests;
  expect(request).toMatchObject({
    method: "POST",
    url: SUBSCRIPTIONS,
    headers: { authorization: "Bearer token-1", "content-type": "application/json" },
  });
  expect(JSON.parse(String(request?.body))).toEqual({
    listenerURL: HOOK,
    secret: SECRET,
    adminNotification: [{ email: "ops@waybill.example" }],
    filterProperties: { trackingNumber: NUMBER },
  });
});

test("one subscription of the mailer covers all its numbers, and those that do not say whose they are", async () => {
  const usps = play(MAILER, json(200, { subscriptionId: "sub-7" }));
  const { numbers } = await subscribe([OURS, NUMBER, THEIRS], usps);
  expect(calls(usps)).toEqual([`POST ${SUBSCRIPTIONS}`]);
  expect(JSON.parse(String(usps.requests[1]?.body))).toMatchObject({ filterProperties: { MID: "900041700" } });
  expect(numbers).toMatchObject([
    { trackingNumber: THEIRS, outcome: "refused", reason: expect.stringContaining("412345") },
    { trackingNumber: OURS, outcome: "subscribed", reference: "sub-7" },
    { trackingNumber: NUMBER, outcome: "subscribed", reference: "sub-7" },
  ]);
});

test("the batch is one number, or many of one mailer; the path is a setting", async () => {
  expect(uspsSubscriptions.batchSize(SETTINGS)).toBe(1);
  expect(uspsSubscriptions.batchSize(MAILER)).toBe(1_000);
  const usps = play({ ...SETTINGS, subscriptionsPath: "/subscriptions/v3/subscriptions/" }, json(200, ACTIVE));
  await subscribe([NUMBER], usps);
  expect(usps.requests[1]?.url).toBe("https://apis.usps.com/subscriptions/v3/subscriptions");
});

test.each<[string, unknown]>([
  ["beside the error", { subscriptionId: "sub-7", error: { message: "exists" } }],
  ["in the error", { error: { code: "409", subscriptionId: "sub-7" } }],
  ["in one of the errors", { error: { errors: [{ code: "1", subscriptionId: "sub-7" }] } }],
])("a subscription that is there, named %s, is adopted", async (_where, body) => {
  const usps = play(MAILER, json(409, body), json(200, ACTIVE));
  expect((await subscribe([OURS], usps)).numbers).toMatchObject([{ outcome: "subscribed", reference: "sub-7" }]);
  expect(calls(usps)).toEqual([`POST ${SUBSCRIPTIONS}`, `GET ${SUBSCRIPTIONS}/sub-7`]);
});

test.each<[string, unknown]>([
  ["a list", [{ ...ACTIVE, subscriptionId: "sub-1", listenerURL: "https://other.example/" }, ACTIVE]],
  ["subscriptions", { subscriptions: [ACTIVE] }],
])("a subscription that USPS only says there is, is found in %s by our address", async (_shape, list) => {
  const said = json(400, { error: { message: "A duplicate subscription." } });
  const usps = play(MAILER, said, json(200, list), json(200, ACTIVE));
  expect((await subscribe([OURS], usps)).numbers).toMatchObject([{ reference: "sub-7" }]);
  expect(calls(usps)[1]).toBe(`GET ${SUBSCRIPTIONS}?MID=900041700`);
});

test("a suspended subscription is deleted with its ETag and made again", async () => {
  const suspended = { ...json(200, { ...ACTIVE, status: "SUSPENDED" }), headers: { etag: '"v3"' } };
  const usps = play(MAILER, json(409, ACTIVE), suspended, json(204, ""), json(201, { subscriptionId: "sub-8" }));
  expect((await subscribe([OURS], usps)).numbers).toMatchObject([{ outcome: "subscribed", reference: "sub-8" }]);
  expect(calls(usps)).toEqual([
    `POST ${SUBSCRIPTIONS}`,
    `GET ${SUBSCRIPTIONS}/sub-7`,
    `DELETE ${SUBSCRIPTIONS}/sub-7`,
    `POST ${SUBSCRIPTIONS}`,
  ]);
  expect(usps.requests[3]?.headers).toMatchObject({ "if-match": '"v3"' });
});

test("while the secret is being changed, a subscription that is there is made anew with the new one", async () => {
  const settings = { ...MAILER, previousPushSecret: "made-up-earlier-push-secret-of-32-characters" };
  const usps = play(
    settings,
    json(409, ACTIVE),
    json(200, ACTIVE),
    json(204, ""),
    json(201, { subscriptionId: "sub-8" }),
  );
  expect((await subscribe([OURS], usps)).numbers).toMatchObject([{ outcome: "subscribed", reference: "sub-8" }]);
  expect(JSON.parse(String(usps.requests.at(-1)?.body))).toMatchObject({ secret: SECRET });
});

test("the subscription of one number is made anew, so that its idle time begins anew; one of a mailer is left as it is", async () => {
  const usps = play(
    SETTINGS,
    json(409, ACTIVE),
    json(200, ACTIVE),
    json(204, ""),
    json(201, { subscriptionId: "sub-8" }),
  );
  expect((await subscribe([NUMBER], usps)).numbers).toMatchObject([{ outcome: "subscribed", reference: "sub-8" }]);
  const mailers = play(SETTINGS, json(409, ACTIVE), json(200, { ...ACTIVE, filterProperties: { MID: "900041700" } }));
  expect((await subscribe([NUMBER], mailers)).numbers).toMatchObject([{ outcome: "subscribed", reference: "sub-7" }]);
});

test("one that is gone when looked at is made again, and twice is not tried", async () => {
  const usps = play(MAILER, json(409, ACTIVE), json(404, {}), json(201, { subscriptionId: "sub-8" }));
  expect((await subscribe([OURS], usps)).numbers).toMatchObject([{ reference: "sub-8" }]);
  const stubborn = play(MAILER, json(409, ACTIVE), json(404, {}), json(409, ACTIVE));
  expect((await failureOf(subscribe([OURS], stubborn))).kind).toBe("rejected");
});

test("a subscription to another address is neither adopted nor ended", async () => {
  const usps = play(MAILER, json(409, ACTIVE), json(200, { ...ACTIVE, listenerURL: "https://other.example/" }));
  const error = await failureOf(subscribe([OURS], usps));
  expect(error).toMatchObject({ kind: "rejected", message: expect.stringContaining("another address") });
  expect(calls(usps)).toHaveLength(2);
});

test("a number of another mailer is refused, and has to be polled", async () => {
  const usps = play(SETTINGS, json(403, { error: { code: "403", message: "Not authorized for this Mailer ID" } }));
  expect((await subscribe([NUMBER], usps)).numbers).toMatchObject([{ outcome: "refused" }]);
});

test.each([`42060601${NUMBER}`, "9400-1900", "../../../etc/x"])(
  "the number %s is refused without asking",
  async (number) => {
    const usps = play(SETTINGS);
    expect((await subscribe([number], usps)).numbers).toMatchObject([{ outcome: "refused" }]);
    expect(usps.requests).toEqual([]);
  },
);

test("a missing scope is named", async () => {
  const body = { error: { code: "401", message: "Insufficient OAuth scope" } };
  const error = await failureOf(subscribe([NUMBER], play(SETTINGS, json(401, body), json(401, body))));
  expect(error.kind).toBe("unauthorized");
  expect(error.message).toContain("the app lacks the scope subscriptions-tracking: ask USPS to grant it");
});

test("an answer without an id that fits in a path is unreadable", async () => {
  for (const subscriptionId of ["../other", "..", "", 4.5, null, "x".repeat(101)])
    expect((await failureOf(subscribe([NUMBER], play(SETTINGS, json(201, { subscriptionId }))))).kind).toBe(
      "unreadable",
    );
});

test("ending a number looks at its subscription and deletes it with the ETag", async () => {
  const seen = { ...json(200, { ...ACTIVE, filterProperties: { trackingNumber: NUMBER } }), headers: { etag: '"v1"' } };
  const usps = play(SETTINGS, seen, json(204, ""));
  await end(usps);
  expect(calls(usps)).toEqual([`GET ${SUBSCRIPTIONS}/sub-7`, `DELETE ${SUBSCRIPTIONS}/sub-7`]);
  expect(usps.requests.at(-1)?.headers).toMatchObject({ "if-match": '"v1"' });
});

test("what is gone is no error, and what serves more than this number is not ended", async () => {
  await end(play(SETTINGS, json(404, {})));
  await end(play(SETTINGS, json(200, ACTIVE), json(404, {})));
  for (const filterProperties of [{ MID: "900041700" }, { trackingNumber: OURS }]) {
    const usps = play(SETTINGS, json(200, { ...ACTIVE, filterProperties }));
    await end(usps);
    expect(calls(usps)).toHaveLength(1);
  }
  const mailer = play(MAILER);
  await end(mailer);
  expect(mailer.requests).toEqual([]);
});

test.each<[Credentials, RegExp]>([
  [{ ...SETTINGS, pushSecret: "short" }, /32 characters/],
  [{ ...SETTINGS, mid: "12345" }, /mid/],
  [{ ...SETTINGS, scope: "tracking" }, /subscriptions-tracking/],
  [{ ...SETTINGS, notifyEmail: "ops" }, /notifyEmail/],
])("%j is an obstacle", (credentials, says) => {
  expect(uspsSubscriptions.obstacle(credentials, HOOK)).toMatch(says);
});

/** USPS with these answers one after the other; asked more often, it breaks the test. */
function play(credentials: Credentials, ...answers: readonly HttpResponse[]): SubscribeWorld {
  const token = {
    isRequest: (request: HttpRequest) => request.url.endsWith("/oauth2/v3/token"),
    body: bytes({ access_token: "token-1", expires_in: 28_799 }),
    value: "token-1",
  };
  const poll = { token, queries: [], body: bytes({}) };
  let count = 0;
  return createSubscribeWorld({ credentials, nowMs: NOW, poll }, { hookUrl: HOOK }, ({ method, url }) => {
    const answer = answers[count++];
    if (answer === undefined) throw new Error(`Nobody expected ${method} ${url}.`);
    return answer;
  });
}

function subscribe(numbers: readonly string[], { context }: SubscribeWorld) {
  const queries: TrackQuery[] = numbers.map((trackingNumber) => ({
    trackingNumber,
    carrierUniqueId: null,
    shipDate: null,
  }));
  return uspsSubscriptions.subscribe(queries, context);
}

async function end({ context }: SubscribeWorld): Promise<void> {
  await uspsSubscriptions.unsubscribe?.([{ trackingNumber: NUMBER, reference: "sub-7", carrier: null }], context);
}

function calls({ requests }: SubscribeWorld): string[] {
  return requests.filter(({ url }) => !url.endsWith("/token")).map(({ method, url }) => `${method} ${url}`);
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: bytes(body) };
}
