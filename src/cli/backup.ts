import { stat } from "node:fs/promises";
import type { Command } from "commander";
import { readVersion } from "../compose/version.js";
import { runCommand } from "./command-error.js";
import { type LongRun, longRunOfProcess } from "./long-run.js";
import { toCommandError, type UseInstallation, useInstallation } from "./open-installation.js";
import { sizeText } from "./size-text.js";
import type { Terminal } from "./terminal.js";

/** `waybill backup`: writes everything of a store to one file, while it goes on. */
export function registerBackup(
  program: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
  longRun: LongRun = longRunOfProcess(),
): void {
  program
    .command("backup")
    .argument("<file>", "a file that is not there yet")
    .description("write the whole database to one file, as it is at one moment, while Waybill runs")
    .option("--json", "print for programs")
    .action((file: string, options: { json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db, config, now }) => {
          const { withSnapshot } = await import("../store/backup/open-snapshot.js");
          const { totalRows } = await import("../store/backup/backup-source.js");
          const { writeBackup } = await import("../store/backup/write-backup.js");
          const made = { waybill: await readVersion(), nowMs: now() };
          const { header, bytes } = await longRun
            .untilInterrupted((signal) =>
              withSnapshot(db, made, async (source) => ({
                header: source.header,
                bytes: await writeBackup(source, file, {
                  signal,
                  onRows: (done, total) => longRun.progress.show("backing up rows", done, total),
                }),
              })),
            )
            .catch(toCommandError)
            .finally(() => longRun.progress.clear());
          const rows = totalRows(header);
          if (options.json === true) {
            const tables = Object.fromEntries(header.tables.map((table) => [table.name, table.rows]));
            terminal.print(
              JSON.stringify({ file, bytes, createdAt: header.createdAt, rows, tables, secretKey: "not in it" }),
            );
            return;
          }
          terminal.print(`Backed up ${rows} rows of ${header.tables.length} tables to ${file} (${sizeText(bytes)}).`);
          terminal.print(
            `The secret key is NOT in it, and without that key neither credentials nor links can be opened. Keep ${await keyPlace(config)} too, in another place.`,
          );
          terminal.print("Customers' names and addresses ARE in it: encrypt it before it leaves this machine.");
        }, "reachable"),
      ),
    );
}

/** Where the installation's key is, for people. */
async function keyPlace(config: { readonly secretKey: Uint8Array | null; readonly dataDir: string }): Promise<string> {
  if (config.secretKey !== null) return "WAYBILL_SECRET_KEY";
  const file = `${config.dataDir}/secret.key`;
  return (await stat(file).catch(() => null)) === null ? "WAYBILL_SECRET_KEY (of the machine that runs Waybill)" : file;
}
