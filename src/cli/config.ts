import type { Command } from "commander";
import { describeConfig } from "../runtime/config.js";
import { runCommand } from "./command-error.js";
import { readSettings } from "./open-installation.js";
import { table } from "./table.js";
import type { Terminal } from "./terminal.js";

/** `waybill config`: every setting, what it is now and why. Secrets are said to be set, never shown. Needs no database. */
export function registerConfig(
  program: Command,
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>> = process.env,
): void {
  program
    .command("config")
    .description("show every setting, its value and where it comes from")
    .option("--json", "print for programs")
    .action((options: { json?: true }) =>
      runCommand(terminal, async () => {
        const rows = describeConfig(readSettings(env));
        if (options.json === true) return terminal.print(JSON.stringify(rows));
        const lines = table(
          ["setting", "value", "from"],
          rows.map(({ name, value, source }) => [name, value === "" ? "not set" : value, source]),
        );
        for (const line of lines) terminal.print(line);
      }),
    );
}
