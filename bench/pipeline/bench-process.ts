import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BenchDatabase } from "../support/bench-database.js";

/** A `waybill start` of the source as it is compiled now. */
export interface BenchProcess {
  readonly pid: number;
  /** Where it listens; null when its roles have no door. */
  readonly url: string | null;
  stop(): Promise<void>;
}

/** Starts one with these roles on the benchmark's database, with every other setting at its default. */
export async function startBenchProcess(
  { url, directory }: BenchDatabase,
  roles: string,
  settings: Readonly<Record<string, string>>,
): Promise<BenchProcess> {
  const main = fileURLToPath(new URL("../../src/main.js", import.meta.url));
  const child = spawn(process.execPath, [main, "start", "--json", "--roles", roles], {
    env: {
      PATH: process.env.PATH,
      ...(process.env.WAYBILL_BENCH_NODE_OPTIONS !== undefined && {
        NODE_OPTIONS: process.env.WAYBILL_BENCH_NODE_OPTIONS,
      }),
      DATABASE_URL: url,
      WAYBILL_DATA_DIR: directory,
      WAYBILL_LOG_LEVEL: "warn",
      PORT: "0",
      ...settings,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const lines = createInterface({ input: child.stdout });
  const ready = await Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    ended.then(() => {
      throw new Error("waybill start ended before it was ready.");
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    url: (JSON.parse(ready) as { url: string | null }).url,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
