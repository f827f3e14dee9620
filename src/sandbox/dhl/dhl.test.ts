import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type StoppedSandbox, stoppedSandbox } from "../../../test/support/sandbox.js";
import { listAt, textAt } from "../../runtime/json.js";
import { sandboxTrackingNumber } from "../tracking-numbers.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const START = Date.parse("2026-11-22T22:05:00Z");
const ECOMMERCE = sandboxTrackingNumber("dhl", 1);
const EXPRESS = "4172853064";
const AUTHENTICATION = { type: "ApiKeyAuthentication", header: "X-Our-Token", token: "t0ken" };
type Target = Awaited<ReturnType<typeof pushTarget>>;
let world: StoppedSandbox;
let hook: Target;
let hookStatus: number;

beforeEach(async () => {
  hookStatus = 200;
  world = await stoppedSandbox(NOW);
  hook = await pushTarget(() => ({ status: hookStatus }));
});
afterEach(async () => {
  await world.sandbox.stop();
  await hook.close();
});

describe("DHL tracking", () => {
  test("wants its key, and one number", async () => {
    expect((await call("GET", `/track/shipments?trackingNumber=${EXPRESS}`, undefined, "wrong")).status).toBe(401);
    expect((await call("GET", "/track/shipments")).status).toBe(400);
    expect((await call("GET", "/track/shipments?trackingNumber=1&trackingNumber=2")).status).toBe(400);
  });

  test("answers a number it does not know with a problem", async () => {
    const answer = await call("GET", `/track/shipments?trackingNumber=${EXPRESS}`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ title: "No result found", status: 404 });
  });

  test("knows a number in its own division only", async () => {
    walkTo(EXPRESS, "straight", 1);
    const asked = `/track/shipments?trackingNumber=${EXPRESS}&service=`;
    expect((await call("GET", `${asked}express`)).status).toBe(200);
    expect((await call("GET", `${asked}ecommerce`)).status).toBe(404);
  });

  test("of eCommerce prints local time without offset, capitals, and a label without place", async () => {
    walkTo(ECOMMERCE, "straight", 2);
    expect(await shipment(ECOMMERCE)).toMatchObject({
      service: "ecommerce",
      status: { statusCode: "transit", status: "PICKED UP FROM SENDER" },
      estimatedTimeOfDelivery: "2026-11-24T00:00:00",
      events: [
        {
          timestamp: "2026-11-22T18:23:00",
          location: { address: { countryCode: "US", addressLocality: "Nashville, TN, US" } },
          status: "PICKED UP FROM SENDER",
        },
        { timestamp: "2026-11-22T16:05:00", statusCode: "unknown", status: "LABEL CREATED" },
      ],
    });
    expect(listAt(await shipment(ECOMMERCE), "events")[1]).not.toHaveProperty("location");
  });

  test("of Express gives events a text and no code", async () => {
    walkTo(EXPRESS, "straight", 3);
    const [latest] = listAt(await shipment(EXPRESS), "events");
    expect(latest).toEqual({
      timestamp: expect.stringMatching(/^2026-11-\d\dT\d\d:\d\d:\d\d$/),
      location: { address: { addressLocality: "NASHVILLE, TN - USA" } },
      description: "Shipment has departed from a DHL facility NASHVILLE, TN - USA",
    });
  });

  test.each([
    [ECOMMERCE, "straight", 9, { statusCode: "delivered", status: "DELIVERED" }],
    [ECOMMERCE, "returned", 12, { statusCode: "failure", status: "UNDELIVERABLE - RETURNED TO SENDER" }],
    [EXPRESS, "weather-delay", 6, { statusCode: "failure", description: expect.stringContaining("weather") }],
    [EXPRESS, "failed-attempt", 8, { statusCode: "failure", description: expect.stringContaining("not home") }],
  ])("of %s tells the state of %s after %i steps", async (number, journey, steps, status) => {
    walkTo(number, journey, steps);
    expect(await shipment(number)).toMatchObject({ status });
  });

  test("gives the hours once they are promised, and who signed in the end", async () => {
    walkTo(ECOMMERCE, "failed-attempt", 10);
    expect(await shipment(ECOMMERCE)).toMatchObject({
      estimatedDeliveryTimeFrame: { estimatedFrom: expect.any(String), estimatedThrough: expect.any(String) },
    });
    world.sandbox.advance("dhl", ECOMMERCE);
    expect(await shipment(ECOMMERCE)).toMatchObject({
      details: { proofOfDelivery: { signed: { name: "R ORTEGA" } }, proofOfDeliverySignedAvailable: true },
    });
  });

  test("says 429 without saying for how long", async () => {
    await world.sandbox.stop();
    world = await stoppedSandbox(NOW, { limits: { dhl: { calls: 0, withinMs: 5_000 } } });
    const answer = await call("GET", `/track/shipments?trackingNumber=${EXPRESS}`);
    expect(answer.status).toBe(429);
    expect(answer.headers.has("retry-after")).toBe(false);
  });
});

