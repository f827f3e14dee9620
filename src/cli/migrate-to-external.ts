import { join } from "node:path";
import type { Command } from "commander";
import { readVersion } from "../compose/version.js";
import { CommandError, runCommand } from "./command-error.js";
import { type LongRun, longRunOfProcess } from "./long-run.js";
import { type Installation, toCommandError, type UseInstallation, useInstallation } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

/** `waybill migrate-to-external`: copies the embedded database to a server of the operator's. */
export function registerMigrateToExternal(
  program: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
  longRun: LongRun = longRunOfProcess(),
): void {
  program
    .command("migrate-to-external")
    .argument("<databaseUrl>", "an empty database; its password may come from PGPASSWORD instead")
    .description("copy the embedded database to a PostgreSQL server of yours; stop Waybill first")
    .option("--json", "print for programs")
    .action((databaseUrl: string, options: { json?: true }) =>
      runCommand(terminal, async () => {
        if (!/^postgres(ql)?:\/\//.test(databaseUrl))
          throw new CommandError("The address must look like postgres://user@host:5432/database.");
        await use((installation) => move(terminal, longRun, installation, databaseUrl, options), "reachable");
      }),
    );
}

async function move(
  terminal: Terminal,
  longRun: LongRun,
  { config, db, now, log }: Installation,
  databaseUrl: string,
  options: { json?: true },
): Promise<void> {
  if (config.databaseUrl !== null)
    throw new CommandError(
      "This installation uses the server in DATABASE_URL already. To go to another one, use waybill backup and waybill restore.",
    );
  const { openDatabase } = await import("../store/database.js");
  const { moveDatabase } = await import("../store/backup/move-database.js");
  const target = await openDatabase({ url: databaseUrl, applicationName: "waybill-cli", poolSize: 4, log }).catch(
    (error: unknown) => {
      // The sentence speaks of DATABASE_URL, which is not set yet.
      if (error instanceof Error) error.message = error.message.replace("Check DATABASE_URL", "Check the address");
      return toCommandError(error);
    },
  );
  try {
    const { tables } = await moveDatabase(db, target, {
      waybill: await readVersion(),
      nowMs: now(),
      deadAfterSeconds: config.workerDeadAfterSeconds,
      onRows: (done, total) => longRun.progress.show("copying rows", done, total),
    })
      .catch(toCommandError)
      .finally(() => longRun.progress.clear());
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    const old = join(config.dataDir, "postgres");
    if (options.json === true)
      return terminal.print(JSON.stringify({ rows, tables: tables.length, verified: true, old }));
    terminal.print(`Copied ${rows} rows of ${tables.length} tables, and compared every row on both sides.`);
    terminal.print("Now set DATABASE_URL to that address for every process, then run: waybill doctor");
    terminal.print(`Leave WAYBILL_DATA_DIR and the secret key as they are. On another machine, take the key along.`);
    terminal.print(`${old} was only read and is left alone. Remove it when you are sure, not before.`);
  } finally {
    await target.close();
  }
}
