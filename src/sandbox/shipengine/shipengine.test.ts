import { createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type ReceivedPush, type StoppedSandbox, stoppedSandbox } from "../../../test/support/sandbox.js";
import { listAt, recordAt, textAt } from "../../runtime/json.js";
import type { DirectCarrier } from "../parcel.js";
import { sandboxTrackingNumber } from "../tracking-numbers.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const START = Date.parse("2026-11-22T22:05:00Z");
const UPS = sandboxTrackingNumber("ups", 1);
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

describe("ShipEngine tracking", () => {
  test("wants its key, a carrier it knows, and a number", async () => {
    expect((await call("GET", path("ups", UPS), undefined, "wrong")).status).toBe(401);
    const unknown = await call("GET", path("pigeon", UPS));
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ errors: [{ error_code: "carrier_not_supported" }] });
    expect((await call("GET", "/v1/tracking?carrier_code=ups")).status).toBe(400);
  });

  test("says not yet in system of what it has heard nothing of, also from another carrier", async () => {
    walk(UPS, "ups", "straight", 2);
    expect(await tracking("usps", UPS)).toMatchObject({ status_code: "NY", events: [] });
    expect(await tracking("stamps_com", "9400100000000000000000")).toMatchObject({ carrier_code: "usps" });
  });

  test("tells the newest event first, in UTC and in local time without offset", async () => {
    walk(UPS, "ups", "straight", 2);
    expect(await tracking("ups", UPS)).toMatchObject({
      carrier_code: "ups",
      status_code: "AC",
      status_detail_code: "PICKED_UP",
      ship_date: "2026-11-22T16:05:00",
      estimated_delivery_date: "2026-11-24T00:00:00",
      events: [
        {
          occurred_at: "2026-11-23T00:23:00Z",
          carrier_occurred_at: "2026-11-22T18:23:00",
          event_code: "PU",
          description: "Pickup Scan",
          city_locality: "NASHVILLE",
        },
        { event_code: "MP", status_detail_code: "ELEC_ADVICE_RECD_BY_CARRIER" },
      ],
    });
  });

  test("leaves the status of an arrival empty", async () => {
    walk(UPS, "ups", "straight", 4);
    const information = await tracking("ups", UPS);
    expect(listAt(information, "events")[0]).toMatchObject({ status_code: "", status_detail_code: null });
  });

  test.each([
    ["fedex", "straight", 8, { status_code: "IT", status_detail_code: "OUT_FOR_DELIVERY" }],
    ["usps", "failed-attempt", 8, { status_code: "AT" }],
    ["usps", "returned", 12, { status_code: "EX", status_detail_code: "UNDELIVERABLE_RETURNED_TO_SENDER" }],
    ["dhl", "straight", 9, { status_code: "DE", actual_delivery_date: "2026-11-24T18:41:00Z" }],
  ] as const)("for %s tells the state of %s after %i steps", async (movedBy, journey, steps, state) => {
    world.pass(3_600_000);
    const number = sandboxTrackingNumber(movedBy, 9);
    walk(number, movedBy, journey, steps);
    expect(await tracking(movedBy === "dhl" ? "dhl_ecommerce" : movedBy, number)).toMatchObject(state);
  });

  test("says 429 with the seconds to wait", async () => {
    await world.sandbox.stop();
    world = await stoppedSandbox(NOW, { limits: { shipengine: { calls: 1, withinMs: 60_000 } } });
    await call("GET", path("ups", UPS));
    const answer = await call("GET", path("ups", UPS));
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([429, "60"]);
  });
});

