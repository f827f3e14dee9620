import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type StoppedSandbox, stoppedSandbox } from "../../../test/support/sandbox.js";
import { listAt, recordAt, textAt } from "../../runtime/json.js";
import { sandboxTrackingNumber } from "../tracking-numbers.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const START = Date.parse("2026-11-22T22:05:00Z");
const NUMBER = sandboxTrackingNumber("usps", 1);
const SECRET = "a secret of at least thirty-two characters";
type Target = Awaited<ReturnType<typeof pushTarget>>;
let world: StoppedSandbox;
let listener: Target;
/** What the listener answers to a challenge; null: it does not know them. */
let echo: ((challenge: string) => string) | null;

beforeEach(async () => {
  echo = (challenge) => challenge;
  world = await stoppedSandbox(NOW);
  listener = await pushTarget(({ body }) => {
    const challenge = textAt(JSON.parse(body.toString()), "challenge");
    if (challenge === null) return { status: 200 };
    return echo === null ? { status: 404 } : { status: 200, body: JSON.stringify({ challenge: echo(challenge) }) };
  });
});
afterEach(async () => {
  await world.sandbox.stop();
  await listener.close();
});

describe("the USPS token endpoint", () => {
  test("takes the client as JSON or as a form, and says which scopes were granted", async () => {
    const client = clientOf();
    const json = await post("/oauth2/v3/token", client);
    expect(await json.json()).toMatchObject({ expires_in: 28_799, scope: "tracking subscriptions-tracking" });
    const form = await fetch(`${world.sandbox.urls.usps}/oauth2/v3/token`, {
      method: "POST",
      body: new URLSearchParams({ ...client, scope: "tracking" }),
    });
    expect(await form.json()).toMatchObject({ token_type: "Bearer", scope: "tracking" });
  });

  test("refuses other clients as RFC 6749 has it", async () => {
    const answer = await post("/oauth2/v3/token", { ...clientOf(), client_secret: "wrong" });
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: "invalid_client" });
  });
});

