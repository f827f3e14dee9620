import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, testInstallation } from "../../test/support/run-command.js";
import { createIdSource } from "../runtime/ids.js";
import { silentLogger } from "../runtime/logger.js";
import { sealingKey } from "../runtime/sealing.js";
import { type Database, openDatabase } from "../store/database.js";
import { sealCredentials } from "../store/open-credentials.js";
import { insertStore } from "../store/stores.js";
import { TABLE_FAMILIES } from "../store/table-sizes.js";
import { CommandError } from "./command-error.js";
import { registerDoctor } from "./doctor.js";
import type { Finding } from "./finding.js";
import { registerMigrate } from "./migrate.js";
import type { Installation, UseInstallation } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

const RING = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };
const KEY = Buffer.alloc(32, 7).toString("base64");
const WELL = {
  DATABASE_URL: "postgres://u@127.0.0.1/w",
  WAYBILL_SECRET_KEY: KEY,
  WAYBILL_PUBLIC_URL: "https://track.example.com",
};
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function doctor(db: Database, env: Record<string, string> = WELL, more: Partial<Installation> = {}) {
  return run(testInstallation(db, more), env);
}

async function run(use: UseInstallation, env: Record<string, string>) {
  const register = (program: Command, terminal: Terminal) => registerDoctor(program, terminal, use, env);
  const { json, failed } = await commandRunner(register, use)(["doctor", "--json"]);
  const findings = json() as Finding[];
  return { failed, findings, of: (check: string) => findings.filter((finding) => finding.check === check) };
}

test("an installation in good health fails nothing", async () => {
  const { pool } = database.db;
  await insertStore(pool, { id: "sto_1", name: "Northwind", brand: {}, language: "en", timeZone: "UTC" });
  await pool.query(
    `insert into connections (id, store_id, family, connector, label, credentials_sealed)
     values ('con_1', 'sto_1', 'carrier', 'ups', 'UPS', $1)`,
    [sealCredentials(RING, "con_1", { clientId: "a" })],
  );
  await pool.query(`insert into workers (id, roles) values ('w1', 'normalize')`);
  const { findings, failed } = await doctor(database.db);
  expect(findings.filter(({ level }) => level !== "ok")).toEqual([]);
  expect(findings.map(({ check }) => check)).toEqual([
    "data directory",
    "secret key",
    "public address",
    "database",
    "migrations",
    "partitions",
    "clocks",
    "connections",
    "subscriptions",
    "polling",
    "processes",
    "queue",
    "parked",
    "codes",
    "messages",
    ...TABLE_FAMILIES.map(() => "size"),
    "forecast",
    "months",
    "retention",
  ]);
  expect(failed).toEqual([]);
});

test("what waits or is in trouble is a warning and no failure", async () => {
  const { pool } = database.db;
  const longAgo = Date.parse("2026-01-01T00:00:00Z");
  await pool.query(`update connections set blocked_until = now() + interval '1 hour', blocked_reason = 'rate_limited'`);
  await pool.query(`delete from workers`);
  await pool.query(
    `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month)
     values ('shp_1', 'sto_1', 'con_1', 'ups', 'N1', '2026-01-01')`,
  );
  await pool.query(
    `insert into shipment_subscriptions (shipment_id, connection_id, state, reason) values ('shp_1', 'con_1', 'failed', 'No.')`,
  );
  await pool.query(`insert into carrier_message_queue (message_id, received_month) values ($1, '2026-01-01')`, [
    createIdSource({ now: () => longAgo, randomBytes })("msg"),
  ]);
  await pool.query(
    `insert into parked_messages (message_id, received_month, connection_id, reason) values ('m', '2026-01-01', 'con_1', 'r')`,
  );
  await pool.query(
    `insert into carrier_code_sightings (carrier, code, seen, example_text, example_message_id) values ('ups', 'ZZ', 3, '', 'm')`,
  );
  const { of, failed } = await doctor(database.db, { ...WELL, WAYBILL_PUBLIC_URL: "http://127.0.0.1:3000" });
  for (const check of ["public address", "connections", "processes", "queue", "parked", "codes"]) {
    expect(of(check), check).toMatchObject([{ level: "warn" }]);
  }
  expect(of("connections")[0]?.sentence).toMatch(/con_1 \(ups\).*rate_limited.*connections check con_1/);
  expect(of("subscriptions")).toMatchObject([
    { level: "warn", sentence: expect.stringMatching(/con_1 \(ups\) refuses to push 1 numbers/) },
  ]);
  expect(failed).toEqual([]);
});

test("a carrier that does not let us subscribe is a warning with its reason", async () => {
  await database.db.pool.query(
    `update connections set subscribing_paused_until = now() + interval '1 hour', subscribing_paused_reason = 'UPS said no.'`,
  );
  const { of } = await doctor(database.db);
  expect(of("subscriptions")[0]?.sentence).toMatch(
    /^con_1 \(ups\) is not asked for pushes before .*polled\. UPS said no\.$/,
  );
});

