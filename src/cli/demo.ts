import type { Command } from "commander";
import { type RunningDemo, startDemo } from "../compose/start-demo.js";
import { systemClock } from "../runtime/clock.js";
import { handleProcessEvents } from "../runtime/lifecycle.js";
import { createLogger } from "../runtime/logger.js";
import { runCommand } from "./command-error.js";
import { readSettings, toCommandError } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

/** `waybill demo`: everything on this machine, with a store whose parcels move while one looks. */
export function registerDemo(program: Command, terminal: Terminal): void {
  program
    .command("demo")
    .description("Run a store with a dozen orders against emulated carriers, on this machine alone")
    .option("--json", "print one line { url, mailUrl, orders: [{ number, trackingUrl }] } when ready")
    .action((options: { json?: boolean }) =>
      runCommand(terminal, async () => {
        const config = readSettings(process.env);
        const log = createLogger({ level: config.sources.logLevel === "default" ? "warn" : config.logLevel });
        const begun = Date.now();
        const progress = (step: string) => {
          if (options.json !== true) terminal.print(`  ${step} …`);
        };
        const demo = await startDemo({ config, log, now: systemClock, progress }).catch(toCommandError);
        handleProcessEvents({
          lifecycle: demo.lifecycle,
          log,
          now: systemClock,
          events: process,
          exit: (code) => process.exit(code),
        });
        if (options.json === true)
          terminal.print(JSON.stringify({ url: demo.url, mailUrl: demo.mailUrl, orders: demo.orders }));
        else terminal.print(describe(demo, (Date.now() - begun) / 1000));
      }),
    );
}

function describe({ url, mailUrl, orders }: RunningDemo, seconds: number): string {
  const pages = orders.map(({ number, trackingUrl }) => `  ${number}  ${trackingUrl}`).join("\n");
  return `
Ready after ${seconds.toFixed(1)} s. Parcels move now: reload a page to follow one.

Tracking pages
${pages}

Mails to the customers  ${mailUrl}
API description         ${url}/openapi.json

Ctrl-C ends it.
`;
}
