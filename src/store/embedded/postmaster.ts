import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ClusterPaths } from "./cluster-paths.js";
import { type Connection, connectionUrl } from "./connection-file.js";
import { explainFailure } from "./explain-failure.js";
import { pause } from "./pause.js";
import { probeServer } from "./probe-server.js";
import { isPostmasterOf } from "./process-mark.js";
import type { ServerAccount } from "./server-account.js";
import { type BinaryFolder, identityOf, serverEnvironment } from "./server-binaries.js";

/** The first process of a running server. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

/** What it takes to start a server. */
export interface ServerParts {
  readonly paths: ClusterPaths;
  readonly binaries: BinaryFolder;
  readonly account: ServerAccount;
}

/** Recovery after a crash replays at most `max_wal_size`; a slow disk may need minutes. */
const READY_WITHIN_MS = 300_000;
const FAST_STOP_MS = 60_000;
const IMMEDIATE_STOP_MS = 10_000;
const SHOWN_LOG_BYTES = 20_000;

/**
 * The server that runs on this cluster, whoever started it; null when none does. A `postmaster.pid` whose number now
 * belongs to somebody else is removed, since PostgreSQL would take it for a running server.
 */
export async function findPostmaster({ cluster }: ClusterPaths): Promise<Postmaster | null> {
  const file = join(cluster, "postmaster.pid");
  const lines = (await readFile(file, "utf8").catch(() => "")).split("\n");
  // Lines as PostgreSQL's miscadmin.h lists them: process, data directory, start, port, …
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (lines[0] === undefined || lines[0] === "" || !Number.isSafeInteger(pid)) return null;
  // Negative for a server in single-user mode.
  if (isPostmasterOf(Math.abs(pid), cluster)) return { pid: Math.abs(pid), port: Number.isInteger(port) ? port : 0 };
  await rm(file, { force: true });
  return null;
}

/**
 * Starts the server and waits until it takes connections. It listens on 127.0.0.1 alone.
 * @throws DatabaseError | PassingFailure when it ends instead
 */
export async function startPostmaster(parts: ServerParts, connection: Connection): Promise<Postmaster> {
  const { paths, binaries, account } = parts;
  const log = await open(paths.serverLog, "a", 0o600);
  const { size: printedBefore } = await log.stat();
  let server: ChildProcess;
  try {
    server = spawn(join(binaries, "postgres"), ["-D", paths.cluster, ...settings(connection.port)], {
      ...identityOf(account),
      env: serverEnvironment(),
      cwd: "/",
      // A group of its own: a Ctrl-C in the terminal is for us, and the server is stopped last.
      detached: true,
      windowsHide: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    await once(server, "spawn");
  } finally {
    await log.close();
  }
  server.unref();
  const { pid } = server;
  if (pid === undefined) throw explainFailure("", paths);
  const state = await waitUntilReady(connection, () => server.exitCode === null && server.signalCode === null);
  if (state === "ready") return { pid, port: connection.port };
  if (state === "still not ready") await stopPostmaster(parts, { pid, port: connection.port });
  throw explainFailure(await readLog(paths, printedBefore), paths);
}

/** Waits for a server that starts or recovers. */
export async function waitUntilReady(
  connection: Connection,
  isRunning: () => boolean,
): Promise<"ready" | "ended" | "still not ready" | "refused"> {
  for (let waitedMs = 0, pauseMs = 20; waitedMs < READY_WITHIN_MS; waitedMs += pauseMs) {
    const answer = await probeServer(connectionUrl(connection, "postgres"));
    if (answer === "ready" || answer === "refused") return answer;
    if (!isRunning()) return "ended";
    pauseMs = Math.min(pauseMs * 1.3, 500);
    await pause(pauseMs);
  }
  return "still not ready";
}

/** Ends the server: fast (open transactions roll back, everything is written), and at once if that takes too long. */
export async function stopPostmaster({ paths, binaries, account }: ServerParts, { pid }: Postmaster): Promise<void> {
  if (process.platform === "win32") {
    // Windows has no signals; pg_ctl speaks to the server through a pipe.
    const stop = ["stop", "-D", paths.cluster, "-m", "fast", "-w", "-t", String(FAST_STOP_MS / 1000)];
    await promisify(execFile)(join(binaries, "pg_ctl"), stop, { ...identityOf(account), env: serverEnvironment() });
    return;
  }
  if (!signal(paths, pid, "SIGINT") || (await ends(paths, pid, FAST_STOP_MS))) return;
  if (signal(paths, pid, "SIGQUIT")) await ends(paths, pid, IMMEDIATE_STOP_MS);
}

/** Gives the cluster's user the password of `connection`, for when the connection file was lost. No server may run. */
export async function setPassword(
  { paths, binaries, account }: ServerParts,
  { user, password }: Connection,
): Promise<void> {
  const args = ["--single", "-D", paths.cluster, "-c", "log_statement=none", "postgres"];
  const options = { ...identityOf(account), env: serverEnvironment(), cwd: "/", timeout: 120_000 };
  await new Promise<void>((resolve, reject) => {
    const server = execFile(join(binaries, "postgres"), args, options, (error, printed, complaints) => {
      if (error === null && !/ERROR|FATAL|PANIC/.test(complaints)) resolve();
      else reject(explainFailure(`${printed}\n${complaints}`, paths));
    });
    // A server that ends early says why on standard error.
    server.stdin?.on("error", () => undefined);
    // Both are made of letters, digits, - and _ alone.
    server.stdin?.end(`alter role "${user}" password '${password}'\n`);
  });
}

/** The settings that are not for an operator to change. What it prints must hold no personal data. */
function settings(port: number): string[] {
  const fixed = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    password_encryption: "scram-sha-256",
    timezone: "UTC",
    log_timezone: "UTC",
    logging_collector: "off",
    log_error_verbosity: "terse",
    log_min_error_statement: "panic",
    log_parameter_max_length: 0,
    cluster_name: "waybill",
  };
  return Object.entries(fixed).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function signal({ cluster }: ClusterPaths, pid: number, name: NodeJS.Signals): boolean {
  // Looked at once more, so that nobody who got the number meanwhile is hit.
  if (!isPostmasterOf(pid, cluster)) return false;
  process.kill(pid, name);
  return true;
}

async function ends({ cluster }: ClusterPaths, pid: number, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 25) {
    if (!isPostmasterOf(pid, cluster)) return true;
    await pause(25);
  }
  return !isPostmasterOf(pid, cluster);
}

async function readLog({ serverLog }: ClusterPaths, from: number): Promise<string> {
  const { size } = await stat(serverLog);
  const file = await open(serverLog, "r");
  try {
    const start = Math.max(from, size - SHOWN_LOG_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SHOWN_LOG_BYTES), 0, SHOWN_LOG_BYTES, start);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}
