import type { Command } from "commander";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { CHANNELS, findChannel } from "../connectors/channels/registry.js";
import { addConnection } from "../ingest/add-connection.js";
import { credentialVariable } from "../runtime/check-credentials.js";
import type { CredentialField, Credentials } from "../runtime/credentials.js";
import { type KeyRing, SealError } from "../runtime/sealing.js";
import { writeAudit } from "../store/audit-log.js";
import { replaceCredentials, setConnectionEnabled } from "../store/connection-changes.js";
import { type ConnectionRow, findConnection, listConnections } from "../store/connections.js";
import { openCredentials, sealCredentials } from "../store/open-credentials.js";
import { checkConnections } from "./check-connections.js";
import { chooseStore } from "./choose.js";
import { CommandError, runCommand } from "./command-error.js";
import { type Installation, type UseInstallation, useInstallation } from "./open-installation.js";
import { readCredentials } from "./read-credentials.js";
import { table, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

interface AddOptions {
  readonly store?: string;
  readonly label: string;
  readonly set: readonly string[];
  readonly fromStdin?: true;
  readonly json?: true;
}

type UpdateOptions = Pick<AddOptions, "set" | "fromStdin" | "json">;

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
      runCommand(terminal, () => use((installation) => add(connector, options, installation, terminal))),
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
    .description("make a harmless call through a connection and say what is wrong")
    .argument("<connection>", "id of a connection (con_…), or a connector to check all of its connections")
    .option("--store <id>", "only those of this store")
    .option("--json", "print for programs")
    .action((reference: string, options: { store?: string; json?: true }) =>
      runCommand(terminal, () => use((installation) => checkConnections(reference, options, installation, terminal))),
    );

  connections
    .command("update")
    .description("change fields of a connection; its id and push address stay")
    .argument("<connectionId>", "id of the connection (con_…)")
    .option("--set <name=value...>", "fields that are no secrets; an empty value takes one away", [])
    .option("--from-stdin", "read fields from standard input: a JSON object, or name=value lines")
    .option("--json", "print for programs")
    .action((id: string, options: UpdateOptions) =>
      runCommand(terminal, () => use((installation) => update(id, options, installation, terminal))),
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

async function add(code: string, options: AddOptions, installation: Installation, terminal: Terminal): Promise<void> {
  const connector = findConnector(code);
  const { db, env, newId, actor, config } = installation;
  const store = await chooseStore(db, options.store);
  const { fields } = connector;
  const sources = { connector: code, fields, env, fromStdin: options.fromStdin === true, set: options.set };
  const { credentials, variables } = await readCredentials(sources, terminal);
  const ring = await installation.loadRing();
  const id = newId("con");
  const attached = await db.transaction(async (tx) => {
    const label = options.label.trim().slice(0, 100) || connector.name;
    const row = { id, storeId: store.id, family: connector.family, connector: code, label, credentials };
    const count = await addConnection(tx, ring, row);
    const detail = { connector: code };
    await writeAudit(tx, { storeId: store.id, actor, action: "connection.added", subject: id, detail });
    return count;
  });
  const hooks = hookAddresses(config.publicUrl, { id, connector: code });
  if (options.json === true) {
    return terminal.print(
      JSON.stringify({ id, storeId: store.id, connector: code, hooks, variables, shipments: attached }),
    );
  }
  terminal.print(id);
  if (variables.length > 0) terminal.print(`read from the environment: ${variables.join(", ")}`);
  if (hooks !== null) terminal.print(`push address: ${hooks.push}`);
  if (hooks !== null && hooks.token !== null) terminal.print(`token address: ${hooks.token}`);
  if (attached > 0) terminal.print(`${attached} shipments of ${store.name} go through it from now on.`);
  terminal.print(`Check it with: waybill connections check ${id}`);
}

async function list(
  options: { store?: string; json?: true },
  { db, config, now }: Installation,
  terminal: Terminal,
): Promise<void> {
  const store = options.store === undefined ? null : await chooseStore(db, options.store);
  const rows = await listConnections(db.pool, store?.id ?? null);
  if (options.json === true) {
    return terminal.print(
      JSON.stringify(rows.map((row) => ({ ...summary(row), hooks: hookAddresses(config.publicUrl, row) }))),
    );
  }
  if (rows.length === 0) {
    return terminal.print("There is no connection yet. Add one with: waybill connections add <connector> --store <id>");
  }
  const cells = rows.map((row) => [row.id, row.storeId, row.connector, stateOf(row, now()), row.label]);
  for (const line of table(["id", "store", "connector", "state", "label"], cells)) terminal.print(line);
}

async function update(
  id: string,
  options: UpdateOptions,
  { db, env, actor, loadRing }: Installation,
  terminal: Terminal,
): Promise<void> {
  const connection = await findConnection(db.pool, id);
  if (connection === null) throw unknownConnection(id);
  const { connector, storeId } = connection;
  const { fields } = findConnector(connector);
  const ring = await loadRing();
  const kept = openKept(ring, connection);
  const sources = { connector, fields, env, fromStdin: options.fromStdin === true, set: options.set, kept };
  const { credentials, variables } = await readCredentials(sources, terminal);
  const changed = fields.map(({ name }) => name).filter((name) => credentials[name] !== kept[name]);
  await db.transaction(async (tx) => {
    await replaceCredentials(tx, id, sealCredentials(ring, id, credentials));
    await writeAudit(tx, { storeId, actor, action: "connection.updated", subject: id, detail: { fields: changed } });
  });
  if (options.json === true) return terminal.print(JSON.stringify({ id, changed, variables }));
  terminal.print(changed.length === 0 ? "Nothing was changed." : `changed: ${changed.join(", ")}`);
  if (variables.length > 0) terminal.print(`read from the environment: ${variables.join(", ")}`);
}

/** Fields sealed under a key that is gone are gone: all have to be given again. */
function openKept(ring: KeyRing, connection: ConnectionRow): Credentials {
  try {
    return openCredentials(ring, connection);
  } catch (error) {
    if (error instanceof SealError) return {};
    throw error;
  }
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

function unknownConnection(id: string): CommandError {
  return new CommandError(`There is no connection ${id.slice(0, 40)}. List them with: waybill connections list`);
}

/** Where a carrier sends its pushes, and where UPS fetches the token for them; null for what does not push. */
function hookAddresses(publicUrl: string, { id, connector }: Pick<ConnectionRow, "id" | "connector">) {
  const push = findCarrier(connector)?.push;
  if (push === undefined) return null;
  const address = `${publicUrl}/hooks/${connector}/${id}`;
  return { push: address, token: push.token === undefined ? null : `${address}/token` };
}

function stateOf({ enabled, blockedUntil, blockedReason }: ConnectionRow, nowMs: number): string {
  if (!enabled) return "disabled";
  if (blockedUntil === null || blockedUntil.getTime() <= nowMs) return "enabled";
  return `blocked until ${utcText(blockedUntil)} (${blockedReason ?? "no reason noted"})`;
}

function summary({ credentialsSealed: _sealed, ...row }: ConnectionRow): Omit<ConnectionRow, "credentialsSealed"> {
  return row;
}

interface Connector {
  readonly family: "carrier" | "channel";
  readonly name: string;
  readonly fields: readonly CredentialField[];
}

function findConnector(code: string): Connector {
  const carrier = findCarrier(code);
  if (carrier !== null) return { family: "carrier", name: carrier.name, fields: carrier.credentials };
  const channel = findChannel(code);
  if (channel !== null) return { family: "channel", name: channel.name, fields: channel.credentials };
  const known = [...CARRIERS, ...CHANNELS].map((connector) => connector.code).join(", ");
  throw new CommandError(`There is no connector "${code.slice(0, 40)}". There are: ${known}.`);
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
