import type { Command } from "commander";
import { groupBy } from "../domain/group-by.js";
import { requestResend } from "../notify/resend-message.js";
import type { Database } from "../store/database.js";
import { listMessageEvents, type MessageEventRow } from "../store/message-events.js";
import { listMessages, listMessagesInState, type MessageRow } from "../store/messages.js";
import { chooseOrder, chooseStore } from "./choose.js";
import { runCommand } from "./command-error.js";
import { type UseInstallation, useInstallation } from "./open-installation.js";
import { plainText, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

/** The most messages of one state that are listed. */
const MAX_TROUBLED = 200;

interface Options {
  readonly store?: string;
  readonly full?: true;
  readonly json?: true;
}

/** `waybill messages <order>`: what was told to whom, or why not; `waybill messages resend <id>`: send it again. */
export function registerMessages(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  const messages = program
    .command("messages")
    .description("show what an order's customer was told, or why not")
    .argument("[order]", "number or id of the order; without it: every message that is unknown or failed")
    .option("--store <id>", "id or name of the store, where several have that number")
    .option("--full", "show whole recipients")
    .option("--json", "print for programs")
    .action((reference: string | undefined, options: Options) =>
      runCommand(terminal, () =>
        use(async ({ db }) => {
          const order = reference === undefined ? null : await chooseOrder(db, reference, options.store);
          const rows = order === null ? await listTroubled(db, options.store) : await listMessages(db.pool, order.id);
          const ids = rows.map(({ id }) => id);
          const events = groupBy(await listMessageEvents(db.pool, ids), ({ messageId }) => messageId);
          const log = rows.map((row) => toEntry(row, events.get(row.id) ?? [], options.full === true));
          if (options.json === true) {
            const about = order === null ? {} : { orderId: order.id, number: order.number };
            return terminal.print(JSON.stringify({ ...about, messages: log }));
          }
          if (log.length === 0) {
            const none =
              order === null ? "No message is unknown or failed." : `Order ${plainText(order.number)} has no messages.`;
            return terminal.print(none);
          }
          for (const entry of log) for (const line of describeEntry(entry)) terminal.print(line);
        }),
      ),
    );

  messages
    .command("resend")
    .description("send a message again that failed or whose fate is unknown; its Message-ID stays")
    .argument("<messageId>", "id of the message (msg_…)")
    .action((id: string, _options: unknown, command: Command) =>
      runCommand(terminal, () =>
        use(async ({ db, actor }) => {
          await db.transaction((tx) => requestResend(tx, id, actor));
          const { json } = command.optsWithGlobals<{ json?: true }>();
          terminal.print(json === true ? JSON.stringify({ id, state: "queued" }) : `${id} is queued again.`);
        }),
      ),
    );
}

/** What a person may want to send again, of one store or of all. */
async function listTroubled(db: Database, store: string | undefined): Promise<MessageRow[]> {
  const storeId = store === undefined ? null : (await chooseStore(db, store)).id;
  const unknown = await listMessagesInState(db.pool, "unknown", MAX_TROUBLED);
  const failed = await listMessagesInState(db.pool, "failed", MAX_TROUBLED);
  return [...unknown, ...failed].filter((row) => storeId === null || row.storeId === storeId);
}

type Entry = ReturnType<typeof toEntry>;

function toEntry(row: MessageRow, events: readonly MessageEventRow[], full: boolean) {
  const { id, channel, status, subStatus, state, reason, mergedInto, subject, attempts, createdAt } = row;
  return {
    id,
    orderId: row.orderId,
    channel,
    status,
    subStatus,
    state,
    reason: masked(reason, row.recipient, full),
    mergedInto,
    recipient: row.recipient === null || full ? row.recipient : maskRecipient(row.recipient),
    subject,
    attempts,
    createdAt,
    events: events.map(({ kind, detail, at }) => ({ kind, detail: masked(detail, row.recipient, full), at })),
  };
}

/** `jane@example.com` becomes `j…@example.com`, a number keeps its last two digits. */
function maskRecipient(recipient: string): string {
  const at = recipient.lastIndexOf("@");
  return at > 0 ? `${recipient.slice(0, 1)}…${recipient.slice(at)}` : `…${recipient.slice(-2)}`;
}

/** A gateway's words may repeat the address that they refuse. */
function masked(detail: string | null, recipient: string | null, full: boolean): string | null {
  if (detail === null || recipient === null || full) return detail;
  return detail.replaceAll(recipient, maskRecipient(recipient));
}

function describeEntry(entry: Entry): string[] {
  const { id, channel, status, subStatus, state, reason, mergedInto, recipient, subject } = entry;
  const outcome = [state, reason, mergedInto === null ? null : `into ${mergedInto}`].filter((part) => part !== null);
  return [
    `${id}  ${entry.orderId}  ${channel}  ${status}/${subStatus}  ${plainText(outcome.join(": "))}`,
    ...(recipient === null ? [] : [`  to ${plainText(recipient)}${subject === null ? "" : `: ${plainText(subject)}`}`]),
    ...entry.events.map(({ kind, detail, at }) =>
      `  ${utcText(at)}  ${kind.padEnd(16)} ${detail === null ? "" : plainText(detail)}`.trimEnd(),
    ),
  ];
}
