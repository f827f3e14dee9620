import { spawnSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWaybillChild, type WaybillChild } from "../support/waybill-child.js";
import { cpuSecondsOfFamily } from "./process-family.js";

const MAIN = "dist/main.js";

/** Seconds from a command to its first page, and the CPU seconds of it and its PostgreSQL until then: they are the same beside neighbours. */
export interface StartTime {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** Runs `npm run demo` in a new data directory, then again with what that left, each time until a tracking page is shown. */
export function timeDemo(release: string): Promise<{ readonly first: StartTime; readonly again: StartTime }> {
  return withDataDirectory(async (settings, directory) => {
    const start = () =>
      timeStart({
        release,
        command: ["npm", "run", "--silent", "demo", "--", "--json"],
        settings,
        cluster: join(directory, "demo/postgres/data"),
        firstPage: ({ orders }) => (orders as readonly { readonly trackingUrl: string }[])[0]?.trackingUrl ?? "",
      });
    return { first: await start(), again: await start() };
  });
}

/**
 * Runs `waybill migrate` in a new data directory, then `waybill start` with all roles until `/readyz` answers 200.
 * `whileIdle` sees it before it is stopped.
 */
export function timeWaybill(
  release: string,
  whileIdle?: (nodePid: number, cluster: string) => Promise<void>,
): Promise<{ readonly migrateSeconds: number; readonly start: StartTime }> {
  return withDataDirectory(async (settings, directory) => {
    const migrateSeconds = timeMigrate(release, settings);
    const start = await timeStart({
      release,
      command: [process.execPath, MAIN, "start", "--json"],
      settings: { ...settings, WAYBILL_LOG_LEVEL: "warn" },
      cluster: join(directory, "postgres/data"),
      firstPage: ({ url }) => `${String(url)}/readyz`,
      whileIdle,
    });
    return { migrateSeconds, start };
  });
}

type Settings = Readonly<Record<string, string>>;

function timeMigrate(release: string, settings: Settings): number {
  const begunMs = performance.now();
  const { status } = spawnSync(process.execPath, [MAIN, "migrate"], {
    cwd: release,
    env: { PATH: process.env.PATH, ...settings },
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`waybill migrate ended with ${String(status)}.`);
  return (performance.now() - begunMs) / 1000;
}

async function timeStart(start: {
  readonly release: string;
  readonly command: readonly string[];
  readonly settings: Settings;
  readonly cluster: string;
  /** The address of the first page, from what the command printed when it was ready. */
  readonly firstPage: (ready: WaybillChild["ready"]) => string;
  readonly whileIdle?: ((nodePid: number, cluster: string) => Promise<void>) | undefined;
}): Promise<StartTime> {
  const begunMs = performance.now();
  const child = await startWaybillChild(start.command, start.settings, start.release);
  try {
    const { status } = await fetch(start.firstPage(child.ready));
    const seconds = (performance.now() - begunMs) / 1000;
    if (status !== 200) throw new Error(`The first page answered ${status}.`);
    const cpuSeconds = cpuSecondsOfFamily(child.pid, start.cluster);
    await start.whileIdle?.(child.pid, start.cluster);
    return { seconds, cpuSeconds };
  } finally {
    await child.stop();
  }
}

async function withDataDirectory<Result>(
  work: (settings: Settings, directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = await mkdtemp(join(tmpdir(), "waybill-bench-"));
  // Root's PostgreSQL runs as another user, who has to get in.
  await chmod(directory, 0o711);
  try {
    const settings = { WAYBILL_DATA_DIR: directory, PORT: "0", HOME: directory, npm_config_update_notifier: "false" };
    return await work(settings, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
