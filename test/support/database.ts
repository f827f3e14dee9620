import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, it } from "vitest";
import { silentLogger } from "../../src/runtime/logger.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { migrate } from "../../src/store/migrate.js";
import { debianPostgresBin, startTestCluster, type TestCluster } from "./cluster.js";

/** A migrated database of its own for one test file. */
export interface TestDatabase {
  readonly url: string;
  readonly db: Database;
  drop(): Promise<void>;
}

export type PostgresKind = "embedded" | "debian-15";

const TEMPLATE = "waybill_template";
const NO_DEBIAN = "PostgreSQL 15 is not installed; `npm run services` installs it on Debian 12.";

/** The servers that are here; all of them in CI, where a missing one fails. */
export function postgresKinds(): PostgresKind[] {
  return debianPostgresBin() === null && process.env.CI !== "true" ? ["embedded"] : ["embedded", "debian-15"];
}

/**
 * Proves the same on every server that we say we run on: the embedded PostgreSQL and the oldest one. Where that is not
 * installed, one skipped test stands for its part and says why.
 */
export function describeEachPostgres(name: string, define: (kind: PostgresKind) => void): void {
  describe(`${name} (embedded PostgreSQL)`, () => define("embedded"));
  describe(`${name} (PostgreSQL 15)`, () => {
    if (debianPostgresBin() !== null) define("debian-15");
    else it("is proved on PostgreSQL 15", ({ skip }) => skip(NO_DEBIAN));
  });
}

/**
 * A copy of the migrated template database. The first caller of the run starts the cluster and builds the template; with
 * `WAYBILL_TEST_DATABASE_URL` that server is used instead of the embedded binaries.
 */
export async function createTestDatabase(kind: PostgresKind = "embedded"): Promise<TestDatabase> {
  const { url: serverUrl } = await withRunLock(kind, () => ensureCluster(kind));
  const name = `waybill_${randomBytes(6).toString("hex")}`;
  await admin(serverUrl, `create database ${name} template ${TEMPLATE}`);
  const url = withDatabase(serverUrl, name);
  const db = await openDatabase({ url, applicationName: "waybill-test", poolSize: 10, log: silentLogger });
  return {
    url,
    db,
    async drop() {
      await db.close();
      await admin(serverUrl, `drop database if exists ${name} with (force)`);
    },
  };
}

/** An empty database on the run's cluster, for what tests migrations themselves. */
export async function createEmptyDatabase(
  kind: PostgresKind = "embedded",
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const { url: serverUrl } = await withRunLock(kind, () => ensureCluster(kind));
  const name = `waybill_${randomBytes(6).toString("hex")}`;
  await admin(serverUrl, `create database ${name}`);
  return {
    url: withDatabase(serverUrl, name),
    drop: () => admin(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function ensureCluster(kind: PostgresKind): Promise<TestCluster> {
  const note = join(runDirectory(), `${kind}.json`);
  if (existsSync(note)) return JSON.parse(readFileSync(note, "utf8")) as TestCluster;
  const given = process.env.WAYBILL_TEST_DATABASE_URL;
  const cluster = kind === "embedded" && given !== undefined ? { url: given, pid: 0 } : await startOwn(kind);
  writeFileSync(note, JSON.stringify(cluster));
  await admin(cluster.url, `drop database if exists ${TEMPLATE} with (force)`);
  await admin(cluster.url, `create database ${TEMPLATE}`);
  const template = await openDatabase({
    url: withDatabase(cluster.url, TEMPLATE),
    applicationName: "waybill-test",
    poolSize: 4,
    log: silentLogger,
  });
  await migrate(template, Date.now());
  await template.close();
  return cluster;
}

function startOwn(kind: PostgresKind): Promise<TestCluster> {
  const bin = kind === "embedded" ? null : debianPostgresBin();
  if (kind === "debian-15" && bin === null) throw new Error(NO_DEBIAN);
  return startTestCluster(bin, join(runDirectory(), kind));
}

async function admin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function runDirectory(): string {
  const directory = process.env.WAYBILL_TEST_DIRECTORY;
  if (directory === undefined)
    throw new Error("Database tests run through vitest with test/support/postgres-setup.ts.");
  return directory;
}

/** Test files run in processes of their own; making a folder is the one thing that only one of them can do. */
async function withRunLock<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const lock = join(runDirectory(), `${name}.lock`);
  const giveUpAt = Date.now() + 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  try {
    return await work();
  } finally {
    rmdirSync(lock);
  }
}
