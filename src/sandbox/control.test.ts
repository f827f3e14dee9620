import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type StoppedSandbox, stoppedSandbox } from "../../test/support/sandbox.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const NUMBER = "794600000000";
const UPS = "1ZW4Y8120300000005";
let world: StoppedSandbox;

beforeEach(async () => {
  world = await stoppedSandbox(NOW);
});
afterEach(() => world.sandbox.stop());

describe("the control API", () => {
  test("registers a parcel, advances it, pushes again and lists it without its secret", async () => {
    const target = await pushTarget();
    try {
      const order = {
        carrier: "fedex",
        trackingNumber: NUMBER,
        journey: "straight",
        hookUrl: target.url,
        secret: "hush-hush",
        speed: 0,
      };
      expect((await call("POST", "parcels", order)).status).toBe(201);
      expect(await call("POST", `parcels/fedex/${NUMBER}/advance`, {})).toMatchObject({
        status: 200,
        body: { scans: [{ what: "label_created" }] },
      });
      expect((await call("POST", `parcels/fedex/${NUMBER}/push`, {})).status).toBe(202);
      await world.sandbox.pushesSettled();
      expect(target.received).toHaveLength(2);
      const listed = await call("GET", "parcels");
      expect(listed.body).toMatchObject({
        parcels: [{ trackingNumber: NUMBER, steps: 9, arrived: false }],
        pushes: { taken: 2 },
      });
      expect(JSON.stringify(listed.body)).not.toContain("hush-hush");
    } finally {
      await target.close();
    }
  });

  test.each([
    ["an unknown carrier", { carrier: "pigeon", trackingNumber: NUMBER, journey: "straight" }],
    ["an unknown journey", { carrier: "fedex", trackingNumber: NUMBER, journey: "constructor" }],
    ["a part the journey does not have", { carrier: "fedex", trackingNumber: NUMBER, journey: "straight", part: 1 }],
    [
      "a hook without a secret",
      { carrier: "fedex", trackingNumber: NUMBER, journey: "straight", hookUrl: "http://127.0.0.1:1/" },
    ],
    [
      "a hook that is no web address",
      { carrier: "fedex", trackingNumber: NUMBER, journey: "straight", hookUrl: "file:///etc/passwd", secret: "s" },
    ],
    [
      "a start in the future",
      { carrier: "fedex", trackingNumber: NUMBER, journey: "straight", startAt: "2027-01-01T00:00:00Z" },
    ],
    ["a field it does not know", { carrier: "fedex", trackingNumber: NUMBER, journey: "straight", colour: "red" }],
  ])("refuses %s with a sentence", async (_what, order) => {
    const { status, body } = await call("POST", "parcels", order);
    expect(status).toBe(422);
    expect(body).toEqual({ error: expect.stringMatching(/\w+ \w+/) });
  });

  test("refuses a number that is on its way already", async () => {
    const order = { carrier: "fedex", trackingNumber: NUMBER, journey: "straight" };
    expect((await call("POST", "parcels", order)).status).toBe(201);
    expect((await call("POST", "parcels", order)).status).toBe(422);
  });

  test("takes JSON only, so that no web page can steer it by a form", async () => {
    const answer = await fetch(`${world.sandbox.urls.control}/_sandbox/parcels`, { method: "POST", body: "{}" });
    expect(answer.status).toBe(415);
  });

  test("stops the sandbox", async () => {
    expect((await call("POST", "stop", {})).status).toBe(202);
    await world.sandbox.stopped;
    await expect(fetch(`${world.sandbox.urls.control}/_sandbox/parcels`)).rejects.toThrow();
  });
});

