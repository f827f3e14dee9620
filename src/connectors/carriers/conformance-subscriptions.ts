import { inspect } from "node:util";
import { expect, test } from "vitest";
import type { HttpRequest, HttpResponse } from "../../runtime/http-client.js";
import type { CarrierFixtures } from "./conformance-fixtures.js";
import { mutations } from "./conformance-parse.js";
import { createSubscribeWorld, failureOf, type SubscribeWorld } from "./conformance-subscribe-world.js";
import { type Carrier, CarrierCallError, type CarrierSubscriptions, type SubscriptionReport } from "./contract.js";

/** Laws of `push.subscriptions`: one kind per failure, an answer about every number, no secret in any error. */
export function describeSubscriptions(
  subscriptions: CarrierSubscriptions,
  carrier: Carrier,
  fixtures: CarrierFixtures,
): void {
  const given = fixtures.subscriptions;
  if (given === undefined) throw new Error("A carrier with subscriptions brings subscription fixtures.");
  const { queries, hookUrl, answer } = given;
  const { credentials } = fixtures;
  const batchSize = subscriptions.batchSize(credentials);
  const { check, unsubscribe } = subscriptions;
  const world = (onCall = answer) => createSubscribeWorld(fixtures, given, onCall);
  const subscribe = ({ context }: SubscribeWorld) => subscriptions.subscribe(queries, context);
  const lookUp = ({ context }: SubscribeWorld) => check?.("job-1", queries, context);
  const ended = queries.map(({ trackingNumber, carrier: whose = null }) => ({
    trackingNumber,
    reference: "sub-1",
    carrier: whose,
  }));
  const end = ({ context }: SubscribeWorld) => unsubscribe?.(ended, context);
  const calls: readonly { name: string; call: (at: SubscribeWorld) => Promise<unknown> | undefined }[] = [
    { name: "subscribe", call: subscribe },
    ...(check === undefined ? [] : [{ name: "check", call: lookUp }]),
    ...(unsubscribe === undefined ? [] : [{ name: "unsubscribe", call: end }]),
  ];
  const readers = calls.filter(({ name }) => name !== "unsubscribe");

  test("subscribing says something of every number, and says the same when asked again", async () => {
    const at = world();
    const report = await subscribe(at);
    expect(faultsOf(report)).toEqual([]);
    const told = new Set(report.numbers.map((about) => about.trackingNumber));
    expect(queries.filter((query) => !told.has(query.trackingNumber))).toEqual([]);
    expect(await subscribe(at)).toEqual(report);
  });

  test("a report with a job comes from a carrier that can be asked about it", async () => {
    const { jobId, numbers } = await subscribe(world());
    if (jobId === null) expect(numbers.filter((about) => about.outcome === "pending")).toEqual([]);
    else expect(check).toBeDefined();
  });

  test("every request is https, limited and can be aborted", async () => {
    for (const { call } of calls) {
      const at = world();
      await call(at);
      for (const request of at.requests) {
        expect(request.url).toMatch(/^https:\/\//);
        expect(request.maxBytes).toBeLessThanOrEqual(5 * 1024 * 1024);
        expect(request.signal).toBe(at.context.signal);
      }
    }
  });

  test("the batch is bounded, and none or too many are refused before any request", async () => {
    const [query] = queries;
    if (query === undefined) throw new Error("Subscription fixtures name at least one number.");
    expect(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 5_000).toBe(true);
    for (const odd of [[], Array.from({ length: batchSize + 1 }, () => query)]) {
      const at = world();
      expect((await failureOf(subscriptions.subscribe(odd, at.context))).kind).toBe("rejected");
      expect(at.requests).toEqual([]);
    }
  });

  test("a connection with everything can subscribe; the sandbox may take pushes without TLS on this machine", () => {
    expect(subscriptions.obstacle(credentials, hookUrl)).toBeNull();
    const local = given.onThisMachine;
    if (local)
      expect(subscriptions.obstacle({ ...credentials, ...local }, "http://127.0.0.1:4080/hooks/a/b")).toBeNull();
  });

  test("an address that no carrier reaches is an obstacle, in one sentence", () => {
    for (const hook of ["http://waybill.example/hooks/a/b", "https://localhost/hooks/a/b", "waybill.example", ""]) {
      const obstacle = subscriptions.obstacle(credentials, hook);
      expect(obstacle, hook).toMatch(/^[A-Z].{20,400}\.$/);
    }
  });

  test("a connection without settings has an obstacle that says what to set, and no obstacle holds a secret", () => {
    expect(subscriptions.obstacle({}, hookUrl)).toMatch(/^[A-Z].{20,400}\.$/);
    for (const field of carrier.credentials) {
      const without = subscriptions.obstacle({ ...credentials, [field.name]: "" }, "http://waybill.example/") ?? "";
      for (const secret of secretsOf(carrier, fixtures)) expect(without).not.toContain(secret);
    }
  });

  test.each(readers)("garbage in place of an answer to $name is unreadable", async ({ call }) => {
    for (const garbage of ["", "<html>Maintenance</html>", "null", "42", '"OK"', "[]", "{}", "[{}]", "{"]) {
      const error = await failureOf(call(world(() => response(200, garbage))));
      expect(error.kind, garbage).toBe("unreadable");
      expect(error.message).toMatch(/^[A-Z].{10,300}\.$/);
    }
  });

  test.each(readers)("an answer to $name with any field of any type is read or refused", async ({ call }) => {
    for (const at of [0, 1, 2]) {
      const whole = await answerNumber(at, call, world);
      if (whole === null) break;
      for (const hostile of mutations(whole)) {
        let count = -1;
        const report = await call(
          world((request) => (++count === at ? { ...answer(request), body: bytes(hostile) } : answer(request))),
        )?.catch((error: unknown) => error);
        if (report instanceof Error) expect(report, hostile).toBeInstanceOf(CarrierCallError);
        else expect(faultsOf(report as SubscriptionReport), hostile).toEqual([]);
      }
    }
  });

  const refusals = calls.flatMap(({ name, call }) => REFUSALS.map((refusal) => ({ name, call, ...refusal })));
  test.each(refusals)("HTTP $status to $name is $kind", async ({ call, status, kind }) => {
    const headers = { "retry-after": "30" };
    const error = await failureOf(call(world(() => ({ ...response(status, "{}"), headers }))));
    expect(error.kind).toBe(kind);
    if (status === 429) expect(error.retryAfterMs).toBe(30_000);
  });

  test.each(calls)("no error of $name says a secret, even when the carrier echoes it", async ({ call }) => {
    const token = fixtures.poll?.token?.value;
    const secrets = [...secretsOf(carrier, fixtures), ...(token === undefined ? [] : [token])];
    const echo = JSON.stringify({ message: secrets.join(" "), errors: [{ code: secrets[0], message: secrets[1] }] });
    for (const status of [200, 400, 401, 403, 404, 409, 429, 500]) {
      const outcome = call(world(() => response(status, echo)))?.catch((error: unknown) => error);
      const said = inspect(await outcome, { depth: 9, showHidden: true });
      for (const secret of secrets) expect(said, `HTTP ${status}`).not.toContain(secret);
    }
  });

  const token = fixtures.poll?.token;
  if (token === undefined) return;

  test.each(calls)("a token that $name finds refused is renewed once", async ({ call }) => {
    let count = 0;
    const at = world((request) => (++count === 1 ? response(401, "{}") : answer(request)));
    await call(at);
    expect(at.requests.filter(token.isRequest)).toHaveLength(2);

    const hopeless = world(() => response(401, "{}"));
    expect((await failureOf(call(hopeless))).kind).toBe("unauthorized");
    expect(hopeless.requests.filter((request) => !token.isRequest(request))).toHaveLength(2);
  });
}

const REFUSALS = [
  { status: 400, kind: "rejected" },
  { status: 401, kind: "unauthorized" },
  { status: 403, kind: "unauthorized" },
  { status: 429, kind: "rate_limited" },
  { status: 500, kind: "unavailable" },
  { status: 503, kind: "unavailable" },
] as const;

/** What is wrong with a report, whatever the carrier wrote. */
function faultsOf({ jobId, numbers }: SubscriptionReport): string[] {
  const faults: string[] = [];
  if (jobId !== null && jobId === "") faults.push("jobId");
  for (const { outcome, reason, reference, expiresAt } of numbers) {
    if ((outcome === "refused") !== (reason !== null)) faults.push("reason");
    if (reference !== null && (typeof reference !== "string" || reference === "")) faults.push("reference");
    if (expiresAt !== null && !Number.isFinite(expiresAt)) faults.push("expiresAt");
  }
  return faults;
}

/** The carrier's answer to the request of this place in a call; null when the call makes fewer. */
async function answerNumber(
  place: number,
  call: (at: SubscribeWorld) => Promise<unknown> | undefined,
  world: (onCall?: (request: HttpRequest) => HttpResponse) => SubscribeWorld,
): Promise<Uint8Array | null> {
  const at = world();
  await call(at);
  return at.answers[place]?.body ?? null;
}

function secretsOf(carrier: Carrier, fixtures: CarrierFixtures): string[] {
  return carrier.credentials
    .filter((field) => field.secret)
    .map((field) => fixtures.credentials[field.name] ?? field.name);
}

function response(status: number, body: string): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: bytes(body) };
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