describe("a DHL subscription", () => {
  test("asks the hook back, waits for its activation, and pushes with the subscriber's own token", async () => {
    const created = await subscribe();
    expect(created.status).toBe(202);
    const { id, self } = (await created.json()) as { id: string; self: string };
    await world.sandbox.pushesSettled();
    const [validate] = hook.received;
    expect(validate?.headers).toMatchObject({ "x-our-token": "t0ken" });
    const asked = JSON.parse(validate?.body.toString() ?? "");
    expect(asked).toEqual({ scope: "subscription.validate", self, secret: validate?.headers["dhl-api-hook-secret"] });
    world.sandbox.register({ carrier: "dhl", trackingNumber: ECOMMERCE, journey: "straight", speed: 0 });
    world.sandbox.advance("dhl", ECOMMERCE);
    await world.sandbox.pushesSettled();
    expect(hook.received).toHaveLength(1);

    expect((await activate(id, "guessed")).status).toBe(401);
    expect((await activate(id, textAt(asked, "secret") ?? "")).status).toBe(200);
    await world.sandbox.pushesSettled();
    world.sandbox.advance("dhl", ECOMMERCE);
    await world.sandbox.pushesSettled();
    const said = hook.received.map((push) => JSON.parse(push.body.toString()));
    expect(said.map(({ scope }) => scope)).toEqual([
      "subscription.validate",
      "subscription.activate",
      "subscription.ready",
      "subscription.push",
    ]);
    expect(said.at(-1)).toMatchObject({ self, shipments: [{ id: ECOMMERCE, status: { statusCode: "transit" } }] });
    expect(said.at(-1).shipments[0]).not.toHaveProperty("events");
  });

  test("is not activated when its hook takes nothing", async () => {
    hookStatus = 500;
    await subscribe();
    await world.sandbox.pushesSettled();
    expect(world.sandbox.subscriptions("dhl")).toMatchObject([{ state: "created", active: false }]);
  });

  test("names ten shipments at most, and its hook needs an address and a token", async () => {
    const eleven = Array.from({ length: 11 }, (_, at) => sandboxTrackingNumber("dhl", at));
    expect((await subscribe({ shipmentIDs: eleven })).status).toBe(400);
    expect((await subscribe({ shipmentIDs: eleven.slice(1) })).status).toBe(202);
    expect((await subscribe({ hook: { uri: "nowhere", authentication: AUTHENTICATION } })).status).toBe(400);
    expect((await subscribe({ hook: { uri: hook.url } })).status).toBe(400);
  });

  test("is listed with its end, shown without its secrets, and gone once deleted", async () => {
    const { id } = (await (await subscribe()).json()) as { id: string };
    const path = `/tracking/push/v1/subscription/${id}`;
    const listed = await (await call("GET", "/tracking/push/v1/subscriptions")).json();
    expect(listed).toMatchObject({ subscriptions: [{ id, expires: "2026-12-24T18:00:00.000Z" }] });
    expect(JSON.stringify(await (await call("GET", path)).json())).not.toContain("t0ken");
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).status).toBe(404);
  });

  test("ends when its time is over", async () => {
    await subscribe();
    expect(world.sandbox.expireSubscriptions("dhl", ECOMMERCE)).toBe(1);
    expect(world.sandbox.subscriptions("dhl")).toEqual([]);
    await subscribe();
    world.pass(30 * 86_400_000);
    expect(world.sandbox.subscriptions("dhl")).toEqual([]);
  });
});

function walkTo(number: string, journey: string, steps: number): void {
  world.sandbox.register({ carrier: "dhl", trackingNumber: number, journey, speed: 0, startAt: START });
  for (let step = 0; step < steps; step += 1) world.sandbox.advance("dhl", number);
}

async function shipment(number: string): Promise<unknown> {
  const answer = await call("GET", `/track/shipments?trackingNumber=${number}&language=en`);
  return listAt(await answer.json(), "shipments")[0];
}

function subscribe(order: object = {}): Promise<Response> {
  return call("POST", "/tracking/push/v1/subscription", {
    hook: { uri: hook.url, authentication: AUTHENTICATION },
    format: "Default",
    type: "Shipment",
    service: "ecommerce",
    events: ["Pre-Transit", "Transit", "Delivered", "Failure", "Unknown"],
    shipmentIDs: [ECOMMERCE],
    ...order,
  });
}

function activate(id: string, secret: string): Promise<Response> {
  return fetch(`${world.sandbox.urls.dhl}/tracking/push/v1/subscription/${id}`, {
    method: "POST",
    headers: { "dhl-api-key": world.sandbox.client.clientSecret, "dhl-api-hook-secret": secret },
  });
}

function call(method: string, path: string, body?: object, key = world.sandbox.client.clientSecret): Promise<Response> {
  return fetch(world.sandbox.urls.dhl + path, {
    method,
    headers: { "dhl-api-key": key, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
