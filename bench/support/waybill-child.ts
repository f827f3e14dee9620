import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BenchDatabase } from "./bench-database.js";

/** A `waybill` in a process of its own. */
export interface WaybillChild {
  /** Of the process that was started: `node`, or `npm` with it below. */
  readonly pid: number;
  /** What it printed first: the line of JSON by which it says that it is ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Asks it to stop, and waits until it and everything below it has. */
  stop(): Promise<void>;
}

/** Starts `waybill start` with these roles on a benchmark's database, of the source as it is compiled now; other settings are at their defaults. */
export function startRoles(
  { url, directory }: BenchDatabase,
  roles: string,
  settings: Readonly<Record<string, string>>,
): Promise<WaybillChild> {
  const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));
  const options = (process.env.WAYBILL_BENCH_NODE_OPTIONS ?? "").split(" ").filter((option) => option !== "");
  return startWaybillChild([process.execPath, ...options, main, "start", "--json", "--roles", roles], {
    DATABASE_URL: url,
    WAYBILL_DATA_DIR: directory,
    WAYBILL_LOG_LEVEL: "warn",
    PORT: "0",
    ...settings,
  });
}

/**
 * Starts a command that prints a line of JSON when it is ready, with no settings but these, in `directory`.
 * @throws Error when it ends before
 */
export async function startWaybillChild(
  [command = "", ...args]: readonly string[],
  settings: Readonly<Record<string, string>>,
  directory = process.cwd(),
): Promise<WaybillChild> {
  // A group of its own, so that a stop reaches what npm started.
  const child = spawn(command, args, {
    cwd: directory,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => {
    // Standard output is closed when the last process that holds it is gone.
    child.once("close", () => resolve());
  });
  // Ctrl-C does not reach another group by itself.
  const end = () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGTERM");
  };
  const interrupt = () => process.exit(130);
  process.once("exit", end).once("SIGINT", interrupt).once("SIGTERM", interrupt);
  void ended.then(() => process.off("exit", end).off("SIGINT", interrupt).off("SIGTERM", interrupt));
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    ended.then(() => {
      throw new Error(`${[command, ...args].join(" ")} ended before it was ready.`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    ready: JSON.parse(line) as Record<string, unknown>,
    async stop() {
      end();
      await ended;
    },
  };
}
