import type { Command } from "commander";
import { CARRIERS } from "../connectors/carriers/registry.js";
import { mapCode, releaseMeaning, unmapCode } from "../normalize/map-code.js";
import { type CodeMappingRow, listCodeMappingHistory, listCodeMappings } from "../store/code-mappings.js";
import { runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { plainText, table, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

/** What of the history is shown; nobody maps more by hand. */
const MAX_HISTORY = 1_000;

/** `waybill carriers map|unmap|mappings`: what codes mean that the release does not know, by this installation's word. */
export function registerCodeMappings(
  carriers: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
): void {
  const carrierCodes = CARRIERS.map((carrier) => carrier.code).join(", ");

  carriers
    .command("map")
    .description("say what a carrier's code means that this release does not know, for all stores")
    .argument("<carrier>", carrierCodes)
    .argument("<code>", "the code, as `carriers --unmapped` shows it")
    .argument("<meaning>", "a sub-status such as held or arrived, or information: known, moves nothing")
    .requiredOption("--reason <text>", "how you know, for the record")
    .option("--revokes-delivery", "it moves a shipment even after its delivery")
    .option("--cancels-return", "it takes back a return: the parcel goes to the recipient after all")
    .option("--json", "print for programs")
    .action((carrier: string, code: string, meaning: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<{
        reason: string;
        revokesDelivery?: true;
        cancelsReturn?: true;
        json?: true;
      }>();
      return runCommand(terminal, () =>
        use(async ({ db, actor }) => {
          const request = {
            carrier,
            code,
            meaning,
            reason: options.reason,
            revokesDelivery: options.revokesDelivery === true,
            cancelsReturn: options.cancelsReturn === true,
            actor,
          };
          const change = await db.transaction((tx) => mapCode(tx, request, CARRIERS));
          const replay = replayCommand(carrier);
          if (options.json === true) return terminal.print(JSON.stringify({ carrier, code, ...change, replay }));
          if (!change.changed) return terminal.print(`That is what it means already (version ${change.version}).`);
          terminal.print(`${carrier} ${plainText(code)} means ${meaning} from now on (version ${change.version}).`);
          terminal.print(`Scans that are stored keep their meaning until: ${replay}`);
        }),
      );
    });

  carriers
    .command("unmap")
    .description("take back what was said of a code; it is unmapped again")
    .argument("<carrier>", carrierCodes)
    .argument("<code>", "the code, as `carriers mappings` shows it")
    .requiredOption("--reason <text>", "why, for the record")
    .option("--json", "print for programs")
    .action((carrier: string, code: string, _options: unknown, command: Command) => {
      const { reason, json } = command.optsWithGlobals<{ reason: string; json?: true }>();
      return runCommand(terminal, () =>
        use(async ({ db, actor }) => {
          const change = await db.transaction((tx) => unmapCode(tx, { carrier, code, reason, actor }));
          const replay = replayCommand(carrier);
          if (json === true) return terminal.print(JSON.stringify({ carrier, code, ...change, replay }));
          terminal.print(`${carrier} ${plainText(code)} is unmapped from now on (version ${change.version}).`);
          terminal.print(`Scans that are stored keep their meaning until: ${replay}`);
        }),
      );
    });

  carriers
    .command("mappings")
    .description("list the codes that this installation mapped, and those that the release knows by now")
    .option("--history", "list every version instead, newest first, with who and why")
    .option("--json", "print for programs")
    .action((_options: unknown, command: Command) => {
      const { history, json } = command.optsWithGlobals<{ history?: true; json?: true }>();
      return runCommand(terminal, () =>
        use(async ({ db }) => {
          const rows = await (history === true
            ? listCodeMappingHistory(db.pool, MAX_HISTORY)
            : listCodeMappings(db.pool));
          const mappings = rows.map((row) => ({ ...row, releaseSays: releaseMeaning(row, CARRIERS) }));
          if (json === true) return terminal.print(JSON.stringify(mappings));
          if (mappings.length === 0)
            return terminal.print(history === true ? "No code was ever mapped here." : "No code is mapped here.");
          const cells = mappings.map((row) => [
            row.carrier,
            plainText(row.code),
            String(row.version),
            meaningText(row),
            utcText(row.createdAt),
            row.actor,
            plainText(row.releaseSays === null ? row.reason : `the release says ${row.releaseSays} and wins`),
          ]);
          for (const line of table(["carrier", "code", "version", "means", "since", "by", "reason"], cells))
            terminal.print(line);
        }),
      );
    });
}

function meaningText({ meaning, subStatus, revokesDelivery, cancelsReturn }: CodeMappingRow): string {
  const flags = [revokesDelivery && "revokes delivery", cancelsReturn && "cancels return"].filter(Boolean);
  return [subStatus ?? meaning, ...flags].join(", ");
}

function replayCommand(carrier: string): string {
  return `waybill replay --carrier ${carrier}`;
}
