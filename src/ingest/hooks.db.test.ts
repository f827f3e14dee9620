import { generateKeyPairSync, sign } from "node:crypto";
import type { FastifyInstance, InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { onePush } from "../../test/support/one-push.js";
import { addStore, intakeFor, newId, normalizerFor, type StoreFixture } from "../../test/support/store-fixture.js";
import { CARRIERS } from "../connectors/carriers/registry.js";
import type { HttpRequest } from "../runtime/http-client.js";
import { createHttpServer } from "../runtime/http-server.js";
import { createLogger, silentLogger } from "../runtime/logger.js";
import { buildBurst } from "../sandbox/burst.js";
import { storeCarrierMessages } from "../store/carrier-messages.js";
import { isDatabaseUnavailable, openDatabase } from "../store/database.js";
import { type HookConnection, registerHooks } from "./hooks.js";
import { createIntake, type Intake } from "./intake.js";
import { createSigningKeyCache, type SigningKeyCache, SigningKeysMissingError } from "./signing-keys.js";

const SECRET = "moss-on-granite";
const CREDENTIALS = {
  pushToken: SECRET,
  pushSecret: SECRET,
  pushClientId: "shop-one",
  pushClientSecret: "lichen-on-bark",
};

let test: TestDatabase;
let store: StoreFixture;
let app: FastifyInstance;
let serial = 0;
const counted: string[] = [];
const heard: string[] = [];
const confirmed: [string, HttpRequest][] = [];
const logged: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  store = await addStore(test.db);
  app = serve(intakeFor(test.db));
});
afterAll(async () => {
  await app.close();
  await test.drop();
});

const NO_KEYS: SigningKeyCache = { find: () => Promise.reject(new SigningKeysMissingError(7)) };

function serve(intake: Intake, findConnection = knownConnection, signingKeys = NO_KEYS): FastifyInstance {
  const log = createLogger({ level: "debug", destination: { write: (line) => void logged.push(line) } });
  const server = createHttpServer({ log, isUnavailable: isDatabaseUnavailable, observe: () => {} });
  registerHooks(server, {
    carriers: CARRIERS,
    findConnection,
    intake,
    isUnavailable: isDatabaseUnavailable,
    signingKeys,
    now: Date.now,
    log,
    heard: (connectionId) => void heard.push(connectionId),
    confirm: (connectionId, request) => void confirmed.push([connectionId, request]),
    count: (carrier, outcome) => void counted.push(`${carrier} ${outcome}`),
  });
  return server;
}

async function knownConnection(id: string): Promise<HookConnection | null> {
  const found = Object.entries(store.connections).find(
    ([, connection]) => connection === id || `off-${connection}` === id,
  );
  return found === undefined
    ? null
    : { id: found[1], connector: found[0], enabled: found[1] === id, credentials: CREDENTIALS };
}

type Carrier = "fedex" | "ups";
const address = (carrier: Carrier, id = store.connections[carrier]) => `/hooks/${carrier}/${id}`;

/** A push nobody has sent before, signed. */
function pushOf(carrier: Carrier) {
  serial += 1;
  return onePush(carrier, SECRET, serial);
}

const post = (url: string, body: Buffer | string, headers: InjectOptions["headers"] = {}, server = app) =>
  server.inject({ method: "POST", url, payload: body, headers: { "content-type": "application/json", ...headers } });

async function storedBodies(): Promise<Buffer[]> {
  const { rows } = await test.db.pool.query<{ body: Buffer }>(`select body from carrier_messages order by id`);
  return rows.map(({ body }) => body);
}

describe("a carrier that asks back before it pushes", () => {
  it("gets its challenge back, and the challenge is not kept", async () => {
    const before = (await storedBodies()).length;
    const answer = await post(`/hooks/usps/${store.connections.usps}`, JSON.stringify({ challenge: "birch-42" }));
    expect([answer.statusCode, answer.json()]).toEqual([200, { challenge: "birch-42" }]);
    expect(await storedBodies()).toHaveLength(before);
    expect(counted.at(-1)).toBe("usps handshake");
  });

  it("gets a challenge back from a known connection alone", async () => {
    const answer = await post("/hooks/usps/con_none", JSON.stringify({ challenge: "birch-42" }));
    expect(answer.statusCode).toBe(404);
  });

  it("is confirmed by a call of ours when the request that asks for it proves its sender", async () => {
    const validation = JSON.stringify({
      scope: "subscription.validate",
      self: "https://elsewhere.example/tracking/push/v1/subscription/sub-7",
      secret: "spruce-needle",
    });
    const before = (await storedBodies()).length;
    const url = `/hooks/dhl/${store.connections.dhl}`;
    expect((await post(url, validation)).statusCode).toBe(401);
    expect(confirmed).toEqual([]);
    expect((await post(url, validation, { "x-api-key": SECRET })).json()).toEqual({ received: true });
    expect(confirmed).toMatchObject([[store.connections.dhl, { method: "POST" }]]);
    expect(confirmed[0]?.[1].url).toMatch(/\/subscription\/sub-7$/);
    expect(confirmed[0]?.[1].url).not.toContain("elsewhere");
    expect(await storedBodies()).toHaveLength(before);
    expect(logged.join("")).not.toContain("spruce-needle");
  });
});

