import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, testInstallation } from "../../test/support/run-command.js";
import type { HttpClient } from "../runtime/http-client.js";
import { sealingKey } from "../runtime/sealing.js";
import { findConnection } from "../store/connections.js";
import { openCredentials } from "../store/open-credentials.js";
import { insertStore } from "../store/stores.js";
import { registerConnections } from "./connections.js";
import type { Installation } from "./open-installation.js";
import { registerTrack } from "./track.js";

const RING = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };
const SECRET = "grass under snow";
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertStore(database.db.pool, { id: "sto_1", name: "Northwind", brand: {}, language: "en", timeZone: "UTC" });
  await database.db.pool.query(
    `insert into orders (id, store_id, number, placed_at) values ('ord_1', 'sto_1', '1001', now())`,
  );
});
afterAll(() => database.drop());

const connections = (args: readonly string[], stdin = "", more: Partial<Installation> = {}) =>
  commandRunner(registerConnections, testInstallation(database.db, more))(["connections", ...args], stdin);

const track = (args: readonly string[], http: HttpClient) =>
  commandRunner(registerTrack, testInstallation(database.db, { http }))(["track", ...args]);

async function addShipment(id: string, trackingNumber: string, more: { orderId: string | null; voided?: true }) {
  await database.db.pool.query(
    `insert into shipments (id, store_id, order_id, carrier, tracking_number, shipment_month, voided_at)
     values ($1, 'sto_1', $2, 'ups', $3, '2026-03-01', case when $4 then now() end)`,
    [id, more.orderId, trackingNumber, more.voided === true],
  );
}

test("credentials come from standard input, are sealed for the connection, and its addresses are printed", async () => {
  const added = await connections(
    ["add", "ups", "--store", "sto_1", "--set", "locale=de_DE", "--from-stdin", "--json"],
    JSON.stringify({ clientId: "shop-one", clientSecret: SECRET }),
  );
  expect(added.failed).toEqual([]);
  const { id, hooks } = added.json() as { id: string; hooks: object };
  expect(hooks).toEqual({
    push: `https://track.example.com/hooks/ups/${id}`,
    token: `https://track.example.com/hooks/ups/${id}/token`,
  });
  const row = await findConnection(database.db.pool, id);
  expect(row && openCredentials(RING, row)).toEqual({ clientId: "shop-one", clientSecret: SECRET, locale: "de_DE" });
  const listed = await connections(["list", "--json"]);
  expect(listed.json()).toMatchObject([{ id, connector: "ups", family: "carrier", label: "UPS", enabled: true }]);
  expect(added.printed.concat(listed.printed).join("\n")).not.toMatch(/grass|credentialsSealed/);
});

test("credentials come from variables named after the connector, and the names that were used are said", async () => {
  const env = { SMTP_HOST: "mail.example.com", SMTP_PASSWORD: SECRET, SMTP_FROM_ADDRESS: "shop@example.com" };
  const added = await connections(["add", "smtp", "--json"], "", { env });
  expect(added.json()).toMatchObject({ variables: ["SMTP_HOST", "SMTP_PASSWORD", "SMTP_FROM_ADDRESS"], hooks: null });
});

test("name=value lines on standard input win over variables, and --set over both", async () => {
  const env = { FEDEX_CLIENT_ID: "from-env", FEDEX_CLIENT_SECRET: "old", FEDEX_TOKEN_PATH: "/env" };
  const stdin = `# from the vault\nclientSecret=${SECRET}=\r\ntokenPath=/stdin\n`;
  const added = await connections(["add", "fedex", "--set", "tokenPath=/set", "--from-stdin", "--json"], stdin, {
    env,
  });
  const row = await findConnection(database.db.pool, (added.json() as { id: string }).id);
  expect(row && openCredentials(RING, row)).toEqual({
    clientId: "from-env",
    clientSecret: `${SECRET}=`,
    tokenPath: "/set",
  });
});

