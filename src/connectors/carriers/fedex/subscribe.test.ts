import { expect, test } from "vitest";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import { createSubscribeWorld, failureOf, type SubscribeWorld } from "../conformance-subscribe-world.js";
import type { TrackQuery } from "../contract.js";
import { bytes } from "./fixtures/bodies.js";
import { fedexSubscriptions } from "./subscribe.js";

const NOW = Date.parse("2026-03-04T17:00:00Z");
const HOOK = "https://waybill.example/hooks/fedex/con-1";
const [FIRST, SECOND, THIRD] = ["568283610012000", "041441760228964", "986578788855"] as const;
const SETTINGS = {
  clientId: "key",
  clientSecret: "secret-key",
  pushToken: "security-token",
  subscribePath: "/aiv/association",
  jobStatusPath: "/aiv/jobs/{jobId}/status",
  jobDetailsPath: "/aiv/job-details?view=all",
};

test("numbers are added in one request with the path of the connection", async () => {
  const fedex = play(SETTINGS, json(202, { output: { jobId: "job-7", jobStatus: "SUBMITTED" } }));
  await subscribe([FIRST, SECOND], fedex);
  const [, request] = fedex.requests;
  expect(request).toMatchObject({
    method: "POST",
    url: "https://apis.fedex.com/aiv/association",
    headers: { authorization: "Bearer token-1", "content-type": "application/json", "x-locale": "en_US" },
  });
  expect(JSON.parse(String(request?.body))).toEqual({
    action: "ADD",
    trackingNumberDetails: [{ trackingNumber: FIRST }, { trackingNumber: SECOND }],
  });
});

test("numbers of a job are pending", async () => {
  const fedex = play(SETTINGS, json(200, { transactionId: "t", output: { jobID: "job-7", status: "Queued" } }));
  expect(await subscribe([FIRST], fedex)).toEqual({
    jobId: "job-7",
    numbers: [{ trackingNumber: FIRST, outcome: "pending", reference: null, expiresAt: null, reason: null }],
  });
});

test("the id of a job may begin with a hyphen, and never walks up a path", async () => {
  const fedex = play(SETTINGS, json(202, { output: { jobId: "-Qm9zVHk" } }));
  expect((await subscribe([FIRST], fedex)).jobId).toBe("-Qm9zVHk");
  const up = play(SETTINGS, json(202, { output: { jobId: "../track" } }));
  expect((await failureOf(subscribe([FIRST], up))).kind).toBe("unreadable");
});

test("an answer that decides at once needs no job", async () => {
  const results = [
    { trackingNumber: FIRST, status: "SUCCESS" },
    { trackingNumber: SECOND, status: "FAILED" },
  ];
  const { jobId, numbers } = await subscribe(
    [FIRST, SECOND, THIRD],
    play(SETTINGS, json(200, { output: { results } })),
  );
  expect(jobId).toBeNull();
  expect(numbers.map(({ trackingNumber, outcome }) => [trackingNumber, outcome])).toEqual([
    [FIRST, "subscribed"],
    [SECOND, "refused"],
  ]);
});

test.each(["SUBMITTED", "ACCEPTED", "QUEUED", "INPROGRESS", "In Progress", "IN_PROGRESS"])(
  "a job that is %s decides nothing, and its details are not asked for",
  async (jobStatus) => {
    const fedex = play(SETTINGS, json(200, { output: { jobId: "job-7", jobStatus } }));
    const report = await check([FIRST], fedex);
    expect(report).toMatchObject({ jobId: "job-7", numbers: [{ trackingNumber: FIRST, outcome: "pending" }] });
    expect(calls(fedex)).toEqual(["GET https://apis.fedex.com/aiv/jobs/job-7/status"]);
  },
);

test("a completed job is asked for its details, because not every number needs to have been added", async () => {
  const trackingNumberDetails = [
    { trackingNumber: FIRST, status: "SUCCESS" },
    { trackingNumberInfo: { trackingNumber: SECOND }, errors: [{ code: "TRACKINGNUMBER.INVALID" }] },
  ];
  const fedex = play(SETTINGS, completed(), json(200, { output: { jobDetails: { trackingNumberDetails } } }));
  const report = await check([FIRST, SECOND, THIRD], fedex);
  expect(report?.numbers.map(({ trackingNumber, outcome }) => [trackingNumber, outcome])).toEqual([
    [FIRST, "subscribed"],
    [SECOND, "refused"],
    [THIRD, "refused"],
  ]);
  expect(calls(fedex)[1]).toBe("GET https://apis.fedex.com/aiv/job-details?view=all&jobId=job-7");
});

test.each([
  [{ status: "ADDED" }, "subscribed"],
  [{ status: "Failed", error: { code: "TRACKINGNUMBER.ALREADY.ASSOCIATED" } }, "subscribed"],
  [{ error: { code: "TRACKINGNUMBER.DUPLICATE" } }, "subscribed"],
  [{ status: "REJECTED" }, "refused"],
  [{ status: "INPROGRESS" }, "pending"],
  [{ status: "SOMETHING NEW" }, "pending"],
  [{}, "pending"],
])("a number with %j is %s", async (details, outcome) => {
  const results = json(200, { output: { details: [{ trackingNumber: FIRST, ...details }] } });
  expect((await check([FIRST], play(SETTINGS, completed(), results)))?.numbers).toMatchObject([{ outcome }]);
});

test("the job is found among others", async () => {
  const jobs = [
    { jobId: "job-1", status: "COMPLETED" },
    { jobId: "job-7", status: "ACCEPTED" },
  ];
  expect((await check([FIRST], play(SETTINGS, json(200, { output: { jobs } }))))?.numbers).toMatchObject([
    { outcome: "pending" },
  ]);
});

