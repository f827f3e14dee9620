import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type ReceivedPush, type StoppedSandbox, stoppedSandbox } from "../../../test/support/sandbox.js";
import { listAt, recordAt, textAt } from "../../runtime/json.js";
import type { DirectCarrier } from "../parcel.js";
import { sandboxTrackingNumber } from "../tracking-numbers.js";
import { TEST_NUMBERS } from "./test-numbers.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const START = Date.parse("2026-11-22T22:05:00Z");
const FEDEX = sandboxTrackingNumber("fedex", 1);
/** Has another digest in normalization form C. */
const SECRET = "sécret de la boutique";
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

describe("EasyPost trackers", () => {
  test("want the key as the user name of HTTP Basic", async () => {
    const answer = await call("GET", "/trackers", undefined, "wrong");
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: expect.any(String), errors: [] } });
    expect((await call("GET", "/trackers")).headers.get("x-ep-request-uuid")).toBeTruthy();
  });

  test.each(Object.entries(TEST_NUMBERS))("of the test number %s are %s, and final", async (number, status) => {
    expect(await track(number)).toMatchObject({ mode: "test", status, finalized: true });
  });

  test("of the test number for a delivery were signed for by John Tester, the oldest detail first", async () => {
    const tracker = await track("EZ4000000004");
    expect(tracker).toMatchObject({ signed_by: "John Tester", carrier: "USPS" });
    const times = listAt(tracker, "tracking_details").map((detail) => textAt(detail, "datetime") ?? "");
    expect(times).toEqual(times.toSorted());
  });

  test("of other numbers are refused to a test key", async () => {
    const body = { tracker: { tracking_code: FEDEX } };
    const answer = await call("POST", "/trackers", body, `EZTK_${world.sandbox.client.clientSecret}`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ error: { code: "TRACKER.CREATE.ERROR" } });
  });

  test("are the same again for the same code and carrier", async () => {
    const first = await track(FEDEX, "FedEx");
    expect(await track(FEDEX, "FedEx")).toMatchObject({ id: first["id"] });
    expect((await track(FEDEX, "UPS"))["id"]).not.toBe(first["id"]);
    expect(await track(FEDEX)).toMatchObject({ id: first["id"], carrier: "FedEx" });
  });

  test("know nothing of a parcel that another carrier moves, or nobody", async () => {
    walk(FEDEX, "fedex", "straight", 2);
    expect(await track(FEDEX, "UPS")).toMatchObject({ status: "unknown", tracking_details: [] });
    expect(await track("9400100000000000000000", "USPS")).toMatchObject({ status: "unknown", carrier_detail: null });
  });

  test("tell the carrier's scans, oldest first, with its words and its code", async () => {
    walk(FEDEX, "fedex", "straight", 2);
    expect(await track(FEDEX, "FedEx")).toMatchObject({
      mode: "production",
      status: "in_transit",
      est_delivery_date: "2026-11-24T00:00:00Z",
      tracking_details: [
        { status: "pre_transit", status_detail: "label_created", carrier_code: "OC", datetime: "2026-11-22T22:05:00Z" },
        {
          message: "Picked up",
          carrier_code: "PU",
          source: "FedEx",
          tracking_location: { city: "NASHVILLE", state: "TN", country: "US", zip: "37210" },
        },
      ],
      carrier_detail: { est_delivery_date_local: "2026-11-24" },
    });
  });

  test.each([
    ["ups", "failed-attempt", 8, { status: "in_transit", status_detail: "delivery_exception", carrier: "UPS" }],
    ["usps", "weather-delay", 6, { status: "in_transit", status_detail: "weather_delay", carrier: "USPS" }],
    ["dhl", "returned", 12, { status: "return_to_sender", status_detail: "arrived_at_destination", carrier: "DhlEcs" }],
    ["fedex", "failed-attempt", 11, { status: "delivered", signed_by: "R ORTEGA", finalized: true }],
  ] as const)("for %s tell the state of %s after %i steps", async (movedBy, journey, steps, state) => {
    const number = sandboxTrackingNumber(movedBy, 9);
    walk(number, movedBy, journey, steps);
    expect(await track(number)).toMatchObject(state);
  });

  test("are listed newest first in pages, looked up in a batch without being made, and deleted", async () => {
    for (const code of ["EZ1000000001", "EZ2000000002", "EZ3000000003"]) await track(code);
    const page = await (await call("GET", "/trackers?page_size=2")).json();
    expect(codesIn(page)).toEqual(["EZ3000000003", "EZ2000000002"]);
    expect(page).toMatchObject({ has_more: true });
    const lastId = textAt(listAt(page, "trackers")[1], "id") ?? "";
    expect(codesIn(await (await call("GET", `/trackers?before_id=${lastId}`)).json())).toEqual(["EZ1000000001"]);
    const batch = await call("POST", "/trackers/batch", { tracking_codes: ["EZ1000000001", "EZ7000000007"] });
    expect(codesIn(await batch.json())).toEqual(["EZ1000000001"]);
    expect((await call("DELETE", `/trackers/${lastId}`)).status).toBe(200);
    expect((await call("GET", `/trackers/${lastId}`)).status).toBe(404);
  });
});