test("what cannot be a connection is refused without showing a value", async () => {
  const refusals = [
    { args: ["add", "pigeon"], stdin: "", says: /no connector "pigeon".*fedex, ups, .*smtp/ },
    { args: ["add", "ups", "--store", "sto_2"], stdin: "", says: /no store "sto_2"/ },
    {
      args: ["add", "ups", "--set", `clientSecret=${SECRET}`],
      stdin: "",
      says: /must not be on the command line.*UPS_CLIENT_SECRET/,
    },
    {
      args: ["add", "ups", "--from-stdin"],
      stdin: `{"clientId":"${SECRET}"}`,
      says: /clientSecret \(Client secret\) is missing/,
    },
    {
      args: ["add", "ups", "--from-stdin"],
      stdin: `{"clientid":"${SECRET}"}`,
      says: /no field "clientid"\. Did you mean clientId\?/,
    },
    { args: ["add", "ups", "--from-stdin"], stdin: `{"constructor":"${SECRET}"`, says: /no JSON object/ },
    { args: ["add", "ups", "--from-stdin"], stdin: SECRET, says: /name=value/ },
    { args: ["add", "ups", "--from-stdin"], stdin: "x".repeat(70_000), says: /larger than 64 KiB/ },
  ];
  const before = (await connections(["list", "--json"])).json();
  for (const { args, stdin, says } of refusals) {
    const { printed, failed } = await connections(args, stdin);
    expect(printed).toEqual([]);
    expect(failed).toEqual([expect.stringMatching(says)]);
    expect(failed[0]).not.toContain(SECRET);
  }
  expect((await connections(["list", "--json"])).json()).toEqual(before);
});

test("a new connection takes over the shipments that had none and asks about those that are still wanted", async () => {
  await database.db.pool.query("update connections set enabled = false where connector = 'ups'");
  await addShipment("shp_1", "1ZWB4Y720300418263", { orderId: "ord_1" });
  await addShipment("shp_2", "1Z7K20FA6844019350", { orderId: "ord_1", voided: true });
  await addShipment("shp_3", "H2840175937", { orderId: null });
  const added = await connections(["add", "ups", "--from-stdin", "--json"], `clientId=a\nclientSecret=${SECRET}`);
  expect(added.json()).toMatchObject({ shipments: 3 });
  const { rows } = await database.db.pool.query(
    `select id, connection_id as "connectionId", next_poll_at is not null as due from shipments order by id`,
  );
  const { id } = added.json() as { id: string };
  expect(rows).toEqual([
    { id: "shp_1", connectionId: id, due: true },
    { id: "shp_2", connectionId: id, due: false },
    { id: "shp_3", connectionId: id, due: false },
  ]);
});

test("a check that gets a token and an answer is well, also when nobody knows the number", async () => {
  const checked = await connections(["check", "ups", "--json"], "", { http: upsThatKnowsNothing });
  expect(checked.failed).toEqual([]);
  expect(checked.json()).toMatchObject([{ connector: "ups", ok: true, kind: null }]);
});

test("a check says by the kind of failure what to do, and fails", async () => {
  const { id } = ((await connections(["list", "--json"])).json() as { id: string; connector: string }[]).findLast(
    ({ connector }) => connector === "fedex",
  ) ?? { id: "" };
  const refusing: HttpClient = async () => ({ status: 401, headers: {}, body: Buffer.from("{}") });
  const refused = await connections(["check", id], "", { http: refusing });
  expect(refused.failed).toEqual([
    expect.stringMatching(new RegExp(`^${id}: FedEx .*\\(unauthorized\\) Check the client ID`)),
  ]);
  const away = await connections(["check", id]);
  expect(away.failed).toEqual([expect.stringMatching(/\(unavailable\) Check the address/)]);
  const page: HttpClient = async () => ({ status: 200, headers: {}, body: Buffer.from("<html>") });
  expect((await connections(["check", id], "", { http: page })).failed).toEqual([
    expect.stringMatching(/\(unreadable\)/),
  ]);
  const otherKey = { current: sealingKey(Buffer.alloc(32, 8)), old: [] };
  const unopenable = await connections(["check", id], "", { loadRing: async () => otherKey });
  expect(unopenable.failed).toEqual([expect.stringMatching(/\(unopenable\).*WAYBILL_SECRET_KEYS_OLD/)]);
});

test("a carrier that locked us out is not called again, and says until when", async () => {
  let calls = 0;
  const lockedOut: HttpClient = async () => {
    calls += 1;
    return { status: 403, headers: {}, body: Buffer.from("{}") };
  };
  const first = await connections(["check", "fedex"], "", { http: lockedOut });
  const second = await connections(["check", "fedex"], "", { http: lockedOut });
  expect(first.failed).toEqual([expect.stringMatching(/\(rate_limited\)/)]);
  expect(second.failed).toEqual([expect.stringMatching(/wants this connection to wait.*Next call in \d+ s/)]);
  expect(calls).toBe(1);
  expect((await connections(["list"])).printed.join("\n")).toMatch(/blocked until \d{4}-.*rate_limited/);
});