test("a job that failed or is gone is rejected, so that its numbers are asked for again", async () => {
  const failed = json(200, { output: { jobId: "job-7", jobStatus: "FAILED" } });
  expect((await failureOf(check([FIRST], play(SETTINGS, failed)))).kind).toBe("rejected");
  expect((await failureOf(check([FIRST], play(SETTINGS, json(404, {}))))).kind).toBe("rejected");
});

test("a job of another id, an unknown status and details without our numbers are unreadable", async () => {
  for (const answers of [
    [json(200, { output: { jobId: "job-1", jobStatus: "COMPLETED" } })],
    [json(200, { output: { jobId: "job-7", jobStatus: "DONE" } })],
    [completed(), json(200, { output: { details: [{ trackingNumber: SECOND, status: "SUCCESS" }] } })],
  ])
    expect((await failureOf(check([FIRST], play(SETTINGS, ...answers)))).kind).toBe("unreadable");
});

test("an answer with a thousand numbers is read, and one that is nested without end is not followed", async () => {
  const many = Array.from({ length: 1_000 }, (_, at) => String(986578780000 + at));
  const details = many.map((trackingNumber) => ({ trackingNumberInfo: { trackingNumber }, status: "SUCCESS" }));
  const report = await check(many, play(SETTINGS, completed(), json(200, { output: { details } })));
  expect(report?.numbers.filter(({ outcome }) => outcome === "subscribed")).toHaveLength(1_000);
  const deep = `${'{"a":'.repeat(5_000)}{"jobId":"job-7"}${"}".repeat(5_000)}`;
  expect((await failureOf(subscribe([FIRST], play(SETTINGS, json(200, deep))))).kind).toBe("unreadable");
});

test("numbers that nobody needs are taken out, and those that are not there are no error", async () => {
  const fedex = play(SETTINGS, json(202, { output: { jobId: "job-8" } }));
  await end([FIRST, SECOND], fedex);
  expect(JSON.parse(String(fedex.requests[1]?.body))).toEqual({
    action: "DELETE",
    trackingNumberDetails: [{ trackingNumber: FIRST }, { trackingNumber: SECOND }],
  });
  await end([FIRST], play(SETTINGS, json(400, { errors: [{ code: "TRACKINGNUMBER.NOTFOUND" }] })));
});

test("with the whole account every number counts as pushed, and nobody is asked", async () => {
  const fedex = play({ clientId: "key", clientSecret: "s", pushToken: "t", pushCovers: "account" });
  expect(fedexSubscriptions.obstacle(fedex.context.credentials, HOOK)).toBeNull();
  expect(await subscribe([FIRST], fedex)).toEqual({
    jobId: null,
    numbers: [{ trackingNumber: FIRST, outcome: "subscribed", reference: null, expiresAt: null, reason: null }],
  });
  await end([FIRST], fedex);
  expect(fedex.requests).toEqual([]);
});

test.each<[Credentials, RegExp]>([
  [{ ...SETTINGS, pushToken: "" }, /pushToken/],
  [{ ...SETTINGS, pushCovers: "some" }, /pushCovers/],
  [{ ...SETTINGS, subscribePath: "", jobDetailsPath: "" }, /Set subscribePath, jobDetailsPath as .* after login/],
])("%j is an obstacle", (credentials, says) => {
  expect(fedexSubscriptions.obstacle(credentials, HOOK)).toMatch(says);
});

test.each([
  [`https://waybill.example/${"x".repeat(177)}`, /200 characters/],
  ["https://203.0.113.7/hooks/fedex/con-1", /IP address/],
  ["https://[2001:db8::7]/hooks/fedex/con-1", /IP address/],
])("FedEx does not push to %s", (hook, says) => {
  expect(fedexSubscriptions.obstacle(SETTINGS, hook)).toMatch(says);
});

test("an address of exactly 200 characters will do", () => {
  expect(fedexSubscriptions.obstacle(SETTINGS, `https://waybill.example/${"x".repeat(176)}`)).toBeNull();
});

/** FedEx with these answers one after the other; asked more often, it breaks the test. */
function play(credentials: Credentials, ...answers: readonly HttpResponse[]): SubscribeWorld {
  const token = {
    isRequest: (request: HttpRequest) => request.url.endsWith("/oauth/token"),
    body: bytes({ access_token: "token-1", expires_in: 3599 }),
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
  return fedexSubscriptions.subscribe(numbers.map(query), context);
}

function check(numbers: readonly string[], { context }: SubscribeWorld) {
  return fedexSubscriptions.check?.("job-7", numbers.map(query), context);
}

async function end(numbers: readonly string[], { context }: SubscribeWorld): Promise<void> {
  const ended = numbers.map((trackingNumber) => ({ trackingNumber, reference: null, carrier: null }));
  await fedexSubscriptions.unsubscribe?.(ended, context);
}

function calls({ requests }: SubscribeWorld): string[] {
  return requests.filter(({ url }) => !url.endsWith("/token")).map(({ method, url }) => `${method} ${url}`);
}

function query(trackingNumber: string): TrackQuery {
  return { trackingNumber, carrierUniqueId: null, shipDate: null };
}

function completed(): HttpResponse {
  return json(200, { output: { jobId: "job-7", jobStatus: "COMPLETED" } });
}

function json(status: number, body: unknown): HttpResponse {
  return { status, headers: {}, body: typeof body === "string" ? new TextEncoder().encode(body) : bytes(body) };
}