test("a debt of polls that its budget does not clear in a day is a warning that says what to do", async () => {
  const { pool } = database.db;
  await pool.query(`update connections set calls_per_hour = 10`);
  const due = (count: number) =>
    pool.query(
      `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month, next_poll_at, poll_rank)
       select 'shp_due' || n, 'sto_1', 'con_1', 'ups', 'DUE' || n, '2026-01-01', now(), n % 2 from generate_series(1, $1::int) n
       on conflict do nothing`,
      [count],
    );
  await due(240);
  expect((await doctor(database.db)).of("polling")).toMatchObject([{ level: "ok" }]);
  await due(250);
  expect((await doctor(database.db)).of("polling")).toMatchObject([
    {
      level: "warn",
      sentence: expect.stringMatching(/^250 numbers of con_1 \(ups\).* 125 of them .*25 h .*connections update/),
    },
  ]);
  await pool.query(`delete from shipments where id like 'shp_due%'`);
  await pool.query(`update connections set calls_per_hour = null`);
});

test("a clock a minute off fails, one three seconds off is a warning", async () => {
  const at = (offsetMs: number) => ({ now: () => Date.now() + offsetMs });
  const far = await doctor(database.db, WELL, at(-65_000));
  expect(far.of("clocks")).toMatchObject([{ level: "fail", sentence: expect.stringMatching(/65\.\d s ahead of/) }]);
  expect(far.failed).toHaveLength(1);
  expect((await doctor(database.db, WELL, at(3_000))).of("clocks")).toMatchObject([
    { level: "warn", sentence: expect.stringMatching(/behind/) },
  ]);
});

test("a month without partition, and credentials under a key that is gone, fail", async () => {
  const inTwoYears = await doctor(database.db, WELL, { now: () => Date.now() + 2 * 365 * 86_400_000 });
  expect(inTwoYears.of("partitions")).toMatchObject([
    { level: "fail", sentence: expect.stringMatching(/waybill migrate/) },
  ]);
  const otherRing = { current: sealingKey(Buffer.alloc(32, 9)), old: [] };
  const lost = await doctor(database.db, WELL, { loadRing: async () => otherRing });
  expect(lost.of("connections")).toContainEqual(expect.objectContaining({ level: "fail" }));
});

test("a secret key that others can read, and a directory that others can change, fail", async () => {
  const directory = mkdtempSync(join(tmpdir(), "waybill-doctor-"));
  writeFileSync(join(directory, "secret.key"), KEY, { mode: 0o644 });
  chmodSync(join(directory, "secret.key"), 0o644);
  chmodSync(directory, 0o777);
  const { of } = await doctor(database.db, { WAYBILL_DATA_DIR: directory });
  expect(of("secret key")).toMatchObject([{ level: "fail", sentence: expect.stringMatching(/chmod 600/) }]);
  expect(of("data directory")).toMatchObject([{ level: "fail", sentence: expect.stringMatching(/chmod go-w/) }]);
  chmodSync(join(directory, "secret.key"), 0o600);
  chmodSync(directory, 0o700);
  const mended = await doctor(database.db, { WAYBILL_DATA_DIR: directory });
  expect([...mended.of("secret key"), ...mended.of("data directory")].map(({ level }) => level)).toEqual(["ok", "ok"]);
});

test("settings that cannot be used, or a database that is away, are findings", async () => {
  const unused: UseInstallation = () => Promise.reject(new CommandError("The database cannot be reached."));
  expect((await run(unused, WELL)).of("database")).toEqual([
    { check: "database", level: "fail", sentence: "The database cannot be reached." },
  ]);
  const bad = await run(unused, { WAYBILL_PROT: "1", PORT: "x" });
  expect(bad.findings).toMatchObject([
    { check: "settings", level: "fail", sentence: expect.stringMatching(/WAYBILL_PROT is no setting.*Set PORT to/) },
  ]);
  expect(bad.failed).toEqual(["1 thing needs to be put right."]);
});

test("an empty database is told to be migrated; migrate does it, once", async () => {
  const empty = await createEmptyDatabase();
  const db = await openDatabase({ url: empty.url, applicationName: "test", poolSize: 4, log: silentLogger });
  try {
    expect((await doctor(db)).of("migrations")).toMatchObject([
      { level: "fail", sentence: expect.stringMatching(/pending\. Run: waybill migrate/) },
    ]);
    const migrate = commandRunner(registerMigrate, testInstallation(db));
    const first = (await migrate(["migrate", "--json"])).json() as { applied: string[] };
    expect(first.applied).toContain("0001_ground.sql");
    expect((await migrate(["migrate"])).printed).toEqual(["The database is up to date."]);
    expect((await doctor(db)).of("migrations")).toMatchObject([{ level: "ok" }]);
  } finally {
    await db.close();
    await empty.drop();
  }
});
