import { mkdtempSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "../../test/support/database.js";
import { CommandError } from "./command-error.js";
import { installationOf } from "./open-installation.js";

let database: TestDatabase;
const dataDir = mkdtempSync(join(tmpdir(), "waybill-cli-"));

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("the work sees an open installation, and nothing of it stays open", async () => {
  const use = installationOf({ DATABASE_URL: database.url, WAYBILL_DATA_DIR: dataDir });
  const seen = await use(async ({ db, databaseRole, newId, loadRing, actor }) => {
    await db.pool.query("select 1");
    expect(await openConnections()).toBeGreaterThan(0);
    expect((await loadRing()).current.id).toMatch(/^[0-9a-f]{8}$/);
    return { databaseRole, id: newId("sto"), actor };
  });
  expect(seen).toEqual({
    databaseRole: "server",
    id: expect.stringMatching(/^sto_/),
    actor: expect.stringMatching(/^cli:./),
  });
  expect(statSync(join(dataDir, "secret.key")).mode & 0o777).toBe(0o600);
  await expect.poll(openConnections).toBe(0);
});

test("it is closed too when the work fails, and the failure is passed on", async () => {
  const use = installationOf({ DATABASE_URL: database.url, WAYBILL_DATA_DIR: dataDir });
  await expect(use(() => Promise.reject(new RangeError("no")))).rejects.toThrow(RangeError);
  await expect.poll(openConnections).toBe(0);
});

test("pending migrations stop a command with the command that applies them", async () => {
  const empty = await createEmptyDatabase();
  const use = installationOf({ DATABASE_URL: empty.url, WAYBILL_DATA_DIR: dataDir });
  await expect(use(async () => "done")).rejects.toThrow(/migrations? (is|are) pending\. Run: waybill migrate/);
  await expect(use(async () => "done", "reachable")).resolves.toBe("done");
  await empty.drop();
});

test("a server that is away and settings that are wrong are sentences", async () => {
  const away = installationOf({ DATABASE_URL: "postgres://w:hunter2@127.0.0.1:1/w", WAYBILL_DATA_DIR: dataDir });
  const error = await away(async () => "done").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CommandError);
  expect(String(error)).toMatch(/cannot be reached.*DATABASE_URL/);
  expect(String(error)).not.toContain("hunter2");
  await expect(installationOf({ PORT: "x" })(async () => "done")).rejects.toThrow(CommandError);
});

test("a database that goes away in the middle is a sentence, not a stack", async () => {
  const use = installationOf({ DATABASE_URL: database.url, WAYBILL_DATA_DIR: dataDir });
  const cut = use(({ db }) => db.pool.query("select pg_terminate_backend(pg_backend_pid())"));
  await expect(cut).rejects.toThrow(/went away in the middle/);
});

test("without DATABASE_URL the first process keeps the embedded database, the next one uses it, and none is left", async () => {
  const use = installationOf({ WAYBILL_DATA_DIR: mkdtempSync(join(tmpdir(), "waybill-cli-embedded-")) });
  const roles = await use(
    (outer) => use(async (inner) => [outer.databaseRole, inner.databaseRole], "reachable"),
    "reachable",
  );
  expect(roles).toEqual(["supervisor", "client"]);
  expect(await use(async ({ databaseRole }) => databaseRole, "reachable")).toBe("supervisor");
});

async function openConnections(): Promise<number> {
  const { rows } = await database.db.pool.query<{ count: number }>(
    `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'waybill-cli'`,
  );
  return rows[0]?.count ?? -1;
}
