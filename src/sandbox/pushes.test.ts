import { createHmac } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { pushTarget, type ReceivedPush, type StoppedSandbox, stoppedSandbox } from "../../test/support/sandbox.js";
import type { Hook, SandboxCarrier } from "./parcel.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const FEDEX = "794600000000";
const UPS = "1ZW4Y8120300000005";
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe("a FedEx push", () => {
  test("is signed over its raw bytes and states one scan", async () => {
    const { world, target } = await ready();
    register(world, { kind: "fedex", url: target.url, secret: "token-1" });
    await advance(world, "fedex", FEDEX);
    const [push] = target.received;
    expect(push?.headers["fdx-signature"]).toBe(createHmac("sha256", "token-1").update(bodyOf(push)).digest("base64"));
    expect(JSON.parse(bodyOf(push).toString())).toMatchObject({
      outputMetaData: [{ attempt: 1 }],
      output: {
        completeTrackResults: [{ trackingNumber: FEDEX, trackResults: [{ scanEvents: [{ eventType: "OC" }] }] }],
      },
    });
  });

  test("is tried again after 1, 2 and 4 minutes, and then given up", async () => {
    const { world, target } = await ready(() => ({ status: 503 }));
    register(world, { kind: "fedex", url: target.url, secret: "s" });
    await advance(world, "fedex", FEDEX);
    expect(target.received).toHaveLength(4);
    expect(world.waits).toEqual([60_000, 120_000, 240_000]);
    expect(world.sandbox.pushes()).toEqual({ waiting: 0, taken: 0, givenUp: 1 });
  });

  test("that is taken at the second attempt is not sent a third time", async () => {
    const { world, target } = await ready(() => ({ status: target.received.length === 1 ? 500 : 202 }));
    register(world, { kind: "fedex", url: target.url, secret: "s" });
    await advance(world, "fedex", FEDEX);
    expect(target.received).toHaveLength(2);
    expect(world.sandbox.pushes()).toEqual({ waiting: 0, taken: 1, givenUp: 0 });
  });

  test("of the duplicated journey comes as the same bytes, and later as new ones", async () => {
    const { world, target } = await ready();
    register(world, { kind: "fedex", url: target.url, secret: "s" }, "duplicated");
    for (let step = 0; step < 9; step += 1) await advance(world, "fedex", FEDEX);
    const bodies = target.received.map((push) => push.body.toString());
    expect(bodies).toHaveLength(20);
    expect(bodies[1]).toBe(bodies[0]);
    expect(new Set(bodies.slice(16)).size).toBe(2);
  });
});

