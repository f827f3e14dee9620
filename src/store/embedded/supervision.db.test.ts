import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CompiledSource, compileSource } from "../../../test/support/compile-source.js";
import { type EmbeddedProcess, openInProcess } from "../../../test/support/embedded-process.js";
import { clusterPaths } from "./cluster-paths.js";
import { findPostmaster } from "./postmaster.js";
import { isPostmasterOf } from "./process-mark.js";

const asRoot = process.getuid?.() === 0;

/** One directory lives through all of this, in this order: making a cluster is the slow part. */
describe("the embedded PostgreSQL of a directory", () => {
  let source: CompiledSource;
  let parent: string;
  let dataDirectory: string;
  const opened: EmbeddedProcess[] = [];

  beforeAll(() => {
    source = compileSource();
    parent = mkdtempSync(join(tmpdir(), "waybill-embedded-"));
    chmodSync(parent, 0o755);
    dataDirectory = join(parent, "data directory");
  });

  afterAll(async () => {
    for (const one of opened) await one.kill();
    const left = await findPostmaster(clusterPaths(dataDirectory));
    if (left !== null) process.kill(left.pid, "SIGQUIT");
    rmSync(parent, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    source.remove();
  });

  async function open(): Promise<EmbeddedProcess> {
    const one = await openInProcess(source.directory, dataDirectory);
    opened.push(one);
    return one;
  }

  async function serverPid(): Promise<number> {
    return (await findPostmaster(clusterPaths(dataDirectory)))?.pid ?? 0;
  }

  it("is made once by processes that start together: one supervises, the others attach", async () => {
    const processes = await Promise.all([open(), open(), open()]);
    expect(processes.map(({ role }) => role).sort()).toEqual(["client", "client", "supervisor"]);
    expect(new Set(processes.map(({ url }) => url)).size).toBe(1);
    const [first] = processes;
    await run(first?.url, "create table kept (word text); insert into kept values ('still here')");
    const settings = await run(
      first?.url,
      "select current_setting('fsync') || current_setting('synchronous_commit') || current_setting('listen_addresses') || current_setting('TimeZone') as all",
    );
    expect(settings).toEqual([{ all: "onon127.0.0.1UTC" }]);
    for (const client of processes.filter(({ role }) => role === "client")) await client.stop();
    expect(await run(first?.url, "select * from kept")).toEqual([{ word: "still here" }]);
  });

  it("keeps its password in a file for its owner alone, and out of every log", () => {
    const paths = clusterPaths(dataDirectory);
    const { password } = JSON.parse(readFileSync(paths.connectionFile, "utf8")) as { password: string };
    expect(statSync(paths.connectionFile).mode & 0o777).toBe(0o600);
    expect(opened.map(({ logged }) => logged).join("")).not.toContain(password);
    expect(readFileSync(paths.serverLog, "utf8")).not.toContain(password);
  });

  it.runIf(asRoot)("runs as an unprivileged account when Waybill is root", async () => {
    const { cluster } = clusterPaths(dataDirectory);
    expect(statSync(cluster).uid).not.toBe(0);
    expect(statSync(`/proc/${await serverPid()}`).uid).toBe(statSync(cluster).uid);
  });

  it("lets nobody in without the password", async () => {
    const url = new URL(opened[0]?.url ?? "");
    url.password = "guess";
    await expect(run(url.href, "select 1")).rejects.toThrow("password authentication failed");
  });

  it("outlives a killed supervisor, and the next process takes it over as it runs, by whatever name it comes", async () => {
    const before = await serverPid();
    await supervisor(opened).kill();
    symlinkSync(dataDirectory, join(parent, "link"));
    const next = await openInProcess(source.directory, join(parent, "link"));
    opened.push(next);
    expect(next.role).toBe("supervisor");
    expect(await serverPid()).toBe(before);
    expect(await run(next.url, "select * from kept")).toEqual([{ word: "still here" }]);
  });

  it("is started again on the same port when it dies", async () => {
    const before = await serverPid();
    const { url } = supervisor(opened);
    process.kill(before, "SIGKILL");
    await expect.poll(() => answers(url), { timeout: 30_000 }).toBe(true);
    expect(await serverPid()).not.toBe(before);
  });

  it("ends with its supervisor", async () => {
    const pid = await serverPid();
    await supervisor(opened).stop();
    expect(isPostmasterOf(pid, clusterPaths(dataDirectory).cluster)).toBe(false);
    expect(await serverPid()).toBe(0);
  });

  it("stays for those that are attached when its supervisor stops: one of them takes over", async () => {
    const first = await open();
    const attached = await open();
    expect([first.role, attached.role]).toEqual(["supervisor", "client"]);
    await first.stop();
    await expect.poll(() => answers(attached.url), { timeout: 30_000 }).toBe(true);
    expect(await run(attached.url, "select * from kept")).toEqual([{ word: "still here" }]);
    await attached.stop();
    expect(await serverPid()).toBe(0);
  });

  it("is not torn from under a process that stays when a short command that supervised it ends", async () => {
    const command = await open();
    const attached = await open();
    const client = new pg.Client({ connectionString: command.url, application_name: "waybill" });
    await client.connect();
    const pid = await serverPid();
    await command.stop();
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    expect(await serverPid()).toBe(pid);
    await client.end();
    // The process that was attached looks after the server now, and ends it with itself.
    const { home } = clusterPaths(dataDirectory);
    const locks = () =>
      readdirSync(home)
        .filter((name) => name.endsWith(".lock"))
        .map((name) => readFileSync(join(home, name), "utf8"));
    await expect.poll(locks, { timeout: 30_000 }).toEqual([expect.stringContaining(`"pid":${attached.pid}`)]);
    await attached.stop();
    expect(await serverPid()).toBe(0);
  });

  it("starts beside a postmaster.pid whose number belongs to a stranger now", async () => {
    const { cluster } = clusterPaths(dataDirectory);
    writeFileSync(join(cluster, "postmaster.pid"), `${process.pid}\n${cluster}\n1700000000\n5432\n\n127.0.0.1\n`);
    const one = await open();
    expect(await run(one.url, "select * from kept")).toEqual([{ word: "still here" }]);
    await one.stop();
  });

  it("gets a new password when the connection file is lost, also under a running server", async () => {
    const before = await open();
    await before.kill();
    rmSync(clusterPaths(dataDirectory).connectionFile);
    const after = await open();
    expect(after.url).not.toBe(before.url);
    expect(await run(after.url, "select * from kept")).toEqual([{ word: "still here" }]);
    await after.stop();
  });

  it.runIf(asRoot)("is refused when it belongs to somebody else", async () => {
    const { cluster } = clusterPaths(dataDirectory);
    const { uid, gid } = statSync(cluster);
    chownSync(cluster, 54_321, 54_321);
    await expect(open()).rejects.toThrow(/belongs to user 54321/);
    chownSync(cluster, uid, gid);
    // Nobody can be asked about a user who is not root: 65534 is `nobody`.
    chmodSync(source.directory, 0o755);
    await expect(openInProcess(source.directory, dataDirectory, { uid: 65_534, gid: 65_534 })).rejects.toThrow(
      /belongs to user 0, and this process runs as user 65534/,
    );
  });

  it("is refused when another major version made it", async () => {
    const file = join(clusterPaths(dataDirectory).cluster, "PG_VERSION");
    writeFileSync(file, "17\n");
    await expect(open()).rejects.toThrow(/was made by PostgreSQL 17, and this release brings PostgreSQL 18/);
    writeFileSync(file, "18\n");
  });

  it.runIf(asRoot)("is not made where the server's account cannot go", async () => {
    const closed = mkdtempSync(join(parent, "closed-"));
    await expect(openInProcess(source.directory, join(closed, "waybill"))).rejects.toThrow(/may not enter .*closed-/);
    expect(existsSync(join(closed, "waybill", "postgres", "data"))).toBe(false);
  });
});

function supervisor(opened: readonly EmbeddedProcess[]): EmbeddedProcess {
  const found = opened.findLast(({ role }) => role === "supervisor");
  if (found === undefined) throw new Error("No process supervises.");
  return found;
}

async function run(url: string | undefined, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function answers(url: string): Promise<boolean> {
  return run(url, "select 1").then(
    () => true,
    () => false,
  );
}
