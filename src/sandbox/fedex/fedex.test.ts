import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pushTarget, type StoppedSandbox, stoppedSandbox } from "../../../test/support/sandbox.js";
import { recordAt, textAt } from "../../runtime/json.js";
import { fedexSignature } from "./push.js";

const NOW = Date.parse("2026-11-24T18:00:00Z");
const NUMBER = "794600000000";
let world: StoppedSandbox;

beforeEach(async () => {
  world = await stoppedSandbox(NOW);
});
afterEach(() => world.sandbox.stop());

describe("the FedEx token endpoint", () => {
  test("gives a bearer token for the client's credentials", async () => {
    const answer = await askToken();
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ token_type: "bearer", expires_in: 3_599, scope: "CXS" });
  });

  test("refuses other credentials with 401", async () => {
    const answer = await askToken("wrong");
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ errors: [{ code: "NOT.AUTHORIZED.ERROR" }] });
  });

  test("locks a burst out for 10 minutes, and calls meanwhile start the time anew", async () => {
    const statuses = [];
    for (let call = 0; call < 16; call += 1) statuses.push((await askToken()).status);
    expect(statuses.indexOf(403)).toBe(15);
    world.pass(9 * 60_000);
    expect((await askToken()).status).toBe(403);
    world.pass(9 * 60_000);
    expect((await askToken()).status).toBe(403);
    world.pass(10 * 60_000);
    expect((await askToken()).status).toBe(200);
  });

  test("allows 15 calls every 5 seconds only until 2 minutes have seen 120", async () => {
    const statuses = [];
    for (let call = 0; call < 121; call += 1) {
      if (call % 15 === 0) world.pass(5_000);
      statuses.push((await askToken()).status);
    }
    expect(statuses.indexOf(403)).toBe(120);
  });
});

describe("the FedEx track endpoint", () => {
  test("wants a token that is known and has not expired", async () => {
    const token = await newToken();
    expect((await track([NUMBER], "")).status).toBe(401);
    expect((await track([NUMBER], "made-up")).status).toBe(401);
    world.pass(3_598_000);
    expect((await track([NUMBER], token)).status).toBe(200);
    world.pass(1_000);
    expect((await track([NUMBER], token)).status).toBe(401);
  });

  test("takes 1 to 30 numbers", async () => {
    const token = await newToken();
    const numbers = (count: number) => Array.from({ length: count }, (_, at) => `79460000000${at}`);
    expect((await track([], token)).status).toBe(400);
    expect((await track(numbers(30), token)).status).toBe(200);
    expect((await track(numbers(31), token)).status).toBe(400);
  });

  test("answers per number, and a number it does not know inside a 200", async () => {
    world.sandbox.register({ carrier: "fedex", trackingNumber: NUMBER, journey: "label-only" });
    world.sandbox.move();
    const answer = await track([NUMBER, "794600009999"], await newToken());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      output: {
        completeTrackResults: [
          { trackingNumber: NUMBER, trackResults: [{ latestStatusDetail: { code: "OC", derivedCode: "IN" } }] },
          { trackingNumber: "794600009999", trackResults: [{ error: { code: "TRACKING.TRACKINGNUMBER.NOTFOUND" } }] },
        ],
      },
    });
  });

  test("knows only what has happened so far, newest first, in local time with its offset", async () => {
    world.sandbox.register({
      carrier: "fedex",
      trackingNumber: NUMBER,
      journey: "straight",
      speed: 0,
      startAt: Date.parse("2026-11-22T22:05:00Z"),
    });
    for (let step = 0; step < 2; step += 1) world.sandbox.advance("fedex", NUMBER);
    const result = await trackOne();
    expect(result).toMatchObject({
      trackingNumberInfo: { trackingNumber: NUMBER, carrierCode: "FDXE" },
      scanEvents: [
        {
          eventType: "PU",
          date: "2026-11-22T18:23:00-06:00",
          scanLocation: { city: "NASHVILLE", stateOrProvinceCode: "TN", countryCode: "US" },
        },
        { eventType: "OC", date: "2026-11-22T16:05:00-06:00", derivedStatusCode: "IN" },
      ],
      serviceDetail: { type: "FEDEX_2_DAY" },
    });
    expect(result["dateAndTimes"]).toContainEqual({
      type: "ESTIMATED_DELIVERY",
      dateTime: "2026-11-24T00:00:00-06:00",
    });
    expect(result["estimatedDeliveryTimeWindow"]).toEqual({ window: {} });
  });

  test("promises hours once out for delivery, a scan that itself says in transit", async () => {
    world.sandbox.register({
      carrier: "fedex",
      trackingNumber: NUMBER,
      journey: "straight",
      speed: 0,
      startAt: Date.parse("2026-11-22T22:05:00Z"),
    });
    for (let step = 0; step < 8; step += 1) world.sandbox.advance("fedex", NUMBER);
    expect(await trackOne()).toMatchObject({
      latestStatusDetail: { code: "OD", derivedCode: "IT" },
      estimatedDeliveryTimeWindow: {
        window: { begins: "2026-11-24T11:00:00-05:00", ends: "2026-11-24T15:00:00-05:00" },
      },
    });
  });

  test("gives proof of delivery, with a signature where there is one", async () => {
    walkTo("failed-attempt", 11);
    expect(await trackOne()).toMatchObject({
      latestStatusDetail: { code: "DL" },
      availableImages: [{ type: "SIGNATURE_PROOF_OF_DELIVERY" }],
      deliveryDetails: { receivedByName: "R ORTEGA", signedByName: "R ORTEGA" },
    });
  });

  test.each([
    ["weather-delay", 6, { code: "SE", delayDetail: { type: "WEATHER", status: "DELAYED" } }],
    ["failed-attempt", 8, { code: "DE", ancillaryDetails: [{ reason: "08" }] }],
    ["returned", 9, { code: "RS" }],
    ["returned", 12, { code: "DL", scanLocation: { city: "ATLANTA" } }],
  ])("tells the trouble of %s after %i steps", async (journey, steps, latest) => {
    walkTo(journey, steps);
    expect(await trackOne()).toMatchObject({ latestStatusDetail: latest });
  });

  test("keeps the scans back unless asked for details", async () => {
    walkTo("straight", 3);
    const answer = await track([NUMBER], await newToken(), false);
    expect(resultIn(await answer.json())).toMatchObject({ latestStatusDetail: { code: "DP" }, scanEvents: [] });
  });
});

