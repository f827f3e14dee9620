import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from "node:fs";
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

/** A PostgreSQL of one test, durable, which goes away and comes back on its port. */
export interface FailingCluster {
  readonly url: string;
  /** Ends its connections and itself, in order. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** All of its processes keep their connections and answer nothing. */
  freeze(): void;
  thaw(): void;
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
  const { url, launch } = await makeCluster(bin, directory);
  const server = await launch({ fsync: "off", synchronous_commit: "off", full_page_writes: "off" });
  return { url, pid: server.pid ?? 0 };
}

/** As above, but durable, and to be stopped and started again. Whoever starts it stops it. */
export async function startFailingCluster(directory: string): Promise<FailingCluster> {
  const { url, launch } = await makeCluster(null, directory);
  let server = await launch({});
  const isGone = () => server.exitCode !== null || server.signalCode !== null;
  const signal = (name: NodeJS.Signals) => {
    const { pid } = server;
    if (pid !== undefined && !isGone()) for (const one of [pid, ...childrenOf(pid)]) process.kill(one, name);
  };
  return {
    url,
    async stop() {
      if (isGone()) return;
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
    },
    async start() {
      server = await launch({});
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
  };
}

interface MadeCluster {
  readonly url: string;
  readonly launch: (durability: Readonly<Record<string, string>>) => Promise<ChildProcess>;
}

async function makeCluster(bin: string | null, directory: string): Promise<MadeCluster> {
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
  const url = `postgres://waybill@127.0.0.1:${port}/postgres`;
  return {
    url,
    async launch(durability) {
      const settings = {
        port,
        listen_addresses: "127.0.0.1",
        unix_socket_directories: "",
        max_connections: 200,
        timezone: "UTC",
        ...durability,
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
      await waitUntilReady(url, server);
      return server;
    },
  };
}

/** The fourth field of `/proc/<pid>/stat` is the parent; the second, in brackets, may hold spaces. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
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
