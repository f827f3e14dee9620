import { findCarrier } from "../connectors/carriers/registry.js";
import { findChannel } from "../connectors/channels/registry.js";
import { checkCarrierConnection } from "../ingest/check-carrier.js";
import { checkChannelConnection } from "../notify/check-channel.js";
import { type ConnectionRow, listConnections } from "../store/connections.js";
import { chooseStore } from "./choose.js";
import { CommandError } from "./command-error.js";
import type { Installation } from "./open-installation.js";
import type { Terminal } from "./terminal.js";

/** What came of checking one connection. `kind` is null when all is well. */
interface CheckedConnection {
  readonly id: string;
  readonly storeId: string;
  readonly connector: string;
  readonly ok: boolean;
  readonly kind: string | null;
  readonly sentence: string;
  readonly advice: string | null;
}

/** Checks one connection, or every enabled one of a connector, one after the other. Fails when any of them does. */
export async function checkConnections(
  reference: string,
  options: { readonly store?: string; readonly json?: true },
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
  const chosen = await chooseConnections(reference, options.store, installation);
  const ring = await installation.loadRing();
  const checked: CheckedConnection[] = [];
  for (const connection of chosen) {
    const result = await checkOne(connection, { ...installation, ring });
    checked.push(result);
    if (options.json !== true && result.ok) terminal.print(`ok    ${result.id}  ${result.sentence}`);
  }
  if (options.json === true) terminal.print(JSON.stringify(checked));
  for (const { id, sentence, advice, kind } of checked.filter(({ ok }) => !ok)) {
    terminal.fail(
      [`${id}: ${sentence}`, kind === null ? null : `(${kind})`, advice].filter((part) => part !== null).join(" "),
    );
  }
}

async function chooseConnections(
  reference: string,
  store: string | undefined,
  { db }: Installation,
): Promise<readonly ConnectionRow[]> {
  const storeId = store === undefined ? null : (await chooseStore(db, store)).id;
  const all = await listConnections(db.pool, storeId);
  const byId = all.filter(({ id }) => id === reference);
  const chosen = byId.length > 0 ? byId : all.filter(({ connector, enabled }) => enabled && connector === reference);
  if (chosen.length > 0) return chosen;
  const isConnector = findCarrier(reference) !== null || findChannel(reference) !== null;
  throw new CommandError(
    isConnector
      ? `No enabled connection uses ${reference}. Add one with: waybill connections add ${reference} --store <id>`
      : `There is no connection "${reference.slice(0, 40)}". List them with: waybill connections list`,
  );
}

async function checkOne(
  connection: ConnectionRow,
  context: Installation & { readonly ring: Awaited<ReturnType<Installation["loadRing"]>> },
): Promise<CheckedConnection> {
  const { id, storeId, connector } = connection;
  const about = { id, storeId, connector };
  const carrier = findCarrier(connector);
  if (carrier !== null) {
    const result = await checkCarrierConnection(carrier, connection, context);
    if (result.ok) return { ...about, ok: true, kind: null, sentence: result.sentence, advice: null };
    return { ...about, ok: false, kind: result.kind, sentence: result.sentence, advice: result.advice };
  }
  const channel = findChannel(connector);
  if (channel === null) {
    const sentence = `This release has no connector ${connector}.`;
    return {
      ...about,
      ok: false,
      kind: null,
      sentence,
      advice: "Disable the connection, or start the release that made it.",
    };
  }
  const fault = await checkChannelConnection(channel, connection, context.ring);
  if (fault === null) return { ...about, ok: true, kind: null, sentence: `${channel.name} let us in.`, advice: null };
  const advice = "Check host, port, tls, user and password; mend them with waybill connections update.";
  return { ...about, ok: false, kind: null, sentence: fault, advice };
}
