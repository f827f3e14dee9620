import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type StoppedSandbox, stoppedSandbox } from "../../../test/support/sandbox.js";
import { textAt } from "../../runtime/json.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const START = Date.parse("2026-11-22T22:05:00Z");
const NUMBER = "1ZW4Y8120300000005";
let world: StoppedSandbox;

beforeEach(async () => {
  world = await stoppedSandbox(NOW);
});
afterEach(() => world.sandbox.stop());

describe("the UPS token endpoint", () => {
  test("wants HTTP Basic, and answers every value as a text", async () => {
    const answer = await askToken();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      token_type: "Bearer",
      expires_in: "14399",
      issued_at: String(NOW),
      status: "approved",
    });
  });

  test("refuses other credentials with 401 and a code", async () => {
    const answer = await askToken("wrong");
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ response: { errors: [{ code: "250002" }] } });
  });
});

describe("the UPS track endpoint", () => {
  test("tells a missing token from an expired one", async () => {
    const token = await newToken();
    expect(await codeOf(await details(NUMBER, ""))).toBe("UJ0001");
    world.pass(14_399_000);
    const expired = await details(NUMBER, token);
    expect(expired.status).toBe(401);
    expect(await codeOf(expired)).toBe("251004");
  });

  test("wants a transaction id of at most 32 characters and a source", async () => {
    const token = await newToken();
    expect((await details(NUMBER, token, { transId: "x".repeat(33) })).status).toBe(400);
    expect((await details(NUMBER, token, { transactionSrc: "" })).status).toBe(400);
    expect((await details(NUMBER, token, { transId: "x".repeat(32) })).status).toBe(200);
  });

  test("warns inside a 200 about a number it has heard nothing of", async () => {
    const answer = await details(NUMBER, await newToken());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      trackResponse: { shipment: [{ warnings: [{ code: "TW0001", message: "Tracking Information Not Found" }] }] },
    });
  });

  test("refuses a number of the wrong length", async () => {
    expect(await codeOf(await details("1Z12", await newToken()))).toBe("TV1002");
  });

  test("prints local time, its offset, and GMT with colons; the label knows only the country", async () => {
    walkTo("straight", 2);
    const [pickup, label] = await activities();
    expect(pickup).toEqual({
      location: { address: { city: "Nashville", stateProvince: "TN", countryCode: "US", country: "US" }, slic: "3721" },
      status: { type: "I", description: "Pickup Scan ", code: "PU", statusCode: "038" },
      date: "20261122",
      time: "182300",
      gmtDate: "20261123",
      gmtOffset: "-06:00",
      gmtTime: "00:23:00",
    });
    expect(label).toMatchObject({
      location: { address: { country: "US" } },
      status: { type: "M", code: "MP", statusCode: "003" },
    });
  });

  test("gives the estimate as a day, then as a window at the destination", async () => {
    walkTo("straight", 1);
    expect(await parcel()).toMatchObject({
      deliveryDate: [{ type: "SDD", date: "20261124" }],
      deliveryTime: { type: "EOD" },
    });
    for (let step = 1; step < 8; step += 1) world.sandbox.advance("ups", NUMBER);
    expect(await parcel()).toMatchObject({
      currentStatus: { code: "021" },
      deliveryTime: { type: "EDW", startTime: "110000", endTime: "150000" },
    });
  });

  test("shows both days once the delivery was moved", async () => {
    walkTo("weather-delay", 6);
    expect(await parcel()).toMatchObject({
      currentStatus: { code: "052" },
      deliveryDate: [{ type: "SDD" }, { type: "RDD", date: "20261124" }],
    });
  });

  test.each([
    ["straight", 9, { type: "D", code: "FS", statusCode: "011" }],
    ["failed-attempt", 8, { type: "X", code: "48", statusCode: "022" }],
    ["returned", 8, { type: "X", statusCode: "064" }],
    ["returned", 9, { type: "X", statusCode: "035" }],
    ["returned", 12, { type: "D", code: "B0", statusCode: "034" }],
  ])("tells the state of %s after %i steps", async (journey, steps, status) => {
    walkTo(journey, steps);
    expect((await activities())[0]).toMatchObject({ status });
  });

  test("says when, where and to whom it was delivered", async () => {
    walkTo("failed-attempt", 11);
    expect(await parcel()).toMatchObject({
      deliveryDate: [{ type: "DEL" }],
      deliveryTime: { type: "DEL" },
      deliveryInformation: { receivedBy: "R ORTEGA", location: "Residential" },
    });
  });
});