describe("subscriptions and lost pushes", () => {
  test("are listed without secrets, and ended on demand", async () => {
    const bearer = ((await (await token("ups")).json()) as { access_token: string }).access_token;
    await subscribeUps(bearer, "http://127.0.0.1:9/", "hush-hush");
    const listed = await call("GET", "subscriptions");
    expect(listed.body).toMatchObject({ subscriptions: [{ carrier: "ups", trackingNumber: UPS, active: true }] });
    expect(JSON.stringify(listed.body)).not.toContain("hush-hush");
    expect(await call("POST", "subscriptions/expire", { carrier: "ups", trackingNumber: UPS })).toMatchObject({
      status: 200,
      body: { ended: 1 },
    });
    expect((await call("GET", "subscriptions")).body).toEqual({ subscriptions: [] });
  });

  test("lose as many pushes as asked for, and no more", async () => {
    const target = await pushTarget();
    try {
      await call("POST", "parcels", {
        carrier: "fedex",
        trackingNumber: NUMBER,
        journey: "straight",
        hookUrl: target.url,
        secret: "s",
        speed: 0,
      });
      await call("POST", "drops", { carrier: "fedex", pushes: 2 });
      for (let step = 0; step < 3; step += 1) await call("POST", `parcels/fedex/${NUMBER}/advance`, {});
      await world.sandbox.pushesSettled();
      expect(target.received).toHaveLength(1);
      expect((await call("GET", "drops")).body).toMatchObject({ drops: { fedex: { waiting: 0, dropped: 2 } } });
    } finally {
      await target.close();
    }
  });

  test("are pushed again on demand, also without a hook of the parcel's own", async () => {
    const target = await pushTarget();
    try {
      const bearer = ((await (await token("ups")).json()) as { access_token: string }).access_token;
      await call("POST", "parcels", { carrier: "ups", trackingNumber: UPS, journey: "straight", speed: 0 });
      await call("POST", `parcels/ups/${UPS}/advance`, {});
      expect((await call("POST", `parcels/ups/${UPS}/push`, {})).status).toBe(409);
      await subscribeUps(bearer, target.url, "s");
      expect((await call("POST", `parcels/ups/${UPS}/push`, {})).status).toBe(202);
      await world.sandbox.pushesSettled();
      expect(target.received).toHaveLength(1);
    } finally {
      await target.close();
    }
  });

  test("fill in a portal, where UPS wants a client id", async () => {
    const form = { carrier: "ups", hookUrl: "http://127.0.0.1:9/", secret: "s" };
    expect((await call("POST", "portal", form)).status).toBe(422);
    expect((await call("POST", "portal", { ...form, clientId: "c" })).status).toBe(200);
    expect((await call("POST", "portal", { ...form, carrier: "fedex" })).status).toBe(200);
  });

  test("have keys that can be changed", async () => {
    const keyIds = async () => {
      const { keys } = (await (await fetch(`${world.sandbox.urls.shipengine}/jwks`)).json()) as { keys: object[] };
      return keys.length;
    };
    expect(await keyIds()).toBe(1);
    expect((await call("POST", "keys/rotate", {})).status).toBe(200);
    expect(await keyIds()).toBe(2);
  });
});

test.each([
  ["easypost", undefined],
  ["fedex", "ups"],
])("a parcel of %s is not moved by %s", async (carrier, movedBy) => {
  const order = { carrier, trackingNumber: NUMBER, journey: "straight", ...(movedBy !== undefined && { movedBy }) };
  expect((await call("POST", "parcels", order)).status).toBe(422);
});

