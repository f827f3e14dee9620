import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, testInstallation } from "../../test/support/run-command.js";
import { type StoppedSandbox, stoppedSandbox } from "../../test/support/sandbox.js";
import { sandboxSettings } from "../compose/sandbox-settings.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import { credentialVariable } from "../runtime/check-credentials.js";
import { createHttpClient } from "../runtime/http-client-undici.js";
import { SANDBOX_CARRIERS, type SandboxCarrier } from "../sandbox/parcel.js";
import { insertStore } from "../store/stores.js";
import { registerConnections } from "./connections.js";

const PUSH_SECRET = "thaw-and-frost-take-turns-on-the-pass";
const http = createHttpClient({ userAgent: "test", defaultTimeoutMs: 5_000, maxBytes: 5 * 1024 * 1024 });
let database: TestDatabase;
let world: StoppedSandbox;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertStore(database.db.pool, { id: "sto_1", name: "Northwind", brand: {}, language: "en", timeZone: "UTC" });
  world = await stoppedSandbox(Date.now());
  // The emulators know what is registered; the carriers' own sandboxes know these numbers by themselves.
  for (const carrier of ["fedex", "ups", "dhl"] as const) {
    const trackingNumber = findCarrier(carrier)?.testNumbers?.numbers[0]?.trackingNumber ?? "";
    world.sandbox.register({ carrier, trackingNumber, journey: "straight", speed: 0 });
    for (let step = 0; step < 9; step += 1) world.sandbox.advance(carrier, trackingNumber);
  }
});
afterAll(async () => {
  await world.sandbox.stop();
  await http.close();
  await database.drop();
});

interface Checked {
  readonly id: string | null;
  readonly connector: string;
  readonly ok: boolean | null;
  readonly kind: string | null;
  readonly sentence: string;
  readonly found?: {
    readonly asked: { readonly trackingNumber: string; readonly isTestNumber: boolean } | null;
    readonly token: string;
    readonly answer: { readonly status: string | null; readonly notice: string | null } | null;
    readonly subscribing: { readonly possible: boolean; readonly obstacle: string | null } | null;
  };
}

const connections = (args: readonly string[], env: Record<string, string> = {}) =>
  commandRunner(
    registerConnections,
    testInstallation(database.db, { http, env, now: () => world.now() }),
  )(["connections", ...args]);

const check = async (reference: string, env: Record<string, string> = {}) => {
  const { failed, json } = await connections(["check", reference, "--json"], env);
  return { failed, checked: json() as readonly Checked[] };
};

/** The environment that leads a carrier to its emulator; EasyPost with its test key. */
function environmentOf(carrier: SandboxCarrier, more: Record<string, string> = {}): Record<string, string> {
  const settings = { ...sandboxSettings(world.sandbox, carrier, PUSH_SECRET), ...more };
  const testKey = carrier === "easypost" && { apiKey: `EZTK_${settings.apiKey}` };
  return Object.fromEntries(
    Object.entries({ ...settings, ...testKey }).map(([field, value]) => [credentialVariable(carrier, field), value]),
  );
}

const countConnections = async () => (await database.db.pool.query("select from connections")).rowCount;

