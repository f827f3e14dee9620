import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { commandRunner, testInstallation } from "../../test/support/run-command.js";
import { addStore } from "../../test/support/store-fixture.js";
import { readConfig } from "../runtime/config.js";
import { silentLogger } from "../runtime/logger.js";
import { sealingKey } from "../runtime/sealing.js";
import { type Database, openDatabase } from "../store/database.js";
import { sealCredentials } from "../store/open-credentials.js";
import { registerBackup } from "./backup.js";
import type { LongRun } from "./long-run.js";
import { registerMigrateToExternal } from "./migrate-to-external.js";
import { registerRestore } from "./restore.js";

const SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
const shown: string[] = [];
const longRun: LongRun = {
  progress: { show: (what, done, total) => shown.push(`${what} ${done}/${total}`), clear: () => shown.push("clear") },
  untilInterrupted: (work) => work(new AbortController().signal),
};
let folder: string;
let source: TestDatabase;
let target: { readonly url: string; readonly db: Database; drop(): Promise<void> };
let storeId: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waybill-backup-"));
  source = await createTestDatabase();
  const fixture = await addStore(source.db);
  storeId = fixture.storeId;
  const ring = { current: sealingKey(Buffer.alloc(32, 7)), old: [] };
  for (const id of Object.values(fixture.connections))
    await source.db.pool.query(`update connections set credentials_sealed = $2 where id = $1`, [
      id,
      sealCredentials(ring, id, { clientId: "ours" }),
    ]);
  const empty = await createEmptyDatabase();
  const db = await openDatabase({ url: empty.url, applicationName: "cli-test", poolSize: 4, log: silentLogger });
  target = {
    url: empty.url,
    db,
    async drop() {
      await db.close();
      await empty.drop();
    },
  };
});
afterAll(async () => {
  await target.drop();
  await source.drop();
  rmSync(folder, { recursive: true });
});

const settings = (more: Record<string, string> = {}) => ({
  config: readConfig({ WAYBILL_DATA_DIR: folder, WAYBILL_PUBLIC_URL: "https://track.example.com", ...more }),
});
const backup = (...args: string[]) =>
  commandRunner(
    (program, terminal, use) => registerBackup(program, terminal, use, longRun),
    testInstallation(source.db, settings()),
  )(["backup", ...args]);
const restore = (args: string[], more: Record<string, string> = { WAYBILL_SECRET_KEY: SECRET_KEY }) =>
  commandRunner(
    (program, terminal, use) => registerRestore(program, terminal, use, longRun),
    testInstallation(target.db, settings(more)),
  )(["restore", ...args]);
const move = (args: string[], more: Record<string, string> = {}) =>
  commandRunner(
    (program, terminal, use) => registerMigrateToExternal(program, terminal, use, longRun),
    testInstallation(source.db, settings(more)),
  )(["migrate-to-external", ...args]);

test("a backup says what is in the file and, loudly, what is not", async () => {
  const file = join(folder, "one");
  const { printed, failed } = await backup(file);
  expect(failed).toEqual([]);
  expect(printed[0]).toMatch(/^Backed up \d+ rows of \d+ tables to .*one \([\d.]+ kB\)\.$/);
  expect(printed[1]).toMatch(/secret key is NOT in it/);
  expect(printed[2]).toMatch(/names and addresses ARE in it/);
  expect(shown.some((line) => line.startsWith("backing up rows"))).toBe(true);
  expect(shown.at(-1)).toBe("clear");
  expect((await backup(join(folder, "two"), "--json")).json()).toMatchObject({
    tables: { stores: 1, "graphile_worker.jobs": 0 },
    secretKey: "not in it",
  });
  expect(await backup(file)).toMatchObject({ printed: [], failed: [expect.stringMatching(/is there already/)] });
});

test("a file is checked without a database, and one that is not whole fails with what to do", async () => {
  const { printed } = await restore([join(folder, "one"), "--check"]);
  expect(printed[0]).toMatch(/^Made .* by Waybill .* on PostgreSQL .*, at \d{4}_.*\.sql\.$/);
  expect(printed.at(-1)).toBe("The file is whole.");
  expect((await restore([join(folder, "one"), "--check", "--json"])).json()).toMatchObject({ whole: true });
  writeFileSync(join(folder, "other"), "no backup");
  const refused = await restore([join(folder, "other"), "--check"]);
  expect(refused).toMatchObject({ printed: [], failed: [expect.stringMatching(/no backup of Waybill/)] });
});

test("a restore brings the store back and says whether the key here opens what is sealed", async () => {
  const file = join(folder, "one");
  const { printed, failed } = await restore([file]);
  expect(failed).toEqual([]);
  expect(printed.join("\n")).toMatch(/Restored \d+ rows\. The database is as it was on .*\n.*opens the credentials/);
  expect((await target.db.pool.query(`select id from stores`)).rows).toEqual([{ id: storeId }]);
  expect(await restore([file])).toMatchObject({ printed: [], failed: [expect.stringMatching(/add --replace/)] });
  const json = await restore([file, "--replace", "--json"]);
  expect(json.json()).toMatchObject({ secretKey: "opens", migrated: [], unopenable: 0 });
  const without = await restore([file, "--replace"], {});
  expect(without.printed.at(-1)).toMatch(/WARNING: there is no secret key here/);
  await target.db.pool.query(`drop table if exists notes`);
});

test("a key that opens nothing is told with what to do, and the restore counts all the same", async () => {
  writeFileSync(join(folder, "secret.key"), `${Buffer.alloc(32, 9).toString("base64")}\n`, { mode: 0o600 });
  const other = { current: sealingKey(Buffer.alloc(32, 9)), old: [] };
  const run = commandRunner(
    (program, terminal, use) => registerRestore(program, terminal, use, longRun),
    testInstallation(target.db, { ...settings(), loadRing: async () => other }),
  );
  const { printed, failed } = await run(["restore", join(folder, "one"), "--replace"]);
  expect(failed).toEqual([]);
  expect(printed.at(-1)).toMatch(/WARNING: the secret key here does not open the credentials of 6 of 6 connections/);
});

test("the embedded database is copied to a server, once, and the old one is named", async () => {
  const refused = await move([target.url]);
  expect(refused).toMatchObject({ printed: [], failed: [expect.stringMatching(/not empty/)] });
  await target.db.pool.query(`drop schema public cascade; create schema public`);
  const { printed, failed } = await move([target.url]);
  expect(failed).toEqual([]);
  expect(printed[0]).toMatch(/^Copied \d+ rows of \d+ tables, and compared every row on both sides\.$/);
  expect(printed.join("\n")).toContain("DATABASE_URL");
  expect(printed.at(-1)).toContain(join(folder, "postgres"));
  expect((await target.db.pool.query(`select id from stores`)).rows).toEqual([{ id: storeId }]);
});

test.each([
  ["localhost:5432", {}, /must look like postgres:/],
  ["postgres://x:hidden-word@127.0.0.1:1/x", {}, /cannot be reached .*Check the address/],
  [
    "postgres://x@127.0.0.1:1/x",
    { DATABASE_URL: "postgres://x@127.0.0.1:1/x" },
    /uses the server in DATABASE_URL already/,
  ],
])("a move to %s is refused with what to do", async (url, more, sentence) => {
  const { printed, failed } = await move([url], more);
  expect(printed).toEqual([]);
  expect(failed).toEqual([expect.stringMatching(sentence)]);
  expect(failed.join()).not.toContain("hidden-word");
});