describe.each(["fedex", "ups"] as const)("a push of %s", (carrier) => {
  it("is answered 200 when its bytes are in the database exactly as they came", async () => {
    const { body, headers } = pushOf(carrier);
    const answer = await post(address(carrier), body, headers);
    expect([answer.statusCode, answer.json()]).toEqual([200, { received: true }]);
    expect((await storedBodies()).at(-1)).toEqual(body);
    expect(counted.at(-1)).toBe(`${carrier} stored`);
    expect(heard.at(-1)).toBe(store.connections[carrier]);
  });

  it("is stored once, however often the carrier sends it", async () => {
    const { body, headers } = pushOf(carrier);
    const before = (await storedBodies()).length;
    const answers = await Promise.all([1, 2, 3].map(() => post(address(carrier), body, headers)));
    expect((await post(address(carrier), body, headers)).statusCode).toBe(200);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(await storedBodies()).toHaveLength(before + 1);
  });

  it("is refused with 401 when its signature is wrong, missing, or over other bytes", async () => {
    const { body, headers } = pushOf(carrier);
    const [before, heardBefore] = [(await storedBodies()).length, heard.length];
    const forged = buildBurst({ carrier, pushes: 1, parcels: 1, seed: 1, secret: "guessed", endAt: Date.now() })
      .pushes[0];
    expect((await post(address(carrier), body)).statusCode).toBe(401);
    const answer = await post(address(carrier), forged?.body ?? "", forged?.headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toMatchObject({ status: 401, code: "push_not_verified" });
    expect(answer.body).not.toContain(SECRET);
    if (carrier === "fedex")
      expect((await post(address(carrier), Buffer.concat([body, Buffer.from(" ")]), headers)).statusCode).toBe(401);
    expect(await storedBodies()).toHaveLength(before);
    expect(counted.at(-1)).toBe(`${carrier} unverified`);
    expect(heard).toHaveLength(heardBefore);
  });

  it("is refused with 400 when it is empty, with or without a content type", async () => {
    const { headers } = pushOf(carrier);
    for (const empty of [
      await post(address(carrier), "", headers),
      await app.inject({ method: "POST", url: address(carrier) }),
    ]) {
      expect([empty.statusCode, empty.json().code]).toEqual([400, "body_empty"]);
    }
  });

  it("is refused with 413 over the connector's limit, and the next one goes through", async () => {
    const limit = CARRIERS.find(({ code }) => code === carrier)?.push?.maxBytes ?? 0;
    const answer = await post(address(carrier), Buffer.alloc(limit + 1, 32));
    expect([answer.statusCode, answer.json().code]).toEqual([413, "body_too_large"]);
    const { body, headers } = pushOf(carrier);
    expect((await post(address(carrier), body, headers)).statusCode).toBe(200);
  });

  it("is refused alike with 404 at an unknown, a disabled and another carrier's connection", async () => {
    const { body, headers } = pushOf(carrier);
    const other = store.connections[carrier === "fedex" ? "ups" : "fedex"];
    const answers = await Promise.all(
      ["con_nobody", `off-${store.connections[carrier]}`, other, "%00", "constructor"].map((id) =>
        post(address(carrier, id), body, headers),
      ),
    );
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([404, 404, 404, 404, 404]);
    expect(new Set(answers.map((answer) => answer.body)).size).toBe(1);
  });

  it("is taken whatever content type it claims to have, or none", async () => {
    for (const type of ["text/plain", "application/octet-stream", undefined]) {
      const { body, headers } = pushOf(carrier);
      const claimed = { ...headers, "content-type": type };
      expect(
        (await app.inject({ method: "POST", url: address(carrier), payload: body, headers: claimed })).statusCode,
      ).toBe(200);
    }
  });
});

describe("an authentic body that nobody can read", () => {
  it.each([
    ["HTML", Buffer.from("<html><body>Scheduled maintenance</body></html>")],
    ["truncated", Buffer.from('{"trackingNumber":"1Z999AA1')],
    [
      "another carrier's",
      buildBurst({ carrier: "fedex", pushes: 1, parcels: 1, seed: 3, secret: "x", endAt: Date.now() }).pushes[0]
        ?.body ?? Buffer.alloc(0),
    ],
    ["binary", Buffer.from([0, 255, 254, 0, 10])],
  ])("(%s) is answered 200, kept, and parked with a sentence; the next push goes through", async (_kind, body) => {
    const headers = { credential: SECRET, "user-agent": "UPSPubSubTrackingService" };
    expect((await post(address("ups"), body, headers)).statusCode).toBe(200);
    await normalizerFor(test.db).drain();
    const { rows } = await test.db.pool.query<{ reason: string; body: Buffer }>(
      `select p.reason, m.body from parked_messages p join carrier_messages m on m.id = p.message_id where m.body = $1`,
      [body],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.reason).toMatch(/^\S.*\.$/);
    const next = pushOf("ups");
    expect((await post(address("ups"), next.body, next.headers)).statusCode).toBe(200);
  });
});

describe("UPS Track Alert v2", () => {
  const basic = (secret: string) => `Basic ${Buffer.from(`${CREDENTIALS.pushClientId}:${secret}`).toString("base64")}`;
  const askToken = (authorization: string, body = "grant_type=client_credentials") =>
    post(`${address("ups")}/token`, body, { authorization, "content-type": "application/x-www-form-urlencoded" });

  it("gets a token from us, and its pushes with it are taken", async () => {
    const answer = await askToken(basic(CREDENTIALS.pushClientSecret));
    expect([answer.statusCode, answer.headers["cache-control"]]).toEqual([200, "no-store"]);
    const { access_token: token } = answer.json() as { access_token: string };
    const { body } = pushOf("ups");
    const headers = { authorization: `Bearer ${token}`, "x-api-key": CREDENTIALS.pushClientId };
    expect((await post(address("ups"), body, headers)).statusCode).toBe(200);
    expect((await post(address("ups"), body, { ...headers, authorization: `Bearer ${token}x` })).statusCode).toBe(401);
    expect((await post(address("ups"), body, { authorization: headers.authorization })).statusCode).toBe(401);
  });

  it("is refused a token as RFC 6749 says, in words that leak nothing", async () => {
    const wrong = await askToken(basic("guessed"));
    expect([wrong.statusCode, wrong.json(), wrong.headers["www-authenticate"]]).toEqual([
      401,
      { error: "invalid_client" },
      'Basic realm="waybill"',
    ]);
    const grant = await askToken(basic(CREDENTIALS.pushClientSecret), "grant_type=password");
    expect([grant.statusCode, grant.json()]).toEqual([400, { error: "unsupported_grant_type" }]);
    const elsewhere = await post("/hooks/ups/con_nobody/token", "grant_type=client_credentials");
    expect(elsewhere.statusCode).toBe(404);
    expect((await post(`/hooks/fedex/${store.connections.fedex}/token`, "{}")).statusCode).toBe(404);
  });
});

describe("a carrier that signs with keys it publishes", () => {
  const [first, second] = [newKey("key-1"), newKey("key-2")];
  const body = Buffer.from(
    JSON.stringify({ resource_type: "API_BATCH", resource_url: "https://shipengine.example/b" }),
  );
  const url = () => `/hooks/shipengine/${store.connections.shipengine}`;

  function newKey(kid: string) {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    return { kid, privateKey, published: { ...publicKey.export({ format: "jwk" }), kid } };
  }

  function signed(key: ReturnType<typeof newKey>, kid = key.kid) {
    const timestamp = new Date().toISOString();
    const signature = sign("sha256", Buffer.concat([Buffer.from(`${timestamp}.`), body]), key.privateKey);
    return {
      "x-shipengine-rsa-sha256-key-id": kid,
      "x-shipengine-rsa-sha256-signature": signature.toString("base64"),
      "x-shipengine-timestamp": timestamp,
      "x-waybill-push-secret": SECRET,
    };
  }

  /** An intake of its own whose carrier publishes what `keys` holds at the moment; null: it cannot be reached. */
  function publishing(state: { keys: readonly { published: object }[] | null; calls: number; nowMs: number }) {
    const cache = createSigningKeyCache({
      http: async () => {
        state.calls += 1;
        const list = { keys: state.keys?.map(({ published }) => published) };
        return { status: state.keys === null ? 503 : 200, headers: {}, body: Buffer.from(JSON.stringify(list)) };
      },
      now: () => state.nowMs,
      log: silentLogger,
      signal: new AbortController().signal,
    });
    return serve(intakeFor(test.db), knownConnection, cache);
  }

  it("is verified with them, and with a new one from the moment that it is published", async () => {
    const state = { keys: [first], calls: 0, nowMs: Date.now() };
    const server = publishing(state);
    expect((await post(url(), body, signed(first), server)).statusCode).toBe(200);
    expect((await post(url(), body, signed(second, first.kid), server)).statusCode).toBe(401);
    state.keys = [first, second];
    state.nowMs += 60_000;
    expect((await post(url(), body, signed(second), server)).statusCode).toBe(200);
    expect(state.calls).toBe(2);
    await server.close();
  });

  it("is refused with 401 under key ids that nobody published, of which a flood makes no flood of calls", async () => {
    const state = { keys: [first], calls: 0, nowMs: Date.now() };
    const server = publishing(state);
    const codes = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, i) => (await post(url(), body, signed(first, `guess-${i}`), server)).statusCode,
      ),
    );
    expect(new Set(codes)).toEqual(new Set([401]));
    expect(state.calls).toBe(1);
    expect((await post(url(), body, {}, server)).statusCode).toBe(401);
    expect(state.calls).toBe(1);
    await server.close();
  });

  it("is asked to send again with 503 while its keys cannot be had, and taken when they can", async () => {
    const state: Parameters<typeof publishing>[0] = { keys: null, calls: 0, nowMs: Date.now() };
    const server = publishing(state);
    const answer = await post(url(), body, signed(first), server);
    expect([answer.statusCode, answer.headers["retry-after"], answer.json().code]).toEqual([
      503,
      "10",
      "signing_keys_unavailable",
    ]);
    expect(counted.at(-1)).toBe("shipengine unverifiable");
    state.keys = [first];
    state.nowMs += 10_000;
    expect((await post(url(), body, signed(first), server)).statusCode).toBe(200);
    await server.close();
  });
});