describe("FedEx Tracking Number Subscription", () => {
  test("works numbers off in a job, whose details say what became of each", async () => {
    const { jobId } = await submit([NUMBER, "12"]);
    expect([await jobStatus(jobId), await jobStatus(jobId)]).toEqual(["SUBMITTED", "INPROGRESS"]);
    expect(world.sandbox.subscriptions("fedex")).toEqual([]);
    expect(await jobStatus(jobId)).toBe("COMPLETED");
    const details: unknown = await (await subscriptionCall("GET", `/aiv/v1/jobs/${jobId}/details`)).json();
    expect(recordAt(details, "output")?.["trackingNumberDetails"]).toMatchObject([
      { trackingNumber: NUMBER, status: "SUCCESS" },
      { trackingNumber: "12", status: "FAILED", error: { code: "TRACKINGNUMBER.INVALID" } },
    ]);
    expect(world.sandbox.subscriptions("fedex")).toMatchObject([{ trackingNumber: NUMBER }]);
  });

  test("pushes subscribed numbers to where the portal says, until they are taken out", async () => {
    const target = await pushTarget();
    try {
      world.sandbox.setPortalHook({ kind: "fedex", url: target.url, secret: "portal-token" });
      walkTo("straight", 1);
      await settle((await submit([NUMBER])).jobId);
      world.sandbox.advance("fedex", NUMBER);
      await world.sandbox.pushesSettled();
      expect(target.received).toHaveLength(1);
      const [push] = target.received;
      expect(push?.headers["fdx-signature"]).toBe(fedexSignature("portal-token", push?.body ?? Buffer.alloc(0)));
      await settle((await submit([NUMBER], "DELETE")).jobId);
      world.sandbox.advance("fedex", NUMBER);
      await world.sandbox.pushesSettled();
      expect(target.received).toHaveLength(1);
    } finally {
      await target.close();
    }
  });

  test("takes 1,000 numbers at most, with a token", async () => {
    expect((await submit(Array.from({ length: 1_001 }, () => NUMBER))).status).toBe(400);
    expect((await submit([])).status).toBe(400);
    expect((await fetch(`${world.sandbox.urls.fedex}/aiv/v1/trackingnumbers`, { method: "POST" })).status).toBe(401);
    expect((await subscriptionCall("GET", "/aiv/v1/jobs/none")).status).toBe(404);
  });

  test("works a job off after a minute that nobody asks about", async () => {
    await submit([NUMBER]);
    world.pass(59_000);
    expect(world.sandbox.subscriptions("fedex")).toEqual([]);
    world.pass(1_000);
    expect(world.sandbox.subscriptions("fedex")).toMatchObject([{ trackingNumber: NUMBER }]);
    await submit([NUMBER], "DELETE");
    world.pass(60_000);
    expect(world.sandbox.subscriptions("fedex")).toEqual([]);
  });

  test("fails a job without one number that will do", async () => {
    expect(await settle((await submit(["12"])).jobId)).toBe("FAILED");
  });

  test("is where the one who starts the sandbox says", async () => {
    await world.sandbox.stop();
    const fedexSubscriptionPaths = { subscribe: "/add", jobStatus: "/job/{jobId}", jobDetails: "/result/{jobId}" };
    world = await stoppedSandbox(NOW, { fedexSubscriptionPaths });
    expect((await subscriptionCall("POST", "/add", { action: "ADD" })).status).toBe(400);
  });
});

