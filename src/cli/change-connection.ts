import { aggregatorCodes, CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { CHANNELS, findChannel } from "../connectors/channels/registry.js";
import { addConnection } from "../ingest/add-connection.js";
import type { CredentialField, Credentials } from "../runtime/credentials.js";
import { type KeyRing, SealError } from "../runtime/sealing.js";
import { writeAudit } from "../store/audit-log.js";
import { replaceCredentials } from "../store/connection-changes.js";
import { type CallLimitChanges, changeCallLimits } from "../store/connection-limits.js";
import { type ConnectionRow, findConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { openCredentials, sealCredentials } from "../store/open-credentials.js";
import { type LimitOptions, readLimits } from "./change-limits.js";
import { chooseStore } from "./choose.js";
import { CommandError } from "./command-error.js";
import type { Installation } from "./open-installation.js";
import { readCredentials } from "./read-credentials.js";
import type { Terminal } from "./terminal.js";

/** What `connections add` is told beside the connector. */
export interface AddOptions {
  readonly store?: string;
  readonly label: string;
  readonly set: readonly string[];
  readonly fromStdin?: true;
  readonly json?: true;
}

/** What `connections update` is told beside the id. */
export type UpdateOptions = Pick<AddOptions, "set" | "fromStdin" | "json"> & LimitOptions;

/** Adds a connection and prints its id and, for a carrier that pushes, its addresses. @throws CommandError */
export async function addNewConnection(
  code: string,
  options: AddOptions,
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
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
    const count = await addConnection(tx, ring, row, aggregatorCodes());
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

/** Changes fields or limits of a connection; what is not given is kept. @throws CommandError */
export async function updateConnection(
  id: string,
  options: UpdateOptions,
  { db, env, actor, loadRing }: Installation,
  terminal: Terminal,
): Promise<void> {
  const connection = await findConnection(db.pool, id);
  if (connection === null) throw unknownConnection(id);
  const { connector, storeId } = connection;
  const { fields, family } = findConnector(connector);
  const limits = readLimits(options);
  const limitNames = Object.keys(limits);
  if (limitNames.length > 0 && family !== "carrier")
    throw new CommandError(`Only carriers have a budget of calls; ${connector} is none.`);
  if (limitNames.length > 0 && options.set.length === 0 && options.fromStdin !== true) {
    // Credentials stay sealed as they are, so that carriers need not be asked for their pushes anew.
    await db.transaction((tx) => changeLimits(tx, connection, limits, actor));
    if (options.json === true) return terminal.print(JSON.stringify({ id, changed: limitNames, variables: [] }));
    return terminal.print(`changed: ${limitNames.join(", ")}`);
  }
  const ring = await loadRing();
  const kept = openKept(ring, connection);
  const sources = { connector, fields, env, fromStdin: options.fromStdin === true, set: options.set, kept };
  const { credentials, variables } = await readCredentials(sources, terminal);
  const changedFields = fields.map(({ name }) => name).filter((name) => credentials[name] !== kept[name]);
  const changed = [...changedFields, ...limitNames];
  await db.transaction(async (tx) => {
    await changeLimits(tx, connection, limits, actor);
    await replaceCredentials(tx, id, sealCredentials(ring, id, credentials));
    await writeAudit(tx, {
      storeId,
      actor,
      action: "connection.updated",
      subject: id,
      detail: { fields: changedFields },
    });
  });
  if (options.json === true) return terminal.print(JSON.stringify({ id, changed, variables }));
  terminal.print(changed.length === 0 ? "Nothing was changed." : `changed: ${changed.join(", ")}`);
  if (variables.length > 0) terminal.print(`read from the environment: ${variables.join(", ")}`);
}

async function changeLimits(
  tx: Queryable,
  { id, storeId }: ConnectionRow,
  limits: CallLimitChanges,
  actor: string,
): Promise<void> {
  if (Object.keys(limits).length === 0) return;
  await changeCallLimits(tx, id, limits);
  await writeAudit(tx, { storeId, actor, action: "connection.updated", subject: id, detail: { limits } });
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

/** The sentence for a connection that is not there. */
export function unknownConnection(id: string): CommandError {
  return new CommandError(`There is no connection ${id.slice(0, 40)}. List them with: waybill connections list`);
}

/** Where a carrier sends its pushes, and where UPS fetches the token for them; null for what does not push. */
export function hookAddresses(publicUrl: string, { id, connector }: Pick<ConnectionRow, "id" | "connector">) {
  const push = findCarrier(connector)?.push;
  if (push === undefined) return null;
  const address = `${publicUrl}/hooks/${connector}/${id}`;
  return { push: address, token: push.token === undefined ? null : `${address}/token` };
}
