import type { Command } from "commander";
import { findCarrier } from "../connectors/carriers/registry.js";
import { createMappingReader } from "../normalize/apply-mappings.js";
import { replay } from "../normalize/replay.js";
import type { ReplayDiff } from "../normalize/replay-diff.js";
import type { ReplayScope } from "../normalize/replay-reading.js";
import { CommandError, runCommand } from "./command-error.js";
import { type LongRun, longRunOfProcess } from "./long-run.js";
import { unknownCarrier } from "./normalize.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { plainText, table } from "./table.js";
import type { Terminal } from "./terminal.js";

interface Options {
  readonly carrier?: string;
  readonly since?: string;
  readonly shipment?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `waybill replay`: makes scans and statuses again from the raw bodies, with the parsers and mappings of now. */
export function registerReplay(
  program: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
  longRun: LongRun = longRunOfProcess(),
): void {
  program
    .command("replay")
    .description("read stored carrier messages again and correct what was made of them; nobody is told")
    .option("--carrier <code>", "only messages of this carrier, one of `waybill carriers`")
    .option("--since <date>", "only shipments that were spoken of since this day (UTC) or instant")
    .option("--shipment <id>", "only this shipment, by id or tracking number")
    .option("--dry-run", "say what would change and change nothing")
    .option("--json", "print for programs")
    .action((options: Options) =>
      runCommand(terminal, async () => {
        const scope = readScope(options);
        await use(async ({ db, newId, now, actor }) => {
          const diff = await longRun
            .untilInterrupted((signal) =>
              replay({
                db,
                findCarrier,
                readMappings: createMappingReader(db.pool),
                newId,
                now,
                scope,
                dryRun: options.dryRun === true,
                actor,
                signal,
                onProgress: ({ step, done, total }) => longRun.progress.show(STEPS[step], done, total),
              }),
            )
            .finally(() => longRun.progress.clear());
          if (options.json === true) terminal.print(JSON.stringify(diff));
          else for (const line of describeDiff(diff)) terminal.print(line);
          if (diff.failed > 0) {
            terminal.fail(
              `Not replayed, because writing failed: ${diff.failed} numbers. They are as they were; please report why.`,
            );
          }
          if (diff.stopped) {
            terminal.fail("Stopped before the end. What was replayed stays; run it again for the rest.");
          }
        });
      }),
    );
}

const STEPS = { reading: "reading messages", writing: "replaying numbers" } as const;

function readScope({ carrier, since, shipment }: Options): ReplayScope {
  if (carrier !== undefined && findCarrier(carrier) === null) throw new CommandError(unknownCarrier(carrier));
  if (since !== undefined && shipment !== undefined) {
    throw new CommandError("A shipment is replayed with all its messages: leave --since out, or --shipment.");
  }
  return {
    carrier: carrier ?? null,
    since: since === undefined ? null : readMoment(since),
    shipment: shipment ?? null,
  };
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(\.\d{1,3})?Z)?$/;

function readMoment(text: string): Date {
  const moment = new Date(text);
  // Not every date that reads like one is one: 30 February would silently become March.
  if (MOMENT.test(text) && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text.slice(0, 10))) {
    return moment;
  }
  throw new CommandError("--since must be a day or an instant in UTC, such as 2026-03-02 or 2026-03-02T08:00:00Z.");
}

function describeDiff(diff: ReplayDiff): string[] {
  const { scans, edds } = diff;
  return [
    ...(diff.dryRun ? ["This is a dry run: nothing was changed."] : []),
    `messages read: ${diff.messages}; shipments: ${diff.shipments}`,
    `scans: ${scans.changed} changed, ${scans.added} added, ${scans.removed} removed; delivery dates: ${edds.added} added, ${edds.removed} removed`,
    ...(diff.statuses.length === 0 ? ["No status is different."] : []),
    ...(diff.statuses.length === 0
      ? []
      : table(
          ["from", "to", "shipments"],
          diff.statuses.map(({ from, to, shipments }) => [from, to, String(shipments)]),
        )),
    ...diff.examples.map(({ shipmentId, carrier, trackingNumber, from, to, because }) =>
      plainText(`${shipmentId}, ${carrier} ${trackingNumber}: ${from} -> ${to}, because ${because}`),
    ),
    ...diff.failures.map(({ carrier, trackingNumber, reason }) =>
      plainText(`not replayed: ${carrier} ${trackingNumber}: ${reason}`),
    ),
    ...(diff.unreadable === 0
      ? []
      : [
          `not readable any more, so that their scans stay: ${diff.unreadable} (${diff.unreadableExamples.join(", ")})`,
        ]),
    ...(diff.parked === 0 ? [] : [`parked, so left out: ${diff.parked}. Read them with: waybill parked retry --all`]),
  ];
}