describe("a carrier without a connection", () => {
  test.each(SANDBOX_CARRIERS)("(%s) is skipped where nothing is given, and it says what to give", async (carrier) => {
    const required = findCarrier(carrier)?.credentials.filter((field) => field.required) ?? [];
    const { printed, failed } = await connections(["check", carrier]);
    expect(failed).toEqual([]);
    expect(printed).toHaveLength(1);
    expect(printed[0]).toMatch(/^skip {2}\w+ {2}Nothing was checked: no enabled connection uses/);
    for (const { name } of required) expect(printed[0]).toContain(credentialVariable(carrier, name));
    expect((await check(carrier)).checked).toMatchObject([{ id: null, connector: carrier, ok: null }]);
  });

  test.each([
    ["fedex", "122816215025810", "delivered"],
    ["ups", "1ZCIETST0111111114", "delivered"],
    ["dhl", "7777777770", "delivered"],
    ["easypost", "EZ4000000004", "delivered"],
  ] as const)(
    "(%s) is asked about its test number %s with what the environment gives, and nothing is kept",
    async (carrier, trackingNumber, status) => {
      const { failed, checked } = await check(carrier, environmentOf(carrier));
      expect(failed).toEqual([]);
      expect(checked).toMatchObject([
        { id: null, ok: true, found: { asked: { trackingNumber, isTestNumber: true }, answer: { status } } },
      ]);
      expect(checked[0]?.sentence).toMatch(/test number .*delivered\/.*nothing is kept\.$/);
      expect(await countConnections()).toBe(0);
    },
  );

  test.each(["usps", "shipengine"] as const)(
    "(%s) that documents no test number is asked about an example",
    async (carrier) => {
      const { failed, checked } = await check(carrier, environmentOf(carrier));
      expect(failed).toEqual([]);
      expect(checked).toMatchObject([{ ok: true, found: { asked: { isTestNumber: false } } }]);
    },
  );

  test("and its secret left out is told what is missing, before any call", async () => {
    const { FEDEX_CLIENT_SECRET: _secret, ...env } = environmentOf("fedex");
    const { printed, failed } = await connections(["check", "fedex"], env);
    expect(printed).toEqual([]);
    expect(failed).toEqual([expect.stringMatching(/clientSecret \(Secret key\) is missing/)]);
  });

  test.each(SANDBOX_CARRIERS)("(%s) with a wrong secret fails as unauthorized, and says no secret", async (carrier) => {
    const field = findCarrier(carrier)?.credentials.find(({ secret, required }) => secret && required)?.name ?? "";
    const env = { ...environmentOf(carrier), [credentialVariable(carrier, field)]: "snow-in-july" };
    const { failed, checked } = await check(carrier, env);
    expect(checked).toMatchObject([{ ok: false, kind: "unauthorized", found: { answer: null } }]);
    expect(failed).toEqual([expect.stringMatching(/\(unauthorized\) Check the client ID[^.]*\.$/)]);
    expect(failed.join("")).not.toContain("snow-in-july");
  });

  test.each(SANDBOX_CARRIERS)("(%s) at an address where nobody is fails as unavailable", async (carrier) => {
    const { failed, checked } = await check(carrier, environmentOf(carrier, { baseUrl: "http://127.0.0.1:1" }));
    expect(checked).toMatchObject([{ ok: false, kind: "unavailable" }]);
    expect(failed).toEqual([expect.stringMatching(/\(unavailable\) Check the address/)]);
  });

  test("whose store is not there, or that does not exist, is no carrier to skip", async () => {
    expect((await connections(["check", "fedex", "--store", "sto_9"])).failed).toHaveLength(1);
    expect((await connections(["check", "pigeon"])).failed).toEqual([expect.stringMatching(/no connection "pigeon"/)]);
    expect((await connections(["check", "smtp"])).failed).toEqual([expect.stringMatching(/connections add smtp/)]);
  });
});

describe("a connection", () => {
  test("to a sandbox says token, answer, status and whether numbers can be subscribed, and subscribes none", async () => {
    const added = await connections(["add", "fedex", "--json"], environmentOf("fedex"));
    const { id } = added.json() as { id: string };
    const first = await connections(["check", "fedex"]);
    expect(first.failed).toEqual([]);
    expect(first.printed).toEqual([
      `ok    ${id}  FedEx gave a token and answered a question about its test number 122816215025810. ` +
        "It reads delivered/left_in_safe_place, as documented. Numbers can be subscribed.",
    ]);
    expect((await check(id)).checked).toMatchObject([{ id, ok: true, found: { token: "kept" } }]);
    expect(world.sandbox.subscriptions("fedex")).toEqual([]);
  });

  test("that lacks what pushes need is well, and says why numbers cannot be subscribed", async () => {
    const { DHL_PUSH_TOKEN: _token, ...env } = environmentOf("dhl");
    await connections(["add", "dhl"], env);
    const { failed, checked } = await check("dhl");
    expect(failed).toEqual([]);
    expect(checked).toMatchObject([{ ok: true, found: { token: "none", subscribing: { possible: false } } }]);
    expect(checked[0]?.sentence).toContain(checked[0]?.found?.subscribing?.obstacle ?? "no obstacle");
  });

  test("with a production key is asked about a harmless number, never about a test number", async () => {
    await connections(["add", "easypost"], {
      ...environmentOf("easypost"),
      EASYPOST_API_KEY: world.sandbox.client.clientSecret,
    });
    const { failed, checked } = await check("easypost");
    expect(failed).toEqual([]);
    expect(checked).toMatchObject([{ ok: true, found: { asked: { isTestNumber: false } } }]);
  });

  test("takes its call from the connection's budget", async () => {
    const before = await callsOf("fedex");
    await check("fedex");
    expect(await callsOf("fedex")).toBe(before + 1);
  });

  test("goes before what the environment gives", async () => {
    const { checked } = await check("fedex", { ...environmentOf("fedex"), FEDEX_CLIENT_SECRET: "snow-in-july" });
    expect(checked).toMatchObject([{ id: expect.stringMatching(/^con_/), ok: true }]);
  });
});

async function callsOf(connector: string): Promise<number> {
  const { rows } = await database.db.pool.query<{ calls: string }>(
    `select coalesce(sum(b.calls), 0) as calls from call_budgets b join connections c on c.id = b.connection_id where c.connector = $1`,
    [connector],
  );
  return Number(rows[0]?.calls);
}
