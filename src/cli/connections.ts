import type { Command } from "commander";
import { CARRIERS } from "../connectors/carriers/registry.js";
import { CHANNELS } from "../connectors/channels/registry.js";
import { credentialVariable } from "../runtime/check-credentials.js";
import { writeAudit } from "../store/audit-log.js";
import { setConnectionEnabled } from "../store/connection-changes.js";
import { type ConnectionRow, listConnections } from "../store/connections.js";
import { readSubscribing, type Subscribing } from "../store/subscription-lookup.js";
import {
  type AddOptions,
  addNewConnection,
  hookAddresses,
  type UpdateOptions,
  unknownConnection,
  updateConnection,
} from "./change-connection.js";
import { checkConnections } from "./check-connections.js";
import { chooseStore } from "./choose.js";
import { runCommand } from "./command-error.js";
import { callsText, debtText, readDebts } from "./describe-polling.js";
import { type Installation, type UseInstallation, useInstallation } from "./open-installation.js";
import { table, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

/** `waybill connections add|list|check|update|enable|disable`: the stores' accounts with outside systems. */
export function registerConnections(
  program: Command,
  terminal: Terminal,
  use: UseInstallation = useInstallation,
): void {
  const connections = program.command("connections").description("connect stores with carriers and mail servers");
  const connectors = [...CARRIERS, ...CHANNELS].map(({ code }) => code).join(", ");

  connections
    .command("add")
    .description("connect a store; secrets come from standard input or the environment")
    .argument("<connector>", connectors)
    .option("--store <id>", "id or name of the store; may be left out where there is only one")
    .option("--label <text>", "what to call it", "")
    .option("--set <name=value...>", "fields that are no secrets", [])
    .option("--from-stdin", "read fields from standard input: a JSON object, or name=value lines")
    .option("--json", "print for programs")
    .addHelpText("after", fieldHelp)
    .action((connector: string, options: AddOptions) =>
      runCommand(terminal, () => use((installation) => addNewConnection(connector, options, installation, terminal))),
    );

  connections
    .command("list")
    .description("list the connections, oldest first, without their secrets")
    .option("--store <id>", "only those of this store")
    .option("--json", "print for programs")
    .action((options: { store?: string; json?: true }) =>
      runCommand(terminal, () => use((installation) => list(options, installation, terminal))),
    );

  connections
    .command("check")
    .description(
      "make a harmless call through a connection, or with the credentials in the environment; say what is wrong",
    )
    .argument(
      "<connection>",
      "id of a connection (con_…), or a connector: all of its connections, else what the environment gives",
    )
    .option("--store <id>", "only those of this store")
    .option("--json", "print for programs")
    .action((reference: string, options: { store?: string; json?: true }) =>
      runCommand(terminal, () => use((installation) => checkConnections(reference, options, installation, terminal))),
    );

  connections
    .command("update")
    .description("change fields or limits of a connection; its id and push address stay")
    .argument("<connectionId>", "id of the connection (con_…)")
    .option("--set <name=value...>", "fields that are no secrets; an empty value takes one away", [])
    .option("--from-stdin", "read fields from standard input: a JSON object, or name=value lines")
    .option(
      "--calls-per-second <rate>",
      "calls that the account may make; 0.2 is one in five seconds; default: what a new one is granted",
    )
    .option("--calls-per-hour <count>", "the same for any hour")
    .option("--calls-per-day <count>", "the same for any 24 hours")
    .option("--poll-batch-size <count>", "numbers to ask about in one call, at most what the carrier takes")
    .option("--json", "print for programs")
    .action((id: string, options: UpdateOptions) =>
      runCommand(terminal, () => use((installation) => updateConnection(id, options, installation, terminal))),
    );

  for (const [name, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const) {
    connections
      .command(name)
      .description(enabled ? "use a connection again" : "stop using a connection; its pushes are refused")
      .argument("<connectionId>", "id of the connection (con_…)")
      .option("--json", "print for programs")
      .action((id: string, options: { json?: true }) =>
        runCommand(terminal, () => use((installation) => switchTo(enabled, id, options, installation, terminal))),
      );
  }
}

async function list(
  options: { store?: string; json?: true },
  { db, config, now }: Installation,
  terminal: Terminal,
): Promise<void> {
  const store = options.store === undefined ? null : await chooseStore(db, options.store);
  const rows = await listConnections(db.pool, store?.id ?? null);
  const debts = await readDebts(db.pool, rows, store?.id ?? null);
  const subscribing = new Map((await readSubscribing(db.pool)).map((entry) => [entry.connectionId, entry.counts]));
  if (options.json === true) {
    return terminal.print(
      JSON.stringify(
        rows.map((row) => ({
          ...summary(row),
          hooks: hookAddresses(config.publicUrl, row),
          polling: debts.get(row.id) ?? null,
          subscriptions: subscribing.get(row.id) ?? null,
        })),
      ),
    );
  }
  if (rows.length === 0) {
    return terminal.print("There is no connection yet. Add one with: waybill connections add <connector> --store <id>");
  }
  const cells = rows.map((row) => [
    row.id,
    row.storeId,
    row.connector,
    stateOf(row, now()),
    countsText(subscribing.get(row.id)),
    callsText(debts.get(row.id)),
    debtText(debts.get(row.id), now()),
    row.label,
  ]);
  for (const line of table(["id", "store", "connector", "state", "numbers", "calls", "due", "label"], cells))
    terminal.print(line);
}

async function switchTo(
  enabled: boolean,
  id: string,
  options: { json?: true },
  { db, actor }: Installation,
  terminal: Terminal,
): Promise<void> {
  await db.transaction(async (tx) => {
    const changed = await setConnectionEnabled(tx, id, enabled);
    if (changed === null) throw unknownConnection(id);
    const action = enabled ? "connection.enabled" : "connection.disabled";
    await writeAudit(tx, { storeId: changed.storeId, actor, action, subject: id });
  });
  terminal.print(
    options.json === true ? JSON.stringify({ id, enabled }) : `${id} is ${enabled ? "enabled" : "disabled"}.`,
  );
}

/** `12 subscribed, 3 failed`; empty where nothing is subscribed through the connection. */
function countsText(counts: Subscribing["counts"] = {}): string {
  return Object.entries(counts)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([state, count]) => `${count} ${state}`)
    .join(", ");
}

function stateOf({ enabled, blockedUntil, blockedReason }: ConnectionRow, nowMs: number): string {
  if (!enabled) return "disabled";
  if (blockedUntil === null || blockedUntil.getTime() <= nowMs) return "enabled";
  return `blocked until ${utcText(blockedUntil)} (${blockedReason ?? "no reason noted"})`;
}

function summary({ credentialsSealed: _sealed, ...row }: ConnectionRow): Omit<ConnectionRow, "credentialsSealed"> {
  return row;
}

/** The fields of every connector with the variables they are read from. */
function fieldHelp(): string {
  const blocks = [...CARRIERS, ...CHANNELS].map(({ code, name, credentials }) => {
    const rows = credentials.map(({ name: field, secret, required, default: fallback, doc }) => [
      `  ${field}`,
      credentialVariable(code, field),
      secret ? "secret" : (fallback ?? (required ? "required" : "")),
      doc,
    ]);
    return [`Fields of ${name} (${code}):`, ...table(["  field", "variable", "default", "what it is"], rows)].join(
      "\n",
    );
  });
  return `\n${blocks.join("\n\n")}`;
}
