import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { CARRIERS } from "../connectors/carriers/registry.js";
import type { Clock } from "../runtime/clock.js";
import type { Config } from "../runtime/config.js";
import type { Lifecycle } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/logger.js";
import { startSandbox } from "../sandbox/sandbox.js";
import { type DemoLink, fillDemoStore } from "./demo-store.js";
import { type RunningWaybill, startWaybill } from "./start-waybill.js";

/** A running demo. */
export interface RunningDemo {
  readonly url: string;
  readonly mailUrl: string;
  readonly orders: readonly DemoLink[];
  readonly lifecycle: Lifecycle;
}

export interface DemoOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly now: Clock;
  /** Called as the preparation goes on, with a few words. */
  readonly progress: (step: string) => void;
}

/**
 * Starts everything on this machine: an embedded PostgreSQL of its own, Waybill with all roles, the emulated carriers, a
 * mail catcher as a process of its own, and a store whose parcels move. Each start begins anew.
 */
export async function startDemo({ config: given, log, now, progress }: DemoOptions): Promise<RunningDemo> {
  const config: Config = { ...given, databaseUrl: null, dataDir: join(given.dataDir, "demo") };
  progress("Starting PostgreSQL and Waybill");
  const waybill = await startWaybill({ config, log, now, migrations: "anew" });
  const { lifecycle } = waybill;
  try {
    return await startShop(waybill, { config, log, now, progress });
  } catch (error) {
    await lifecycle.stop("the demo could not be prepared");
    throw error;
  }
}

async function startShop(waybill: RunningWaybill, { config, log, now, progress }: DemoOptions): Promise<RunningDemo> {
  const { lifecycle, workshop, url } = waybill;
  if (url === null) throw new Error("The demo runs every role, so it has a door.");
  progress("Starting the mail catcher");
  const catcher = await startMailCatcher(join(config.dataDir, "mails.jsonl"));
  lifecycle.onStop("mail catcher", () => endChild(catcher.child));
  progress("Starting the emulated carriers");
  const sandbox = await startSandbox({ now, log });
  lifecycle.onStop("sandbox", () => sandbox.stop());
  progress("Taking a dozen orders in");
  const orders = await fillDemoStore({
    workshop,
    sandbox,
    url,
    smtpPort: catcher.smtpPort,
    orders: {
      db: workshop.db,
      newId: workshop.newId,
      now,
      newsMaxAgeHours: config.newsMaxAgeHours,
      carriers: CARRIERS,
    },
  });
  return { url: waybill.publicUrl, mailUrl: catcher.url, orders, lifecycle };
}

interface MailCatcherProcess {
  readonly child: ChildProcess;
  readonly smtpPort: number;
  readonly url: string;
}

/** Resolves when the catcher prints that it is ready. It ends with us, since its work is to serve us. */
async function startMailCatcher(file: string): Promise<MailCatcherProcess> {
  const command = fileURLToPath(new URL("../sandbox/mail-catcher/command.js", import.meta.url));
  const child = spawn(process.execPath, [command, "--file", file], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    const ready: unknown = JSON.parse(line);
    if (typeof ready === "object" && ready !== null && "smtpPort" in ready && "url" in ready) {
      return { child, smtpPort: Number(ready.smtpPort), url: String(ready.url) };
    }
  }
  throw new Error("The mail catcher ended before it was ready.");
}

function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}