describe("an intake in trouble", () => {
  it("answers 503 with Retry-After when too much waits, and stores nothing of it", async () => {
    let finish: () => void = () => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    const intake = createIntake({
      store: async (messages) => (await held, storeCarrierMessages(test.db.pool, messages)),
      newId,
      now: Date.now,
      maxBatch: 1,
      maxWaiting: 1,
      maxWaitingBytes: 1_000_000,
    });
    const full = serve(intake);
    const answers = [1, 2, 3, 4].map(() => {
      const { body, headers } = pushOf("fedex");
      return post(address("fedex"), body, headers, full);
    });
    const first = await Promise.race(answers);
    expect([first.statusCode, first.headers["retry-after"], first.json().code]).toEqual([503, "2", "intake_full"]);
    finish();
    const codes = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
    expect(new Set(codes)).toEqual(new Set([200, 503]));
    await full.close();
  });

  it("answers 503 while the database is away, says so calmly, and leaks nothing", async () => {
    const away = await openDatabase({
      url: test.url,
      applicationName: "hooks-away",
      poolSize: 1,
      log: createLogger({ level: "silent" }),
    });
    await away.close();
    const cannotStore = serve(intakeFor(away));
    const { body, headers } = pushOf("ups");
    const stored = await post(address("ups"), body, headers, cannotStore);
    expect([stored.statusCode, stored.headers["retry-after"], stored.json().code]).toEqual([
      503,
      "5",
      "storage_unavailable",
    ]);
    const cannotLook = serve(intakeFor(away), () =>
      Promise.reject(Object.assign(new Error("connect ECONNREFUSED 10.0.0.9:5432"), { code: "ECONNREFUSED" })),
    );
    const looked = await post(address("ups"), body, headers, cannotLook);
    expect([looked.statusCode, looked.json().code]).toEqual([503, "storage_unavailable"]);
    expect(counted.slice(-2)).toEqual(["ups overloaded", "ups overloaded"]);
    expect(stored.body + looked.body).not.toMatch(/10\.0\.0\.9|pool|Error|at /);
    await cannotStore.close();
    await cannotLook.close();
  });

  it("never writes a secret or a body into its log", () => {
    expect(logged.length).toBeGreaterThan(0);
    expect(logged.join("")).not.toMatch(/moss-on-granite|lichen-on-bark|Scheduled maintenance/);
  });
});