describe("USPS tracking", () => {
  test("wants a living token", async () => {
    expect((await track("made-up")).status).toBe(401);
    const token = await newToken();
    expect((await track(token)).status).toBe(400);
    world.pass(28_799_000);
    expect((await track(token)).status).toBe(401);
  });

  test("refuses a token without its scope, with a source that is a text", async () => {
    const answer = await track(await newToken("subscriptions-tracking"));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({
      error: { code: "401", message: "Insufficient OAuth scope.", errors: [{ source: expect.any(String) }] },
    });
  });

  test("answers 400 with code 150001 while nothing was scanned, and 404 to what is no number of theirs", async () => {
    const unknown = await track(await newToken());
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ error: { code: "400", errors: [{ code: "150001" }] } });
    expect((await track(await newToken(), "12345")).status).toBe(404);
  });

  test("gives a single event as the event itself, without GMT on a label, and flags as texts", async () => {
    walkTo("straight", 1);
    expect(await tracking()).toMatchObject({
      statusCategory: "Pre-Shipment",
      emailEnabled: "true",
      mailClass: expect.stringContaining("<SUP>"),
      services: expect.any(String),
      trackingEvents: { eventCode: "GX", eventTimestamp: "2026-11-22T16:05:00", GMTTimestamp: null, GMTOffset: null },
    });
  });

  test("prints GMT with the local date: it is not rolled over midnight", async () => {
    walkTo("straight", 2);
    const [pickup] = listAt(await tracking(), "trackingEvents");
    expect(pickup).toMatchObject({
      eventTimestamp: "2026-11-22T18:23:00",
      GMTTimestamp: "2026-11-22T00:23:00Z",
      GMTOffset: "-06:00",
    });
  });

  test("adds a heartbeat without place where a departure is followed by hours of silence", async () => {
    walkTo("straight", 3);
    const codes = listAt(await tracking(), "trackingEvents").map((event) => textAt(event, "eventCode"));
    expect(codes).toEqual(["TL", "T1", "03", "GX"]);
    expect(listAt(await tracking(), "trackingEvents")[0]).toMatchObject({ eventCity: null, eventZIP: null });
  });

  test.each([
    ["failed-attempt", 8, { statusCategory: "Delivery Attempt: Action Needed", redeliveryEnabled: "true" }],
    ["returned", 12, { statusCategory: "Delivered", status: "Delivered, To Original Sender" }],
    ["weather-delay", 6, { status: "Weather Delay" }],
    ["straight", 9, { status: "Delivered, Front Door/Porch" }],
  ])("tells the state of %s after %i steps", async (journey, steps, state) => {
    walkTo(journey, steps);
    expect(await tracking()).toMatchObject(state);
  });

  test("promises hours once out for delivery", async () => {
    walkTo("straight", 8);
    expect(await tracking()).toMatchObject({
      expectedDeliveryTimeStamp: "2026-11-24T00:00:00",
      predictedDeliveryWindowStartTime: "11:00:00",
      predictedDeliveryWindowEndTime: "15:00:00",
    });
  });

  test("says sentences only unless asked for details, and answers under 3.2 too", async () => {
    walkTo("straight", 2);
    const answer = await call("GET", `/tracking/v3.2/tracking/${NUMBER}`, await newToken());
    const body: unknown = await answer.json();
    expect(body).toMatchObject({ eventSummaries: [expect.stringContaining("November 22, 2026"), expect.any(String)] });
    expect(recordAt(body)).not.toHaveProperty("trackingEvents");
  });

  test("answers 429 with the rest of the hour once the quota is used up", async () => {
    await world.sandbox.stop();
    world = await stoppedSandbox(NOW, { limits: { usps: { calls: 2, withinMs: 3_600_000 } } });
    const token = await newToken();
    const statuses = [];
    for (let made = 0; made < 3; made += 1) {
      statuses.push((await track(token)).status);
      world.pass(60_000);
    }
    expect(statuses).toEqual([400, 400, 429]);
    expect((await track(token)).headers.get("retry-after")).toBe("3420");
    world.pass(3_420_000);
    expect((await track(token)).status).toBe(400);
  });
});