test("a mail server that is not there is said to be so", async () => {
  const env = { SMTP_HOST: "127.0.0.1", SMTP_PORT: "1", SMTP_TLS: "none", SMTP_FROM_ADDRESS: "shop@example.com" };
  const { id } = (await connections(["add", "smtp", "--json"], "", { env })).json() as { id: string };
  const { printed, failed } = await connections(["check", id]);
  expect(printed).toEqual([]);
  expect(failed).toEqual([expect.stringMatching(/did not accept us: .*ECONNREFUSED.*Check host, port/)]);
});

test("a connection is switched off and on again; one that does not exist is not", async () => {
  const { id } = ((await connections(["list", "--json"])).json() as { id: string }[])[0] ?? { id: "" };
  await connections(["disable", id]);
  expect((await findConnection(database.db.pool, id))?.enabled).toBe(false);
  await connections(["enable", id]);
  expect((await findConnection(database.db.pool, id))?.enabled).toBe(true);
  expect((await connections(["enable", "con_nowhere"])).failed).toEqual([
    expect.stringMatching(/no connection con_nowhere/),
  ]);
});

test("fields of a connection are changed under its own id; its old token is dropped", async () => {
  const env = { FEDEX_CLIENT_ID: "a", FEDEX_CLIENT_SECRET: "old", FEDEX_PUSH_TOKEN: "first" };
  const { id } = (await connections(["add", "fedex", "--json"], "", { env })).json() as { id: string };
  await database.db.pool.query(`insert into connection_tokens (connection_id) values ($1)`, [id]);
  const stdin = `pushToken=second\npreviousPushToken=first\nclientSecret=${SECRET}`;
  const updated = await connections(["update", id, "--set", "tokenPath=/v2", "--from-stdin", "--json"], stdin);
  expect(updated.json()).toMatchObject({ changed: ["clientSecret", "pushToken", "previousPushToken", "tokenPath"] });
  await connections(["update", id, "--from-stdin"], "previousPushToken=");
  const row = await findConnection(database.db.pool, id);
  expect(row && openCredentials(RING, row)).toEqual({
    clientId: "a",
    clientSecret: SECRET,
    pushToken: "second",
    tokenPath: "/v2",
  });
  const { rows } = await database.db.pool.query(`select from connection_tokens where connection_id = $1`, [id]);
  expect(rows).toEqual([]);
  expect((await connections(["update", id, "--set", "clientId="])).failed).toEqual([
    expect.stringMatching(/clientId.*missing/),
  ]);
  expect((await connections(["update", "con_nowhere"])).failed).toEqual([
    expect.stringMatching(/no connection con_nowhere/),
  ]);
});

test("track shows what is stored, then what the carrier says", async () => {
  const { printed, failed } = await track(["1z wb4y 7203 0041 8263"], upsThatKnowsNothing);
  expect(failed).toEqual([]);
  expect(printed[0]).toBe("stored: shp_1, order ord_1, no scan yet, never asked");
  expect(printed[1]).toBe("  polling: The carrier is about to be asked to push it.");
  expect(printed.at(-1)).toMatch(/^UPS cannot tell \(not_found\)/);
  const asJson = await track(["1ZWB4Y720300418263", "--json"], upsThatKnowsNothing);
  expect(asJson.json()).toMatchObject({ trackings: [], notices: [{ kind: "not_found" }] });
});

test("track says what is missing: a number, a carrier, a connection", async () => {
  expect((await track(["?"], upsThatKnowsNothing)).failed).toEqual([
    expect.stringMatching(/5 to 40 letters and digits/),
  ]);
  expect((await track(["ZZ99ZZ99Z"], upsThatKnowsNothing)).failed).toEqual([
    expect.stringMatching(/say whose it is with --carrier/),
  ]);
  await database.db.pool.query("update connections set enabled = false where connector = 'ups'");
  const { printed, failed } = await track(["1ZWB4Y720300418263"], upsThatKnowsNothing);
  expect(printed.slice(1)).toEqual(["  nobody listens: The connection to this carrier is switched off."]);
  expect(failed).toEqual([expect.stringMatching(/waybill connections add ups --store <id>/)]);
});