describe("UPS Track Alert", () => {
  let target: Awaited<ReturnType<typeof pushTarget>>;
  beforeEach(async () => {
    target = await pushTarget(({ path }) =>
      path.endsWith("/token")
        ? { status: 200, body: JSON.stringify({ access_token: "t", token_type: "Bearer", expires_in: 3_600 }) }
        : { status: 200 },
    );
  });
  afterEach(() => target.close());

  const destination = () => ({ url: target.url, credentialType: "Bearer", credential: "opaque" });

  test("answers number by number, and pushes for 14 days to the destination of the subscription", async () => {
    const answer = await subscribe({ destination: destination(), trackingNumberList: [NUMBER, "1Z12"] });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ validTrackingNumbers: [NUMBER], invalidTrackingNumbers: ["1Z12"] });
    walkTo("straight", 2);
    await world.sandbox.pushesSettled();
    expect(target.received.map(({ headers }) => headers["credential"])).toEqual(["opaque", "opaque"]);
    world.pass(14 * 86_400_000);
    world.sandbox.advance("ups", NUMBER);
    await world.sandbox.pushesSettled();
    expect(target.received).toHaveLength(2);
  });

  test("counts the 14 days anew when asked again", async () => {
    await subscribe({ destination: destination() });
    world.pass(13 * 86_400_000);
    await subscribe({ destination: destination() }, "v1", await newToken());
    expect(world.sandbox.subscriptions("ups")).toMatchObject([{ expiresAt: "2026-12-21T18:00:00.000Z" }]);
    expect(world.sandbox.expireSubscriptions("ups", NUMBER)).toBe(1);
    expect(world.sandbox.subscriptions("ups")).toEqual([]);
  });

  test("of version 2 pushes to where the portal says", async () => {
    expect((await subscribe({}, "v2")).status).toBe(200);
    expect(world.sandbox.subscriptions("ups")).toMatchObject([{ active: false }]);
    world.sandbox.setPortalHook({ kind: "ups_v2", url: target.url, clientId: "c", secret: "s" });
    walkTo("straight", 1);
    await world.sandbox.pushesSettled();
    expect(target.received.map(({ path }) => path)).toEqual(["/hook/token", "/hook"]);
  });

  test.each([
    ["VSS110", null],
    ["VSS200", { trackingNumberList: [] }],
    ["VSS210", { trackingNumberList: ["1Z12"] }],
    ["VSS220", { trackingNumberList: Array.from({ length: 101 }, () => NUMBER) }],
    ["VSS300", { locale: "" }],
    ["VSS310", { locale: "english" }],
    ["VSS400", { countryCode: "USA" }],
    ["VSS500", { destination: undefined }],
    ["VSS600", { destination: {} }],
    ["VSS700", { destination: { url: "https://waybill.example/" } }],
    ["VSS800", { destination: { url: "https://waybill.example/", credential: "c" } }],
  ])("refuses with %s", async (code, change) => {
    const answer = await subscribe(change === null ? null : { destination: destination(), ...change });
    expect(answer.status).toBe(400);
    expect(await codeOf(answer)).toBe(code);
  });

  test("has two types in version 2, and wants a token", async () => {
    expect((await subscribe({}, "v2", undefined, "enhanced")).status).toBe(200);
    expect(await codeOf(await subscribe({}, "v2", undefined, "golden"))).toBe("VSS930");
    expect((await subscribe({}, "v2", "made-up")).status).toBe(401);
  });

  async function subscribe(order: object | null, version = "v1", token?: string, type = "standard"): Promise<Response> {
    const body = { locale: "en_US", countryCode: "US", trackingNumberList: [NUMBER], ...order };
    return fetch(`${world.sandbox.urls.ups}/api/track/${version}/subscription/${type}/package`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        transId: "t-1",
        transactionSrc: "test",
        authorization: `Bearer ${token ?? (await newToken())}`,
      },
      body: order === null ? "" : JSON.stringify(body),
    });
  }
});

function walkTo(journey: string, steps: number): void {
  world.sandbox.register({ carrier: "ups", trackingNumber: NUMBER, journey, speed: 0, startAt: START });
  for (let step = 0; step < steps; step += 1) world.sandbox.advance("ups", NUMBER);
}

function askToken(secret = world.sandbox.client.clientSecret): Promise<Response> {
  const basic = Buffer.from(`${world.sandbox.client.clientId}:${secret}`).toString("base64");
  return fetch(`${world.sandbox.urls.ups}/security/v1/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
}

async function newToken(): Promise<string> {
  return textAt(await (await askToken()).json(), "access_token") ?? "";
}

function details(number: string, token: string, headers: Record<string, string> = {}): Promise<Response> {
  const authorization: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
  return fetch(`${world.sandbox.urls.ups}/api/track/v1/details/${number}?locale=en_US`, {
    headers: { transId: "t-1", transactionSrc: "test", ...authorization, ...headers },
  });
}

interface DetailsBody {
  trackResponse: { shipment: { package: { activity: object[] }[] }[] };
  response?: { errors: { code: string }[] };
}

async function parcel(): Promise<{ activity: object[] } | undefined> {
  const answer = await details(NUMBER, await newToken());
  const body = (await answer.json()) as DetailsBody;
  return body.trackResponse.shipment[0]?.package[0];
}

async function activities(): Promise<readonly object[]> {
  return (await parcel())?.activity ?? [];
}

async function codeOf(answer: Response): Promise<string | undefined> {
  return ((await answer.json()) as DetailsBody).response?.errors[0]?.code;
}
