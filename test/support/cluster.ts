import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { clusterPaths } from "../../src/store/embedded/cluster-paths.js";
import { findFreePort } from "../../src/store/embedded/free-port.js";
import { chooseServerAccount } from "../../src/store/embedded/server-account.js";
import { identityOf, prepareBinaries, serverEnvironment } from "../../src/store/embedded/server-binaries.js";

/** A running PostgreSQL for tests; trust on loopback, no durability: nothing here outlives the run. */
export interface TestCluster {
  readonly url: string;
  readonly pid: number;
}

/** Debian's PostgreSQL 15 (`npm run services` installs it), or null. */
export function debianPostgresBin(): string | null {
  const bin = "/usr/lib/postgresql/15/bin";
  return existsSync(join(bin, "postgres")) ? bin : null;
}

/**
 * Makes and starts a throw-away cluster in `directory`, as an unprivileged account when we are root; of the binaries in
 * `bin`, or of those that npm brought.
 */
export async function startTestCluster(bin: string | null, directory: string): Promise<TestCluster> {
  const paths = clusterPaths(directory);
  mkdirSync(paths.home, { recursive: true, mode: 0o755 });
  const account = await chooseServerAccount(paths);
  const binaries = bin ?? (await prepareBinaries(paths, account));
  mkdirSync(paths.cluster, { mode: 0o700 });
  if (account.uid !== undefined && account.gid !== undefined) chownSync(paths.cluster, account.uid, account.gid);
  const as = { ...identityOf(account), env: serverEnvironment(), cwd: "/" };
  const options = ["-U", "waybill", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"];
  execFileSync(join(binaries, "initdb"), ["-D", paths.cluster, ...options], { ...as, stdio: "pipe" });
  const port = await findFreePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: 200,
    timezone: "UTC",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(paths.serverLog, "a");
  const server = spawn(join(binaries, "postgres"), ["-D", paths.cluster, ...args], {
    ...as,
    detached: true,
    stdio: ["ignore", log, log],
  });
  closeSync(log);
  server.unref();
  const url = `postgres://waybill@127.0.0.1:${port}/postgres`;
  await waitUntilReady(url, server);
  return { url, pid: server.pid ?? 0 };
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
