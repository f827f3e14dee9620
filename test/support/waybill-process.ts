import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const MAIL_CATCHER = fileURLToPath(new URL("../../dist/sandbox/mail-catcher/command.js", import.meta.url));

/** A `waybill` of the built release as a process of its own. */
export interface WaybillProcess {
  readonly child: ChildProcess;
  /** Everything it wrote to standard error so far, bounded. */
  readonly log: () => string;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** A process that is on its way. `firstLine` fails when it ends before it has printed one. */
export interface SpawnedProcess extends WaybillProcess {
  readonly firstLine: Promise<string>;
}

/** Starts `waybill <args>` without waiting for it, so that it can be ended while it starts. */
export function spawnWaybillProcess(args: readonly string[], env: Readonly<Record<string, string>>): SpawnedProcess {
  if (!existsSync(MAIN)) throw new Error("dist/ is missing; `npm run build` makes it (`npm ci` does too).");
  return spawnProcess([MAIN, ...args], env);
}

/** Starts `waybill <args>`; resolves with the first line of standard output, which `--json` commands print when ready. */
export async function startWaybillProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<WaybillProcess & { readonly firstLine: string }> {
  const spawned = spawnWaybillProcess(args, env);
  return { ...spawned, firstLine: await spawned.firstLine };
}

/** Starts the mail catcher as a process of its own. */
export async function startMailCatcherProcess(file: string) {
  const spawned = spawnProcess([MAIL_CATCHER, "--file", file], {});
  const where = JSON.parse(await spawned.firstLine) as { smtpPort: number; httpPort: number; url: string };
  return { ...spawned, ...where };
}

function spawnProcess(args: readonly string[], env: Readonly<Record<string, string>>): SpawnedProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith("WAYBILL_") && name !== "DATABASE_URL" && name !== "REDIS_URL" && name !== "PORT",
    ),
  );
  const child = spawn(process.execPath, args, { env: { ...inherited, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-20_000)));
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once("exit", (code, signal) => resolve(signal ?? code ?? -1)),
  );
  const lines = createInterface({ input: child.stdout });
  const firstLine = Promise.race([
    new Promise<string>((resolve) => lines.once("line", resolve)),
    ended.then((how) => {
      throw new Error(`waybill ${args.slice(1).join(" ")} ended (${how}) before it was ready:\n${log}`);
    }),
  ]);
  // Whoever does not care for the line has not asked to hear that it never came.
  firstLine.catch(() => undefined);
  return { child, ended, firstLine, log: () => log };
}
