import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A `waybill` in a process of its own. */
export interface WaybillChild {
  readonly pid: number;
  /** What it printed first: the line of JSON by which it says that it is ready. */
  readonly ready: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/**
 * Starts `node <main> <args>` with no settings but these; resolves when it says that it is ready.
 * @throws Error when it ends before
 */
export async function startWaybillChild(
  main: string,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<WaybillChild> {
  const child = spawn(process.execPath, [main, ...args, "--json"], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const lines = createInterface({ input: child.stdout });
  const line = await Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    ended.then(() => {
      throw new Error(`waybill ${args.join(" ")} ended before it was ready.`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    ready: JSON.parse(line) as Record<string, unknown>,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
