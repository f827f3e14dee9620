import type { Command } from "commander";
import type { Carrier } from "../connectors/carriers/contract.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { releaseMeaning } from "../normalize/map-code.js";
import { listCodeSightings } from "../store/code-sightings.js";
import { runCommand } from "./command-error.js";
import { registerCodeMappings } from "./map-codes.js";
import { unknownCarrier } from "./normalize.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { plainText, table, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

/** `waybill carriers` lists the carriers, or the codes nobody has mapped; `waybill carriers codes <carrier>` what each known code means. */
export function registerCarriers(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const carriers = program
    .command("carriers")
    .description("list the carriers that Waybill can talk to")
    .option("--unmapped", "list the codes instead that carriers sent and nobody has mapped, most frequent first")
    .option("--json", "print for programs")
    .action(async (options: { json?: true; unmapped?: true }) => {
      if (options.unmapped === true) await listUnmapped(terminal, use, options.json === true);
      else if (options.json === true) terminal.print(JSON.stringify(CARRIERS.map(summary)));
      else for (const carrier of CARRIERS) terminal.print(summaryLine(carrier));
    });

  carriers
    .command("codes")
    .description("list a carrier's documented codes and what they mean")
    .argument("<carrier>", CARRIERS.map((carrier) => carrier.code).join(", "))
    .option("--json", "print for programs")
    .action((code: string, _options: unknown, command: Command) => {
      const carrier = findCarrier(code);
      if (carrier === null) return terminal.fail(unknownCarrier(code));
      const { json } = command.optsWithGlobals<{ json?: true }>();
      if (json === true) return terminal.print(JSON.stringify(carrier.statusCodes));
      for (const { key, status, subStatus } of carrier.statusCodes) {
        terminal.print(`${key.padEnd(16)} ${subStatus === "" ? status : `${status}/${subStatus}`}`);
      }
    });

  registerCodeMappings(carriers, terminal, use);
}

/** An operator looks here after a carrier has changed its codes; more than this many kinds are not looked at one by one. */
const MAX_UNMAPPED = 500;

function listUnmapped(terminal: Terminal, use: UseInstallation, json: boolean): Promise<void> {
  return runCommand(terminal, () =>
    use(async ({ db }) => {
      const seen = await listCodeSightings(db.pool, MAX_UNMAPPED);
      // Sightings stay when a release learns a code.
      const rows = seen.filter((row) => releaseMeaning(row, CARRIERS) === null);
      if (json) return terminal.print(JSON.stringify(rows));
      if (rows.length === 0) return terminal.print("Every code that carriers sent is known.");
      const cells = rows.map((row) => [
        row.carrier,
        plainText(row.code),
        String(row.seen),
        utcText(row.lastSeenAt),
        row.exampleMessageId,
        plainText(row.exampleText),
      ]);
      for (const line of table(["carrier", "code", "seen", "last", "example", "its words"], cells))
        terminal.print(line);
    }),
  );
}

function summary({ code, name, poll, push, statusCodes, credentials }: Carrier) {
  return {
    code,
    name,
    poll: poll === undefined ? null : { batchSize: poll.batchSize },
    push: push !== undefined,
    codes: statusCodes.length,
    credentials: credentials.map(({ name: field, label, secret, required }) => ({
      name: field,
      label,
      secret,
      required,
    })),
  };
}

function summaryLine(carrier: Carrier): string {
  const ways = [carrier.poll && `poll (${carrier.poll.batchSize} at a time)`, carrier.push && "push"].filter(Boolean);
  return `${carrier.code.padEnd(10)} ${carrier.name.padEnd(10)} ${ways.join(", ")}; ${carrier.statusCodes.length} codes`;
}
