import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createConnection } from "node:net";
import { findFreePort } from "../../src/store/embedded/free-port.js";

const DEADLINE_MS = 10_000;

/** A Redis of one benchmark, which keeps nothing. */
export interface BenchRedis {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one; null where redis-server is not installed. */
export async function startBenchRedis(): Promise<BenchRedis | null> {
  const server = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].find((path) => existsSync(path));
  if (server === undefined) return null;
  const port = await findFreePort();
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"];
  const child = spawn(server, settings, { stdio: "ignore" });
  const ended = new Promise((resolve) => {
    child.once("exit", resolve);
  });
  const deadlineMs = Date.now() + DEADLINE_MS;
  while (!(await listens(port))) {
    if (child.exitCode !== null || Date.now() > deadlineMs) throw new Error("redis-server did not come up.");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.end());
  });
}
