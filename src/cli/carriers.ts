import type { Command } from "commander";
import type { Carrier } from "../connectors/carriers/contract.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { unknownCarrier } from "./normalize.js";
import type { Terminal } from "./terminal.js";

/** `waybill carriers` lists the carriers; `waybill carriers codes <carrier>` what each of their codes means to us. */
export function registerCarriers(program: Command, terminal: Terminal): void {
  const carriers = program
    .command("carriers")
    .description("list the carriers that Waybill can talk to")
    .option("--json", "print for programs")
    .action((options: { json?: true }) => {
      if (options.json === true) terminal.print(JSON.stringify(CARRIERS.map(summary)));
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
