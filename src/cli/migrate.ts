import type { Command } from "commander";
import { runCommand } from "./command-error.js";
import { toCommandError, type UseInstallation, useInstallation } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

/** `waybill migrate`: brings the database's schema up to this release. Safe to run again and from several places at once. */
export function registerMigrate(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  program
    .command("migrate")
    .description("bring the database's schema up to this release")
    .option("--json", "print for programs")
    .action((options: { json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db, now }) => {
          const { migrate } = await import("../store/migrate.js");
          const applied = await migrate(db, now()).catch(toCommandError);
          if (options.json === true) return terminal.print(JSON.stringify({ applied }));
          for (const name of applied) terminal.print(`applied ${name}`);
          terminal.print(applied.length === 0 ? "The database is up to date." : "The database is up to date now.");
        }, "reachable"),
      ),
    );
}