describe("a USPS subscription", () => {
  test("pushes once its listener has echoed the challenge, signed over timestamp and payload", async () => {
    expect((await subscribe()).status).toBe(201);
    await world.sandbox.pushesSettled();
    expect(world.sandbox.subscriptions("usps")).toMatchObject([{ trackingNumber: NUMBER, state: "ENABLED" }]);
    walkTo("straight", 1);
    await world.sandbox.pushesSettled();
    const push = listener.received.at(-1);
    const body: unknown = JSON.parse(push?.body.toString() ?? "");
    const payload = textOf(body, "payload");
    const hmac = createHmac("sha256", SECRET).update(`${textOf(body, "timestamp")}${payload}`);
    expect(push?.headers["x-hmac"]).toBe(hmac.digest("base64"));
    expect(JSON.parse(payload)).toMatchObject({ trackingNumber: NUMBER, trackingEvents: { eventCode: "GX" } });
  });

  test("pushes the heartbeat along with the scan after it", async () => {
    await subscribe();
    await world.sandbox.pushesSettled();
    walkTo("straight", 4);
    await world.sandbox.pushesSettled();
    const pushed = JSON.parse(textOf(JSON.parse(listener.received.at(-1)?.body.toString() ?? ""), "payload"));
    expect(listAt(pushed, "trackingEvents").map((event) => textAt(event, "eventCode"))).toEqual(["A1", "TL"]);
  });

  test.each([
    ["does not know challenges", null],
    ["echoes something else", () => "parrot"],
  ])("is suspended when its listener %s", async (_what, answer) => {
    echo = answer;
    await subscribe();
    await world.sandbox.pushesSettled();
    expect(world.sandbox.subscriptions("usps")).toMatchObject([{ state: "SUSPENDED", active: false }]);
  });

  test("of a mailer is about all pieces; others push only what they name", async () => {
    await subscribe({ filterProperties: { MID: "901234567" } });
    await world.sandbox.pushesSettled();
    walkTo("straight", 1);
    walkTo("straight", 1, sandboxTrackingNumber("usps", 2));
    await world.sandbox.pushesSettled();
    expect(listener.received).toHaveLength(3);
  });

  test("that exists already is refused with its id, which tells how to delete it", async () => {
    const { subscriptionId } = (await (await subscribe()).json()) as { subscriptionId: string };
    const again = await subscribe();
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ subscriptionId });
    const path = `/subscriptions-tracking/v3/subscriptions/${subscriptionId}`;
    const token = await newToken();
    await world.sandbox.pushesSettled();
    const etag = (await call("GET", path, token)).headers.get("etag") ?? "";
    expect((await call("DELETE", path, token)).status).toBe(428);
    expect((await call("DELETE", path, token, { "if-match": '"old"' })).status).toBe(412);
    expect((await call("DELETE", path, token, { "if-match": etag })).status).toBe(204);
    expect((await call("GET", path, token)).status).toBe(404);
  });

  test("wants a secret of 32 characters, one filter and its scope", async () => {
    expect((await subscribe({ secret: "short" })).status).toBe(400);
    expect((await subscribe({ filterProperties: {} })).status).toBe(400);
    expect((await subscribe({}, await newToken("tracking"))).status).toBe(401);
  });

  test("is taken for ten listeners at most", async () => {
    const statuses = [];
    for (let at = 0; at < 11; at += 1)
      statuses.push((await subscribe({ listenerURL: `${listener.url}/${at}` })).status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(10);
    expect(statuses.at(-1)).toBe(400);
  });

  test("ends by itself, and pushes nothing after that", async () => {
    await subscribe();
    await world.sandbox.pushesSettled();
    world.pass(30 * 86_400_000);
    expect(world.sandbox.subscriptions("usps")).toEqual([]);
    walkTo("straight", 1);
    await world.sandbox.pushesSettled();
    expect(listener.received).toHaveLength(1);
  });
});

function clientOf() {
  const { clientId, clientSecret } = world.sandbox.client;
  return { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
}

function walkTo(journey: string, steps: number, number = NUMBER): void {
  world.sandbox.register({ carrier: "usps", trackingNumber: number, journey, speed: 0, startAt: START });
  for (let step = 0; step < steps; step += 1) world.sandbox.advance("usps", number);
}

async function subscribe(order: object = {}, token?: string): Promise<Response> {
  const body = { listenerURL: listener.url, secret: SECRET, filterProperties: { trackingNumber: NUMBER }, ...order };
  return post("/subscriptions-tracking/v3/subscriptions", body, token ?? (await newToken()));
}

async function newToken(scope?: string): Promise<string> {
  const answer = await post("/oauth2/v3/token", { ...clientOf(), ...(scope !== undefined && { scope }) });
  return textOf(await answer.json(), "access_token");
}

async function tracking(): Promise<unknown> {
  return (await track(await newToken())).json();
}

function track(token: string, number = NUMBER): Promise<Response> {
  return call("GET", `/tracking/v3/tracking/${number}?expand=DETAIL`, token);
}

function call(method: string, path: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(world.sandbox.urls.usps + path, { method, headers: { authorization: `Bearer ${token}`, ...headers } });
}

function post(path: string, body: object, token?: string): Promise<Response> {
  const headers = {
    "content-type": "application/json",
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return fetch(world.sandbox.urls.usps + path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Texts are compared as they stand, signatures are over them: no reader that tidies them up. */
function textOf(body: unknown, field: string): string {
  const found = recordAt(body)?.[field];
  return typeof found === "string" ? found : "";
}
