import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, type RunCommand, testInstallation } from "../../test/support/run-command.js";
import { hashSecret } from "../runtime/random-secrets.js";
import { findApiKey } from "../store/api-keys.js";
import { registerKeys } from "./keys.js";
import { registerStores } from "./stores.js";

let database: TestDatabase;
let stores: RunCommand;
let keys: RunCommand;

beforeAll(async () => {
  database = await createTestDatabase();
  stores = commandRunner(registerStores, testInstallation(database.db));
  keys = commandRunner(registerKeys, testInstallation(database.db));
});
afterAll(() => database.drop());

test("a store is added with its brand as checked, and listed", async () => {
  const added = await stores([
    "stores",
    "add",
    "Northwind Outfitters",
    "--accent",
    "#0A7D4F",
    "--language",
    "pt-br",
    "--time-zone",
    "Europe/Berlin",
    "--support-email",
    "help@northwind.example",
    "--website",
    "https://northwind.example",
    "--json",
  ]);
  expect(added.failed).toEqual([]);
  const { id } = added.json() as { id: string };
  const listed = (await stores(["stores", "list", "--json"])).json();
  expect(listed).toMatchObject([
    {
      id,
      name: "Northwind Outfitters",
      language: "pt-BR",
      timeZone: "Europe/Berlin",
      brand: {
        accentColor: "#0a7d4f",
        supportEmail: "help@northwind.example",
        websiteUrl: "https://northwind.example/",
      },
    },
  ]);
  expect((await stores(["stores", "list"])).printed).toHaveLength(2);
  const { rows } = await database.db.pool.query("select actor, action, subject from audit_log");
  expect(rows).toEqual([{ actor: "cli:test", action: "store.added", subject: id }]);
});

test("what a store cannot be is refused with one sentence, and nothing is added", async () => {
  const refusals = [
    { flags: ["--accent", "green"], says: /six hex digits/ },
    { flags: ["--logo-url", "http://northwind.example/logo.png"], says: /logo must be an https: address/ },
    { flags: ["--support-url", "javascript:alert(1)"], says: /support page must be an https:/ },
    { flags: ["--support-email", "nobody"], says: /e-mail address/ },
    { flags: ["--time-zone", "Middle/Earth"], says: /IANA name/ },
    { flags: ["--language", "not a tag"], says: /BCP 47/ },
  ];
  const before = (await stores(["stores", "list", "--json"])).json();
  for (const { flags, says } of refusals) {
    const { printed, failed } = await stores(["stores", "add", "Refused", ...flags]);
    expect(printed).toEqual([]);
    expect(failed).toEqual([expect.stringMatching(says)]);
  }
  expect((await stores(["stores", "add", " "])).failed).toEqual([expect.stringMatching(/name of a store/)]);
  expect((await stores(["stores", "list", "--json"])).json()).toEqual(before);
});

test("a key is printed once, works, is listed without itself, and works no more once revoked", async () => {
  const created = await keys(["keys", "create", "Northwind Outfitters", "--label", "shop backend"]);
  const [key] = created.printed;
  expect(key).toMatch(/^wb_[A-Za-z0-9_-]{43}$/);
  const found = await findApiKey(database.db.pool, hashSecret(key ?? ""));
  const listed = await keys(["keys", "list", "Northwind Outfitters", "--json"]);
  expect(listed.json()).toMatchObject([{ id: found?.id, label: "shop backend", revokedAt: null }]);
  expect(listed.printed[0]).not.toContain(key);

  expect((await keys(["keys", "revoke", found?.id ?? ""])).failed).toEqual([]);
  expect(await findApiKey(database.db.pool, hashSecret(key ?? ""))).toBeNull();
  expect((await keys(["keys", "revoke", found?.id ?? ""])).failed).toEqual([expect.stringMatching(/to revoke/)]);
});

test("a store that does not exist is named, with how to list those that do", async () => {
  const { failed } = await keys(["keys", "create", "sto_nowhere"]);
  expect(failed).toEqual(['There is no store "sto_nowhere". List them with: waybill stores list']);
});
