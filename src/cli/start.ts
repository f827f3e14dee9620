import { type Command, Option } from "commander";
import { startWaybill } from "../compose/start-waybill.js";
import { systemClock } from "../runtime/clock.js";
import { handleProcessEvents } from "../runtime/lifecycle.js";
import { createLogger } from "../runtime/logger.js";
import { runCommand } from "./command-error.js";
import { readSettings, toCommandError } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

/** `waybill start`: runs until a signal, with the roles asked for. */
export function registerStart(program: Command, terminal: Terminal): void {
  program
    .command("start")
    .description("Run Waybill: the intake, the pipeline, messages, pages and the API")
    .addOption(
      new Option(
        "--roles <list>",
        "what this process does, separated by commas (default: WAYBILL_ROLES, else everything)",
      ),
    )
    .option("--json", "print one line { url, roles } when ready")
    .action((options: { roles?: string; json?: boolean }) =>
      runCommand(terminal, async () => {
        const config = readSettings({
          ...process.env,
          ...(options.roles !== undefined && { WAYBILL_ROLES: options.roles }),
        });
        const log = createLogger({ level: config.logLevel });
        const { lifecycle, url } = await startWaybill({ config, log, now: systemClock, migrations: "require" }).catch(
          toCommandError,
        );
        handleProcessEvents({ lifecycle, log, now: systemClock, events: process, exit: (code) => process.exit(code) });
        if (options.json === true) terminal.print(JSON.stringify({ url, roles: config.roles }));
      }),
    );
}