describe("faults on demand", () => {
  test.each(["fedex", "ups"] as const)("spoil so many calls of %s and no more", async (carrier) => {
    await call("POST", "faults", { carrier, call: "track", kind: "rate_limited", calls: 2, retryAfterSeconds: 7 });
    const answers = [await track(carrier), await track(carrier), await track(carrier)];
    expect(answers.map(({ status }) => status)).toEqual([429, 429, 401]);
    expect(answers[0]?.headers.get("retry-after")).toBe("7");
    expect((await call("GET", "faults")).body).toEqual({ faults: [] });
  });

  test.each(["fedex", "ups"] as const)("make %s answer 500, also at the token endpoint", async (carrier) => {
    await call("POST", "faults", { carrier, call: "track", kind: "server_error" });
    await call("POST", "faults", { carrier, call: "token", kind: "server_error" });
    expect((await track(carrier)).status).toBe(500);
    expect((await token(carrier)).status).toBe(500);
    expect((await token(carrier)).status).toBe(200);
  });

  test.each(["fedex", "ups"] as const)("make %s slow by the time asked for", async (carrier) => {
    await call("POST", "faults", { carrier, call: "token", kind: "slow", delayMs: 4_321 });
    expect((await token(carrier)).status).toBe(200);
    expect(world.waits).toEqual([4_321]);
  });

  test.each(["fedex", "ups"] as const)("make %s forget a token that was good", async (carrier) => {
    const answer = (await (await token(carrier)).json()) as { access_token: string };
    expect((await track(carrier, answer.access_token)).status).toBe(200);
    await call("POST", "faults", { carrier, call: "track", kind: "expired_token" });
    expect((await track(carrier, answer.access_token)).status).toBe(401);
    const next = (await (await token(carrier)).json()) as { access_token: string };
    expect((await track(carrier, next.access_token)).status).toBe(200);
  });

  test("cut the right answer in half", async () => {
    const answer = (await (await token("fedex")).json()) as { access_token: string };
    await call("POST", "faults", { carrier: "fedex", call: "track", kind: "truncated" });
    const cut = await (await track("fedex", answer.access_token)).text();
    expect(() => JSON.parse(cut)).toThrow(SyntaxError);
    expect(cut).toMatch(/^\{"transactionId"/);
    expect((await track("fedex", answer.access_token)).status).toBe(200);
  });

  test.each([
    ["usps", "/oauth2/v3/token", "POST", "token"],
    ["usps", "/subscriptions-tracking/v3/subscriptions", "GET", "subscribe"],
    ["dhl", "/track/shipments?trackingNumber=1", "GET", "track"],
    ["dhl", "/tracking/push/v1/subscriptions", "GET", "subscribe"],
    ["easypost", "/v2/trackers", "GET", "track"],
    ["easypost", "/v2/trackers", "POST", "subscribe"],
    ["shipengine", "/v1/tracking", "GET", "track"],
    ["shipengine", "/v1/tracking/start", "POST", "subscribe"],
    ["shipengine", "/jwks", "GET", "token"],
    ["fedex", "/aiv/v1/trackingnumbers", "POST", "subscribe"],
    ["ups", "/api/track/v2/subscription/standard/package", "POST", "subscribe"],
  ] as const)("reach %s at %s (%s, %s)", async (carrier, path, method, faulty) => {
    for (const kind of ["rate_limited", "server_error"])
      await call("POST", "faults", { carrier, call: faulty, kind, retryAfterSeconds: 9 });
    const ask = () => fetch(world.sandbox.urls[carrier] + path, { method });
    const limited = await ask();
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, carrier === "dhl" ? null : "9"]);
    expect((await ask()).status).toBe(carrier === "usps" ? 503 : 500);
  });

  test.each([
    ["dhl", "/track/shipments?trackingNumber=1", { "dhl-api-key": "sandbox-secret" }],
    ["easypost", "/v2/trackers", { authorization: `Basic ${Buffer.from("sandbox-secret:").toString("base64")}` }],
    ["shipengine", "/v1/tracking?carrier_code=ups&tracking_number=1", { "api-key": "sandbox-secret" }],
  ] as const)("make %s refuse its key once", async (carrier, path, headers) => {
    await call("POST", "faults", { carrier, call: "track", kind: "expired_token" });
    const ask = () => fetch(world.sandbox.urls[carrier] + path, { headers: { ...headers } });
    expect((await ask()).status).toBe(401);
    expect((await ask()).status).not.toBe(401);
  });

  test("can be taken back", async () => {
    await call("POST", "faults", { carrier: "ups", call: "track", kind: "server_error", calls: 5 });
    await call("DELETE", "faults");
    expect((await track("ups")).status).toBe(401);
  });
});

async function call(method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${world.sandbox.urls.control}/_sandbox/${path}`, {
    method,
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: await answer.json() };
}

function subscribeUps(bearer: string, url: string, credential: string): Promise<Response> {
  const destination = { url, credentialType: "Bearer", credential };
  return fetch(`${world.sandbox.urls.ups}/api/track/v1/subscription/standard/package`, {
    method: "POST",
    headers: { authorization: `Bearer ${bearer}`, transId: "1", transactionSrc: "test" },
    body: JSON.stringify({ locale: "en_US", countryCode: "US", trackingNumberList: [UPS], destination }),
  });
}

function track(carrier: "fedex" | "ups", bearer = "none"): Promise<Response> {
  const authorization = `Bearer ${bearer}`;
  if (carrier === "ups") {
    const headers = { authorization, transId: "1", transactionSrc: "test" };
    return fetch(`${world.sandbox.urls.ups}/api/track/v1/details/1ZW4Y8120300000005`, { headers });
  }
  const body = JSON.stringify({ trackingInfo: [{ trackingNumberInfo: { trackingNumber: NUMBER } }] });
  return fetch(`${world.sandbox.urls.fedex}/track/v1/trackingnumbers`, {
    method: "POST",
    headers: { authorization },
    body,
  });
}

function token(carrier: "fedex" | "ups"): Promise<Response> {
  const { clientId, clientSecret } = world.sandbox.client;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
  const path = carrier === "fedex" ? "/oauth/token" : "/security/v1/oauth/token";
  return fetch(world.sandbox.urls[carrier] + path, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(form),
  });
}
