import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  type HttpClient,
  HttpError,
  type HttpFailure,
  type HttpRequest,
  type HttpResponse,
} from "../../runtime/http-client.js";
import type { CarrierFixtures, PollFixtures } from "./conformance-fixtures.js";
import {
  type AccessToken,
  type Carrier,
  CarrierCallError,
  type CarrierFailure,
  type CarrierPoll,
  type FetchContext,
  type TokenCache,
} from "./contract.js";

/** Laws of `poll.fetch`: one kind per failure, tokens kept and renewed once, and no secret in any error. */
export function describePoll(poll: CarrierPoll, carrier: Carrier, fixtures: CarrierFixtures): void {
  const given = fixtures.poll;
  if (given === undefined) throw new Error("A carrier that is polled brings poll fixtures.");
  const ask = (world: World) => poll.fetch(given.queries, world.context);

  test("the body comes back as received and reports on every number asked about", async () => {
    const world = createWorld(fixtures, given, () => answer(200, given.body));
    const body = await ask(world);
    expect(body).toEqual(given.body);
    const report = poll.parse(body);
    const told = new Set([...report.trackings, ...report.notices].map((about) => about.trackingNumber));
    expect(given.queries.filter((query) => !told.has(query.trackingNumber))).toEqual([]);
  });

  test("every request is https, limited and can be aborted", async () => {
    const world = createWorld(fixtures, given, () => answer(200, given.body));
    await ask(world);
    for (const request of world.requests) {
      expect(request.url).toMatch(/^https:\/\//);
      expect(request.maxBytes).toBeLessThanOrEqual(poll.maxBytes);
      expect(request.signal).toBe(world.context.signal);
    }
  });

  test.each(REFUSALS)("HTTP $status is $kind", async ({ status, kind }) => {
    const error = await failure(ask(createWorld(fixtures, given, () => answer(status, bytes("{}")))));
    expect(error.kind).toBe(kind);
  });

  test.each(BREAKS)("no whole answer ($reason) is $kind", async ({ reason, kind }) => {
    const error = await failure(
      ask(
        createWorld(fixtures, given, () => {
          throw new HttpError(reason, "The request failed.", true);
        }),
      ),
    );
    expect(error.kind).toBe(kind);
  });

  test("an error page sold as 200 is unreadable", async () => {
    for (const page of ["<html>Maintenance</html>", ""]) {
      const error = await failure(ask(createWorld(fixtures, given, () => answer(200, bytes(page)))));
      expect(error.kind).toBe("unreadable");
    }
  });

  test("Retry-After is obeyed in seconds and as a date, and bounded", async () => {
    const inTwoMinutes = new Date(fixtures.nowMs + 120_000).toUTCString();
    for (const [retryAfter, waitMs] of [
      ["30", 30_000],
      [inTwoMinutes, 120_000],
    ] as const) {
      const headers = { "retry-after": retryAfter };
      const error = await failure(ask(createWorld(fixtures, given, () => answer(429, bytes("{}"), headers))));
      expect(error.kind).toBe("rate_limited");
      expect(Math.abs((error.retryAfterMs ?? 0) - waitMs)).toBeLessThan(1_000);
    }
    const endless = await failure(
      ask(createWorld(fixtures, given, () => answer(429, bytes("{}"), { "retry-after": "999999999" }))),
    );
    expect(endless.retryAfterMs ?? 0).toBeLessThanOrEqual(86_400_000);
  });

  test("no error says a secret, even when the carrier echoes it", async () => {
    const secrets = [...secretsOf(carrier, fixtures), ...(given.token ? [given.token.value] : [])];
    const echo = bytes(`{"message":"bad ${secrets.join(" ")}","error_description":"${secrets.join(" ")}"}`);
    for (const status of [200, 400, 401, 403, 404, 429, 500]) {
      for (const world of [
        createWorld(fixtures, given, () => answer(status, echo)),
        createWorld(
          fixtures,
          given,
          () => answer(200, given.body),
          () => answer(status, echo),
        ),
      ]) {
        const said = inspect(
          await ask(world).then(
            () => "",
            (error: unknown) => error,
          ),
          { depth: 9, showHidden: true },
        );
        for (const secret of secrets) expect(said, `HTTP ${status}`).not.toContain(secret);
      }
    }
  });

  test("more numbers than one call may ask about, or none, are refused before any request", async () => {
    const [query] = given.queries;
    if (query === undefined) throw new Error("Poll fixtures ask about at least one number.");
    const tooMany = Array.from({ length: poll.batchSize + 1 }, () => query);
    for (const queries of [tooMany, []]) {
      const world = createWorld(fixtures, given, () => answer(200, given.body));
      expect((await failure(poll.fetch(queries, world.context))).kind).toBe("rejected");
      expect(world.requests).toEqual([]);
    }
  });

  if (given.token === undefined) return;
  const { token } = given;

  test("a token is obtained once and used again", async () => {
    const world = createWorld(fixtures, given, () => answer(200, given.body));
    await ask(world);
    await ask(world);
    expect(world.requests.filter(token.isRequest)).toHaveLength(1);
  });

  test("a refused token is renewed once and the call repeated once", async () => {
    let calls = 0;
    const world = createWorld(fixtures, given, () =>
      ++calls === 1 ? answer(401, bytes("{}")) : answer(200, given.body),
    );
    expect(await ask(world)).toEqual(given.body);
    expect(world.requests.filter(token.isRequest)).toHaveLength(2);

    const hopeless = createWorld(fixtures, given, () => answer(401, bytes("{}")));
    expect((await failure(ask(hopeless))).kind).toBe("unauthorized");
    expect(hopeless.requests.filter((request) => !token.isRequest(request))).toHaveLength(2);
  });

  test.each([
    { status: 401, kind: "unauthorized" },
    { status: 500, kind: "unavailable" },
    { status: 429, kind: "rate_limited" },
  ])("HTTP $status from the token endpoint is $kind", async ({ status, kind }) => {
    const world = createWorld(
      fixtures,
      given,
      () => answer(200, given.body),
      () => answer(status, bytes("{}")),
    );
    expect((await failure(ask(world))).kind).toBe(kind);
  });

  test("a token answer without token is unreadable", async () => {
    for (const odd of ["{}", "[]", '{"access_token":42.5}', "<html>", ""]) {
      const world = createWorld(
        fixtures,
        given,
        () => answer(200, given.body),
        () => answer(200, bytes(odd)),
      );
      expect((await failure(ask(world))).kind, odd).toBe("unreadable");
    }
  });
}

const REFUSALS: readonly { status: number; kind: CarrierFailure }[] = [
  { status: 400, kind: "rejected" },
  { status: 401, kind: "unauthorized" },
  { status: 403, kind: "unauthorized" },
  { status: 429, kind: "rate_limited" },
  { status: 500, kind: "unavailable" },
  { status: 502, kind: "unavailable" },
  { status: 503, kind: "unavailable" },
];

const BREAKS: readonly { reason: HttpFailure; kind: CarrierFailure }[] = [
  { reason: "timeout", kind: "unavailable" },
  { reason: "connection", kind: "unavailable" },
  { reason: "aborted", kind: "unavailable" },
  { reason: "too_large", kind: "unreadable" },
];

interface World {
  readonly context: FetchContext;
  readonly requests: HttpRequest[];
}

/** A carrier that answers from memory, with a token cache like the real one. */
function createWorld(
  fixtures: CarrierFixtures,
  given: PollFixtures,
  onReport: () => HttpResponse,
  onToken: () => HttpResponse = () => answer(200, given.token?.body ?? bytes("")),
): World {
  const requests: HttpRequest[] = [];
  const http: HttpClient = async (request) => {
    requests.push(request);
    return given.token?.isRequest(request) === true ? onToken() : onReport();
  };
  return {
    requests,
    context: {
      credentials: fixtures.credentials,
      http,
      tokens: createMemoryTokens(),
      now: () => fixtures.nowMs,
      newId: () => "00000000-0000-7000-8000-000000000001",
      signal: new AbortController().signal,
    },
  };
}

function createMemoryTokens(): TokenCache {
  let kept: AccessToken | null = null;
  return {
    get: async (obtain) => (kept ??= await obtain()),
    refresh: async (_stale, obtain) => (kept = await obtain()),
  };
}

async function failure(call: Promise<unknown>): Promise<CarrierCallError> {
  const error: unknown = await call.then(
    () => new Error("The call succeeded."),
    (thrown: unknown) => thrown,
  );
  if (error instanceof CarrierCallError) return error;
  throw error;
}

function secretsOf(carrier: Carrier, fixtures: CarrierFixtures): string[] {
  return carrier.credentials
    .filter((field) => field.secret)
    .map((field) => fixtures.credentials[field.name] ?? field.name);
}

function answer(status: number, body: Uint8Array, headers: HttpResponse["headers"] = {}): HttpResponse {
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}