describe("ShipEngine pushes", () => {
  test("come for started numbers once there is a webhook, and stop with them", async () => {
    walk(UPS, "ups", "straight", 1);
    await addWebhook();
    world.sandbox.advance("shipengine", UPS);
    const started = await call("POST", path("ups", UPS, "/start"));
    expect([started.status, await started.text()]).toEqual([204, ""]);
    world.sandbox.advance("shipengine", UPS);
    await world.sandbox.pushesSettled();
    expect(hook.received).toHaveLength(1);
    expect(hook.received[0]?.headers).toMatchObject({ "x-shop": "nordlicht" });
    expect((await call("POST", path("ups", UPS, "/stop"))).status).toBe(204);
    world.sandbox.advance("shipengine", UPS);
    await world.sandbox.pushesSettled();
    expect(hook.received).toHaveLength(1);
  });

  test("hold everything so far and name the carrier in their address only", async () => {
    await listen();
    walk(UPS, "ups", "straight", 2);
    await world.sandbox.pushesSettled();
    const body: unknown = JSON.parse(hook.received[1]?.body.toString() ?? "");
    expect(body).toMatchObject({
      resource_type: "API_TRACK",
      resource_url: `https://api.shipengine.com/v1/tracking?carrier_code=ups&tracking_number=${UPS}`,
      data: { tracking_number: UPS, status_code: "AC" },
    });
    expect(recordAt(body, "data")).not.toHaveProperty("carrier_code");
    expect(listAt(body, "data", "events")).toHaveLength(2);
  });

  test("are signed with the published key, and the old key stays published for a day", async () => {
    await listen();
    walk(UPS, "ups", "straight", 1);
    await world.sandbox.pushesSettled();
    world.sandbox.rotateKeys();
    world.sandbox.advance("shipengine", UPS);
    await world.sandbox.pushesSettled();
    const [before, after] = hook.received;
    expect(keyIdOf(before)).not.toBe(keyIdOf(after));
    expect([isGenuine(before, await jwks()), isGenuine(after, await jwks())]).toEqual([true, true]);
    world.pass(86_400_000);
    expect((await jwks()).map((key) => textAt(key, "kid"))).toEqual([keyIdOf(after)]);
  });

  test("are tried three times, two hours apart, and signed anew each time", async () => {
    hookStatus = 503;
    await listen();
    walk(UPS, "ups", "straight", 1);
    await world.sandbox.pushesSettled();
    expect(world.waits).toEqual([7_200_000, 7_200_000]);
    expect(hook.received).toHaveLength(3);
  });
});

describe("ShipEngine webhooks", () => {
  test("are one per event: a second one is a conflict", async () => {
    const created = await addWebhook();
    const id = textAt(await created.json(), "webhook_id") ?? "";
    const second = await addWebhook();
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ errors: [{ error_code: "webhook_event_type_conflict" }] });
    const one = `/v1/environment/webhooks/${id}`;
    expect((await call("PUT", one, { url: `${hook.url}/elsewhere` })).status).toBe(204);
    expect(await (await call("GET", one)).json()).toMatchObject({ url: `${hook.url}/elsewhere`, event: "track" });
    expect((await call("DELETE", one)).status).toBe(204);
    expect(await (await call("GET", "/v1/environment/webhooks")).json()).toEqual([]);
  });
});

function walk(number: string, movedBy: DirectCarrier, journey: string, steps: number): void {
  world.sandbox.register({ carrier: "shipengine", movedBy, trackingNumber: number, journey, speed: 0, startAt: START });
  for (let step = 0; step < steps; step += 1) world.sandbox.advance("shipengine", number);
}

async function listen(): Promise<void> {
  await addWebhook();
  await call("POST", path("ups", UPS, "/start"));
}

function addWebhook(): Promise<Response> {
  const headers = [{ key: "X-Shop", value: "nordlicht" }];
  return call("POST", "/v1/environment/webhooks", { event: "track", url: hook.url, headers, name: "test" });
}

async function tracking(carrier: string, number: string): Promise<unknown> {
  return (await call("GET", path(carrier, number))).json();
}

async function jwks(): Promise<readonly unknown[]> {
  return listAt(await (await fetch(`${world.sandbox.urls.shipengine}/jwks`)).json(), "keys");
}

function keyIdOf(push: ReceivedPush | undefined): string {
  return String(push?.headers["x-shipengine-rsa-sha256-key-id"]);
}

function isGenuine(push: ReceivedPush | undefined, keys: readonly unknown[]): boolean {
  const jwk = keys.find((key) => textAt(key, "kid") === keyIdOf(push));
  if (push === undefined || jwk === undefined) return false;
  const message = Buffer.concat([Buffer.from(`${String(push.headers["x-shipengine-timestamp"])}.`), push.body]);
  const signature = Buffer.from(String(push.headers["x-shipengine-rsa-sha256-signature"]), "base64");
  return verify("sha256", message, createPublicKey({ key: { ...recordAt(jwk) }, format: "jwk" }), signature);
}

function path(carrier: string, number: string, action = ""): string {
  return `/v1/tracking${action}?carrier_code=${carrier}&tracking_number=${number}`;
}

function call(method: string, at: string, body?: object, key = world.sandbox.client.clientSecret): Promise<Response> {
  return fetch(world.sandbox.urls.shipengine + at, {
    method,
    headers: { "api-key": key, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
