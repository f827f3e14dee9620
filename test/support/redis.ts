import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../../src/store/embedded/free-port.js";

/** Why a test that needs Redis does not run. */
export const NO_REDIS = "redis-server is not installed; `npm run services` installs it on Debian.";

/** A real Redis of one test, on a free port of 127.0.0.1, that keeps nothing. */
export interface TestRedis {
  readonly url: string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again, empty, on its port. */
  start(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** Where redis-server is on this machine, or null. */
export function findRedis(): string | null {
  return ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].find((path) => existsSync(path)) ?? null;
}

/** Starts Redis. @throws when it is not installed or does not come up */
export async function startRedis(): Promise<TestRedis> {
  const path = findRedis();
  if (path === null) throw new Error(NO_REDIS);
  const port = await findFreePort();
  const directory = await mkdtemp(join(tmpdir(), "waybill-redis-"));
  let server = await launch(path, port, directory);
  return {
    url: `redis://127.0.0.1:${port}`,
    kill: () => end(server),
    async start() {
      server = await launch(path, port, directory);
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    async stop() {
      await end(server);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launch(path: string, port: number, directory: string): Promise<ChildProcess> {
  const settings = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--dir",
    directory,
  ];
  const server = spawn(path, settings, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-10_000);
      if (said.includes("Ready to accept connections")) resolve();
    });
    server.on("exit", () => reject(new Error(`Redis did not come up: ${said}`)));
  });
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => {
    server.once("exit", resolve);
  });
  server.kill("SIGKILL");
  await ended;
}
