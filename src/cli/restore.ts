import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import type { BackupHeader } from "../store/backup/backup-source.js";
import { runCommand } from "./command-error.js";
import { type LongRun, longRunOfProcess } from "./long-run.js";
import { type Installation, toCommandError, type UseInstallation, useInstallation } from "./open-installation.js";
import { table } from "./table.js";
import type { Terminal } from "./terminal.js";

interface Options {
  readonly check?: true;
  readonly replace?: true;
  readonly force?: true;
  readonly json?: true;
}

/** Whether what is sealed in a restored database can be opened here. */
type KeyFinding = "opens" | "does not open" | "missing" | "nothing sealed";

/** `waybill restore`: makes the database what a backup holds, or leaves it as it is. */
export function registerRestore(
  program: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
  longRun: LongRun = longRunOfProcess(),
): void {
  program
    .command("restore")
    .argument("<file>", "a file that `waybill backup` wrote")
    .description("check a backup, and bring it into an empty database, whole or not at all")
    .option(
      "--check",
      "read the file, say what it holds and whether it is whole, and do nothing else; needs no database",
    )
    .option("--replace", "throw away what the database holds now")
    .option("--force", "even while Waybill runs on that database")
    .option("--json", "print for programs")
    .action((file: string, options: Options) =>
      runCommand(terminal, async () => {
        if (options.check === true) return checkFile(terminal, longRun, file, options);
        await use((installation) => restore(terminal, longRun, installation, file, options), "reachable");
      }),
    );
}

async function checkFile(terminal: Terminal, longRun: LongRun, file: string, options: Options): Promise<void> {
  const { header } = await openWhole(longRun, file);
  if (options.json === true) return terminal.print(JSON.stringify({ file, whole: true, ...header }));
  for (const line of describe(header)) terminal.print(line);
  terminal.print("The file is whole.");
}

async function restore(
  terminal: Terminal,
  longRun: LongRun,
  { db, config, loadRing, now }: Installation,
  file: string,
  options: Options,
): Promise<void> {
  const { restoreDatabase } = await import("../store/backup/restore-database.js");
  const { countUnopenable } = await import("../store/backup/check-sealed.js");
  const source = await openWhole(longRun, file);
  const migrated = await restoreDatabase(db, source, {
    nowMs: now(),
    replace: options.replace === true,
    force: options.force === true,
    deadAfterSeconds: config.workerDeadAfterSeconds,
    onRows: (done, total) => longRun.progress.show("restoring rows", done, total),
  })
    .catch(toCommandError)
    .finally(() => longRun.progress.clear());
  // A key that is made now opens nothing, and would stand where the old one belongs.
  const hasKey = config.secretKey !== null || (await exists(join(config.dataDir, "secret.key")));
  const { sealed, unopenable } = await countUnopenable(db.pool, hasKey ? await loadRing() : null);
  const finding: KeyFinding =
    sealed === 0 ? "nothing sealed" : !hasKey ? "missing" : unopenable > 0 ? "does not open" : "opens";
  const { tables, createdAt, waybill } = source.header;
  const rows = tables.reduce((sum, each) => sum + each.rows, 0);
  if (options.json === true) {
    terminal.print(
      JSON.stringify({ file, createdAt, waybill, rows, migrated, secretKey: finding, sealed, unopenable }),
    );
    return;
  }
  for (const line of describe(source.header)) terminal.print(line);
  for (const name of migrated) terminal.print(`applied ${name}`);
  terminal.print(`Restored ${rows} rows. The database is as it was on ${createdAt}.`);
  for (const line of adviseOnKey(finding, unopenable, sealed, config.dataDir)) terminal.print(line);
}

async function openWhole(longRun: LongRun, file: string) {
  const { openBackup } = await import("../store/backup/read-backup.js");
  return longRun
    .untilInterrupted((signal) =>
      openBackup(file, {
        signal,
        onBytes: (done, total) => longRun.progress.show("checking the file, bytes", done, total),
      }),
    )
    .catch(toCommandError)
    .finally(() => longRun.progress.clear());
}

function describe({ createdAt, waybill, postgres, migrations, tables }: BackupHeader): string[] {
  return [
    `Made ${createdAt} by Waybill ${waybill} on PostgreSQL ${postgres}, at ${migrations.at(-1)?.name}.`,
    ...table(
      ["table", "rows"],
      tables.map(({ name, rows }) => [name, String(rows)]),
    ),
  ];
}

function adviseOnKey(finding: KeyFinding, unopenable: number, sealed: number, dataDir: string): string[] {
  if (finding === "nothing sealed") return [];
  if (finding === "opens") return ["The secret key of this installation opens the credentials of its connections."];
  const file = join(dataDir, "secret.key");
  return finding === "missing"
    ? [
        `WARNING: there is no secret key here. Before you start Waybill, put the one of the old installation into ${file} (mode 0600) or WAYBILL_SECRET_KEY: without it the credentials of ${sealed} connections and all links sent are lost.`,
      ]
    : [
        `WARNING: the secret key here does not open the credentials of ${unopenable} of ${sealed} connections. Put the key of the old installation into WAYBILL_SECRET_KEY or ${file}. If it is lost, enter the credentials again with: waybill connections update <id> --from-stdin`,
      ];
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