test("the push signature is HMAC-SHA256 in Base64 (vector: RFC 4231, test case 2)", () => {
  const hex = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
  expect(fedexSignature("Jefe", Buffer.from("what do ya want for nothing?"))).toBe(
    Buffer.from(hex, "hex").toString("base64"),
  );
});

async function submit(numbers: readonly string[], action = "ADD"): Promise<{ status: number; jobId: string }> {
  const trackingNumberDetails = numbers.map((trackingNumber) => ({ trackingNumber }));
  const answer = await subscriptionCall("POST", "/aiv/v1/trackingnumbers", { action, trackingNumberDetails });
  return { status: answer.status, jobId: textAt(await answer.json(), "output", "jobId") ?? "" };
}

async function jobStatus(jobId: string): Promise<string | null> {
  return textAt(await (await subscriptionCall("GET", `/aiv/v1/jobs/${jobId}`)).json(), "output", "jobStatus");
}

/** Asks until the job has come to its end, which takes three calls. */
async function settle(jobId: string): Promise<string | null> {
  for (let asked = 0; asked < 2; asked += 1) await jobStatus(jobId);
  return jobStatus(jobId);
}

async function subscriptionCall(method: string, path: string, body?: object): Promise<Response> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${await newToken()}` };
  return fetch(world.sandbox.urls.fedex + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

function walkTo(journey: string, steps: number): void {
  world.sandbox.register({ carrier: "fedex", trackingNumber: NUMBER, journey, speed: 0 });
  for (let step = 0; step < steps; step += 1) world.sandbox.advance("fedex", NUMBER);
}

function askToken(secret = world.sandbox.client.clientSecret): Promise<Response> {
  const form = { grant_type: "client_credentials", client_id: world.sandbox.client.clientId, client_secret: secret };
  return fetch(`${world.sandbox.urls.fedex}/oauth/token`, { method: "POST", body: new URLSearchParams(form) });
}

async function newToken(): Promise<string> {
  return textAt(await (await askToken()).json(), "access_token") ?? "";
}

function track(numbers: readonly string[], token: string, includeDetailedScans = true): Promise<Response> {
  const trackingInfo = numbers.map((trackingNumber) => ({ trackingNumberInfo: { trackingNumber } }));
  return fetch(`${world.sandbox.urls.fedex}/track/v1/trackingnumbers`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ includeDetailedScans, trackingInfo }),
  });
}

async function trackOne(): Promise<Record<string, unknown>> {
  return resultIn(await (await track([NUMBER], await newToken())).json());
}

function resultIn(body: unknown): Record<string, unknown> {
  const complete = recordAt(body, "output")?.["completeTrackResults"];
  const first: unknown = Array.isArray(complete) ? complete[0] : null;
  const results = recordAt(first)?.["trackResults"];
  return { ...recordAt(Array.isArray(results) ? results[0] : null) };
}