describe("a UPS push", () => {
  test("of version 1 carries the credential and one event, with a dot in its offset", async () => {
    const { world, target } = await ready();
    register(world, { kind: "ups_v1", url: target.url, secret: "opaque" });
    await advance(world, "ups", UPS);
    await advance(world, "ups", UPS);
    const push = target.received[1];
    expect(push?.headers).toMatchObject({ credential: "opaque", "user-agent": "UPSPubSubTrackingService" });
    expect(JSON.parse(bodyOf(push).toString())).toMatchObject({
      trackingNumber: UPS,
      activityStatus: { type: "I", code: "PU", descriptionCode: "038" },
      activityLocation: { city: "Nashville", stateProvince: "TN", country: "US" },
      gmtOffset: "-06.00",
      deliveryTimeDescription: "end of day",
      actualDeliveryDate: "",
    });
  });

  test("that is not taken is lost: UPS documents no retry", async () => {
    const { world, target } = await ready(() => ({ status: 500 }));
    register(world, { kind: "ups_v1", url: target.url, secret: "opaque" });
    await advance(world, "ups", UPS);
    expect(target.received).toHaveLength(1);
    expect(world.waits).toEqual([]);
  });

  test("of version 2 gets one token from our endpoint and uses it until it nears its end", async () => {
    const { world, target } = await ready(tokens());
    register(world, { kind: "ups_v2", url: target.url, clientId: "ups-client", secret: "p:w" });
    await advance(world, "ups", UPS);
    await advance(world, "ups", UPS);
    world.pass(3_580_000);
    await advance(world, "ups", UPS);
    expect(target.received.map(({ path }) => path)).toEqual(["/hook/token", "/hook", "/hook", "/hook/token", "/hook"]);
    const [asked, pushed] = target.received;
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from("ups-client:p%3Aw").toString("base64")}`);
    expect(asked?.body.toString()).toBe("grant_type=client_credentials");
    expect(pushed?.headers).toMatchObject({ authorization: "Bearer token-1", "x-api-key": "ups-client" });
    expect(target.received[4]?.headers.authorization).toBe("Bearer token-4");
  });

  test("of version 2 asks for a fresh token once when the old one is refused", async () => {
    const { world, target } = await ready((push) =>
      push.headers.authorization === "Bearer token-1" ? { status: 401 } : tokens()(push),
    );
    register(world, { kind: "ups_v2", url: target.url, clientId: "c", secret: "s" });
    await advance(world, "ups", UPS);
    expect(target.received.map(({ path }) => path)).toEqual(["/hook/token", "/hook", "/hook/token", "/hook"]);
    expect(world.sandbox.pushes().taken).toBe(1);
  });

  function tokens() {
    return ({ path }: ReceivedPush) =>
      path === "/hook/token"
        ? {
            status: 200,
            body: JSON.stringify({ access_token: `token-${count()}`, token_type: "Bearer", expires_in: 3_600 }),
          }
        : { status: 200 };
  }
  const count = () => lastTarget?.received.length ?? 0;
});

test("an address that has the parcel's own hook does not hear it twice when it subscribed as well", async () => {
  const { world, target } = await ready();
  const { clientId, clientSecret } = world.sandbox.client;
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  const token = await fetch(`${world.sandbox.urls.ups}/security/v1/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: form,
  });
  const { access_token } = (await token.json()) as { access_token: string };
  const destination = { url: target.url, credentialType: "Bearer", credential: "opaque" };
  await fetch(`${world.sandbox.urls.ups}/api/track/v1/subscription/standard/package`, {
    method: "POST",
    headers: { authorization: `Bearer ${access_token}`, transId: "1", transactionSrc: "test" },
    body: JSON.stringify({ locale: "en_US", countryCode: "US", trackingNumberList: [UPS], destination }),
  });
  expect(world.sandbox.subscriptions("ups")).toMatchObject([{ active: true }]);
  register(world, { kind: "ups_v1", url: target.url, secret: "opaque" });
  await advance(world, "ups", UPS);
  expect(target.received).toHaveLength(1);
});

test("a driven sandbox walks a parcel to its end without being told", async () => {
  const target = await pushTarget();
  const world = await stoppedSandbox(NOW, {
    now: () => Date.now(),
    driven: true,
    wait: (delayMs, signal) => delay(delayMs, undefined, { signal }),
  });
  closers.push(
    () => target.close(),
    () => world.sandbox.stop(),
  );
  const hook: Hook = { kind: "fedex", url: target.url, secret: "s" };
  world.sandbox.register({ carrier: "fedex", trackingNumber: FEDEX, journey: "straight", speed: 1_000_000, hook });
  await expect.poll(() => world.sandbox.pushes(), { timeout: 20_000 }).toEqual({ waiting: 0, taken: 9, givenUp: 0 });
});

test("stopping drops the pushes that wait for another attempt", async () => {
  const { world, target } = await ready(() => ({ status: 500 }), {
    wait: (delayMs, signal) => delay(delayMs, undefined, { signal }),
  });
  register(world, { kind: "fedex", url: target.url, secret: "s" });
  world.sandbox.advance("fedex", FEDEX);
  await expect.poll(() => target.received.length).toBe(1);
  await world.sandbox.stop();
  expect(world.sandbox.pushes()).toEqual({ waiting: 0, taken: 0, givenUp: 1 });
  await world.sandbox.stopped;
});

type Target = Awaited<ReturnType<typeof pushTarget>>;
let lastTarget: Target | null = null;

async function ready(answer?: Parameters<typeof pushTarget>[0], options: Parameters<typeof stoppedSandbox>[1] = {}) {
  const target = await pushTarget(answer);
  lastTarget = target;
  const world = await stoppedSandbox(NOW, options);
  closers.push(
    () => target.close(),
    () => world.sandbox.stop(),
  );
  return { world, target };
}

function register({ sandbox }: StoppedSandbox, hook: Hook, journey = "straight"): void {
  const carrier = hook.kind === "fedex" ? "fedex" : "ups";
  sandbox.register({ carrier, trackingNumber: carrier === "fedex" ? FEDEX : UPS, journey, speed: 0, hook });
}

async function advance({ sandbox }: StoppedSandbox, carrier: SandboxCarrier, number: string): Promise<void> {
  expect(sandbox.advance(carrier, number)).toBe(true);
  await sandbox.pushesSettled();
}

function bodyOf(push: ReceivedPush | undefined): Buffer {
  return push?.body ?? Buffer.alloc(0);
}