describe("EasyPost webhooks", () => {
  test("never say their secret again, and making the same twice makes two", async () => {
    const created = await addWebhook();
    expect(created.status).toBe(201);
    expect(await created.text()).not.toContain("boutique");
    await addWebhook();
    const listed: unknown = await (await call("GET", "/webhooks")).json();
    expect(listAt(listed, "webhooks")).toHaveLength(2);
  });

  test("hear of every scan of a tracked number, as the whole tracker, signed both ways", async () => {
    await addWebhook();
    await track(FEDEX, "FedEx");
    walk(FEDEX, "fedex", "straight", 2);
    await world.sandbox.pushesSettled();
    const events = hook.received.map(eventIn);
    expect(events.map((event) => textAt(event, "description"))).toEqual([
      "tracker.created",
      "tracker.updated",
      "tracker.updated",
    ]);
    expect(listAt(events[2], "result", "tracking_details")).toHaveLength(2);
    expect(events[2]).toMatchObject({ object: "Event", previous_attributes: { status: "pre_transit" } });

    const push = hook.received[2];
    const key = Buffer.from(SECRET.normalize("NFKD"));
    const sign = (...parts: (string | Buffer)[]) => {
      const hmac = createHmac("sha256", key);
      for (const part of parts) hmac.update(part);
      return `hmac-sha256-hex=${hmac.digest("hex")}`;
    };
    const body = push?.body ?? Buffer.alloc(0);
    expect(push?.headers).toMatchObject({
      "x-hmac-signature": sign(body),
      "x-path": "/hook",
      "x-timestamp": "Tue, 24 Nov 2026 18:00:00 -0000",
      "x-hmac-signature-v2": sign("Tue, 24 Nov 2026 18:00:00 -0000", "POST", "/hook", body),
      "x-shop": "nordlicht",
    });
  });

  test("hear nothing of parcels that nobody tracks", async () => {
    await addWebhook();
    walk(FEDEX, "fedex", "straight", 2);
    await world.sandbox.pushesSettled();
    expect(hook.received).toEqual([]);
  });

  test("hear of test numbers at once", async () => {
    await addWebhook();
    await track("EZ4000000004");
    await world.sandbox.pushesSettled();
    expect(hook.received.map(eventIn)).toMatchObject([
      { description: "tracker.created" },
      { description: "tracker.updated", result: { status: "delivered" } },
    ]);
  });

  test("are tried seven times an event, and off after three events that nobody took", async () => {
    hookStatus = 500;
    await addWebhook();
    for (const code of ["EZ1000000001", "EZ2000000002"]) await track(code);
    await world.sandbox.pushesSettled();
    expect(hook.received).toHaveLength(4 * 7);
    const [webhook] = listAt(await (await call("GET", "/webhooks")).json(), "webhooks");
    expect(webhook).toMatchObject({ disabled_at: "2026-11-24T18:00:00Z" });
    await track("EZ3000000003");
    await world.sandbox.pushesSettled();
    expect(hook.received).toHaveLength(4 * 7);

    const changed = await call("PATCH", `/webhooks/${textAt(webhook, "id")}`, { webhook_secret: "new" });
    expect(changed.status).toBe(201);
    expect(await changed.json()).toMatchObject({ disabled_at: null });
  });
});

function walk(number: string, movedBy: DirectCarrier, journey: string, steps: number): void {
  world.sandbox.register({ carrier: "easypost", movedBy, trackingNumber: number, journey, speed: 0, startAt: START });
  for (let step = 0; step < steps; step += 1) world.sandbox.advance("easypost", number);
}

async function track(code: string, carrier?: string): Promise<Record<string, unknown>> {
  const body = { tracker: { tracking_code: code, ...(carrier !== undefined && { carrier }) } };
  return { ...recordAt(await (await call("POST", "/trackers", body)).json()) };
}

function addWebhook(): Promise<Response> {
  const custom_headers = [{ name: "X-Shop", value: "nordlicht" }];
  return call("POST", "/webhooks", { webhook: { url: hook.url, webhook_secret: SECRET, custom_headers } });
}

function codesIn(body: unknown): (string | null)[] {
  return listAt(body, "trackers").map((tracker) => textAt(tracker, "tracking_code"));
}

function eventIn(push: ReceivedPush): unknown {
  return JSON.parse(push.body.toString());
}

function call(method: string, path: string, body?: object, key = world.sandbox.client.clientSecret): Promise<Response> {
  return fetch(`${world.sandbox.urls.easypost}/v2${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}
