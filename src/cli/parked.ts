import type { Command } from "commander";
import { findParkedMessage, listParkedMessages, retryParkedMessages } from "../store/parked-messages.js";
import { CommandError, runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { plainText, table, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
/** What of a raw body is shown to a person. `--raw` gives all of it. */
const SHOWN_BYTES = 4_000;

/** `waybill parked list|show|retry`: carrier messages that could not be read, until somebody has looked. */
export function registerParked(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const parked = program
    .command("parked")
    .description("look at carrier messages that could not be read, and retry them");

  parked
    .command("list")
    .description("list the parked messages, newest first")
    .option("--limit <count>", `how many, at most ${MAX_LIMIT}`, String(DEFAULT_LIMIT))
    .option("--json", "print for programs")
    .action(({ limit, json }: { limit: string; json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db }) => {
          const rows = await listParkedMessages(db.pool, readLimit(limit));
          if (json === true) return terminal.print(JSON.stringify(rows));
          if (rows.length === 0) return terminal.print("Nothing is parked.");
          const cells = rows.map((row) => [
            row.messageId,
            row.connector,
            row.source,
            utcText(row.parkedAt),
            row.reason,
          ]);
          for (const line of table(["message", "connector", "source", "parked", "reason"], cells)) terminal.print(line);
        }),
      ),
    );

  parked
    .command("show")
    .description("show why a message is parked, and its body")
    .argument("<messageId>", "id of the message, as `parked list` shows it")
    .option("--raw", "write the whole body to standard output, byte for byte")
    .option("--json", "print for programs")
    .action((id: string, { raw, json }: { raw?: true; json?: true }) =>
      runCommand(terminal, () =>
        use(async ({ db }) => {
          const found = await findParkedMessage(db.pool, id);
          if (found === null) throw unknownMessage(id);
          const { body, ...row } = found;
          if (raw === true) return terminal.write(body);
          const text = body.subarray(0, SHOWN_BYTES).toString("utf8");
          const cut = body.length > SHOWN_BYTES;
          if (json === true) return terminal.print(JSON.stringify({ ...row, body: text, bodyCut: cut }));
          terminal.print(`${row.messageId}  ${row.source} of ${row.connector}, connection ${row.connectionId}`);
          terminal.print(`received ${utcText(row.receivedAt)}, parked ${utcText(row.parkedAt)}, ${row.bytes} bytes`);
          terminal.print(`reason: ${plainText(row.reason)}`);
          terminal.print("");
          for (const line of text.split(/\r?\n/)) terminal.print(plainText(line));
          if (cut)
            terminal.print(`… the first ${SHOWN_BYTES} bytes; all of it: waybill parked show ${row.messageId} --raw`);
        }),
      ),
    );

  parked
    .command("retry")
    .description("put parked messages back into the queue")
    .argument("[messageIds...]", "ids of the messages")
    .option("--all", "every parked message")
    .option("--json", "print for programs")
    .action((ids: string[], { all, json }: { all?: true; json?: true }) =>
      runCommand(terminal, async () => {
        if ((all === true) === ids.length > 0) throw new CommandError("Name the messages to retry, or say --all.");
        await use(async ({ db }) => {
          const retried = await retryParkedMessages(db.pool, all === true ? "all" : ids);
          if (retried === 0 && all !== true) throw unknownMessage(ids.join(", "));
          terminal.print(json === true ? JSON.stringify({ retried }) : `${retried} put back into the queue.`);
        });
      }),
    );
}

function readLimit(text: string): number {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new CommandError(`--limit must be a whole number from 1 to ${MAX_LIMIT}.`);
}

function unknownMessage(id: string): CommandError {
  return new CommandError(`No parked message is called ${id.slice(0, 80)}. List them with: waybill parked list`);
}