/** Gives a token and answers every number with UPS's error for one that it does not know. */
const upsThatKnowsNothing: HttpClient = async ({ url }) =>
  url.includes("/oauth/token")
    ? {
        status: 200,
        headers: {},
        body: Buffer.from(JSON.stringify({ access_token: "token-one", expires_in: "14399" })),
      }
    : {
        status: 404,
        headers: {},
        body: Buffer.from(JSON.stringify({ response: { errors: [{ code: "TW0001", message: "No such parcel" }] } })),
      };

test("a connection's budget is what its account was granted, and listed with what is left and due", async () => {
  const added = await connections(
    ["add", "usps", "--label", "Post", "--set", "clientId=shop", "--from-stdin", "--json"],
    `clientSecret=${SECRET}\n`,
  );
  const { id } = added.json() as { id: string };
  const sealed = (await findConnection(database.db.pool, id))?.credentialsSealed;
  const polling = async () => {
    const listed = (await connections(["list", "--json"])).json() as { id: string; polling: object | null }[];
    return listed.find((row) => row.id === id)?.polling;
  };
  expect(await polling()).toMatchObject({
    limits: { perSecond: 1, perHour: 60, perDay: null },
    callsLeftThisHour: 60,
    due: 0,
  });

  const args = [
    "update",
    id,
    "--calls-per-second",
    "0.5",
    "--calls-per-hour",
    "600",
    "--calls-per-day",
    "5000",
    "--json",
  ];
  const updated = await connections(args);
  expect(updated.json()).toEqual({ id, changed: ["callsPerSecond", "callsPerHour", "callsPerDay"], variables: [] });
  await database.db.pool.query(
    `insert into shipments (id, store_id, order_id, connection_id, carrier, tracking_number, shipment_month, next_poll_at)
     select 'shp_debt' || n, 'sto_1', 'ord_1', $1, 'usps', 'DEBT' || n, '2026-03-01', now() - interval '3 hours' from generate_series(1, 541) n`,
    [id],
  );
  expect(await polling()).toMatchObject({
    limits: { perSecond: 0.5, perHour: 600, perDay: 5_000 },
    callsLeftToday: 5_000,
    due: 541,
    dueOnDeliveryDay: 0,
    hoursToClear: expect.closeTo(541 / (4_501 / 24), 3),
  });
  const listed = await connections(["list"]);
  expect(listed.printed.join("\n")).toMatch(
    /0\.5\/s 600\/h \(600 left\) 5000\/d \(5000 left\) +541, oldest 3 h, 3 h to clear/,
  );
  expect((await findConnection(database.db.pool, id))?.credentialsSealed).toEqual(sealed);
  const { rows } = await database.db.pool.query(
    `select detail from audit_log where subject = $1 and action = 'connection.updated'`,
    [id],
  );
  expect(rows).toEqual([{ detail: { limits: { callsPerSecond: 0.5, callsPerHour: 600, callsPerDay: 5_000 } } }]);

  await connections(["update", id, "--calls-per-day", "default"]);
  expect(await polling()).toMatchObject({ limits: { perHour: 600, perDay: null } });
});

test.each([
  [["--calls-per-second", "0"], /--calls-per-second takes a number from 0\.001 to 10000/],
  [["--calls-per-hour", "1.5"], /--calls-per-hour takes a whole number from 1/],
  [["--calls-per-day", "-3"], /--calls-per-day takes a whole number/],
  [["--poll-batch-size", "many"], /--poll-batch-size takes a whole number/],
])("a budget that is none is refused: %j", async (flags, says) => {
  const all = (await connections(["list", "--json"])).json() as { id: string; connector: string }[];
  const id = all.find(({ connector }) => connector === "ups")?.id ?? "";
  const refused = await connections(["update", id, ...flags]);
  expect(refused.failed.join()).toMatch(says);
});

test("what is no carrier has no budget", async () => {
  const all = (await connections(["list", "--json"])).json() as { id: string; connector: string }[];
  const id = all.find(({ connector }) => connector === "smtp")?.id ?? "";
  expect((await connections(["update", id, "--calls-per-day", "5"])).failed.join()).toMatch(/Only carriers/);
});
