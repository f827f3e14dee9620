import type { Carrier } from "../connectors/carriers/contract.js";
import { findCarrier } from "../connectors/carriers/registry.js";
import { findChannel } from "../connectors/channels/registry.js";
import { type CarrierCheck, checkCarrierConnection, checkCarrierCredentials } from "../ingest/check-carrier.js";
import { checkChannelConnection } from "../notify/check-channel.js";
import { type ConnectionRow, listConnections } from "../store/connections.js";
import { hookAddresses } from "./change-connection.js";
import { chooseStore } from "./choose.js";
import { CommandError } from "./command-error.js";
import type { Installation } from "./open-installation.js";
import { readCredentials, requiredVariables } from "./read-credentials.js";
import type { Terminal } from "./terminal.js";

/** What came of checking one connection, or a carrier without one. `ok` is null when it was skipped. */
interface Checked {
  /** Null for credentials from the environment, which no connection keeps. */
  readonly id: string | null;
  readonly storeId: string | null;
  readonly connector: string;
  readonly ok: boolean | null;
  readonly kind: string | null;
  readonly sentence: string;
  readonly advice: string | null;
  /** Of carriers only, where one was asked. */
  readonly found?: Pick<CarrierCheck, "asked" | "token" | "answer" | "subscribing">;
}

/**
 * Checks one connection, or every enabled one of a connector, one after the other; a carrier that has none by the credentials
 * in the environment, which are not kept, and where there are none either it is skipped with the reason. Fails when any
 * check does.
 */
export async function checkConnections(
  reference: string,
  options: { readonly store?: string; readonly json?: true },
  installation: Installation,
  terminal: Terminal,
): Promise<void> {
  const checked: Checked[] = [];
  const take = (result: Checked) => {
    checked.push(result);
    if (options.json !== true && result.ok !== false) terminal.print(lineOf(result));
  };
  const chosen = await chooseConnections(reference, options.store, installation);
  const carrier = findCarrier(reference);
  if (chosen.length === 0 && carrier !== null) take(await checkUnconnected(carrier, installation, terminal));
  for (const connection of chosen) take(await checkOne(connection, installation));
  if (options.json === true) terminal.print(JSON.stringify(checked));
  for (const { id, connector, sentence, advice, kind } of checked.filter(({ ok }) => ok === false)) {
    const parts = [`${id ?? connector}: ${sentence}`, kind === null ? null : `(${kind})`, advice];
    terminal.fail(parts.filter((part) => part !== null).join(" "));
  }
}

function lineOf({ id, connector, ok, sentence }: Checked): string {
  return `${(ok === null ? "skip" : "ok").padEnd(5)} ${id ?? connector}  ${sentence}`;
}

/** Empty for a carrier without enabled connections. */
async function chooseConnections(
  reference: string,
  store: string | undefined,
  { db }: Installation,
): Promise<readonly ConnectionRow[]> {
  const storeId = store === undefined ? null : (await chooseStore(db, store)).id;
  const all = await listConnections(db.pool, storeId);
  const byId = all.filter(({ id }) => id === reference);
  const chosen = byId.length > 0 ? byId : all.filter(({ connector, enabled }) => enabled && connector === reference);
  if (chosen.length > 0 || findCarrier(reference) !== null) return chosen;
  throw new CommandError(
    findChannel(reference) === null
      ? `There is no connection "${reference.slice(0, 40)}". List them with: waybill connections list`
      : `No enabled connection uses ${reference}. Add one with: waybill connections add ${reference} --store <id>`,
  );
}

/** A carrier by the credentials that the environment gives, as `connections add` would read them. */
async function checkUnconnected(carrier: Carrier, installation: Installation, terminal: Terminal): Promise<Checked> {
  const { code: connector, name, credentials: fields } = carrier;
  const { env, newId, config } = installation;
  const { names, anyGiven } = requiredVariables({ connector, fields, env });
  const about = { id: null, storeId: null, connector };
  if (!anyGiven) {
    const sentence =
      `Nothing was checked: no enabled connection uses ${name}, and its credentials are not in the environment. ` +
      `Set ${names.join(" and ")}, or add a connection with: waybill connections add ${connector} --store <id>`;
    return { ...about, ok: null, kind: null, sentence, advice: null };
  }
  const sources = { connector, fields, env, fromStdin: false, set: [] };
  const { credentials, variables } = await readCredentials(sources, terminal);
  const hooks = hookAddresses(config.publicUrl, { id: newId("con"), connector });
  const result = await checkCarrierCredentials(carrier, credentials, installation, hooks?.push ?? "");
  return resultOf(about, {
    ...result,
    sentence: `${result.sentence} Read from ${variables.join(", ")}; nothing is kept.`,
  });
}

async function checkOne(connection: ConnectionRow, installation: Installation): Promise<Checked> {
  const { id, storeId, connector } = connection;
  const about = { id, storeId, connector };
  const ring = await installation.loadRing();
  const carrier = findCarrier(connector);
  if (carrier !== null) {
    const hookUrl = hookAddresses(installation.config.publicUrl, connection)?.push ?? "";
    return resultOf(about, await checkCarrierConnection(carrier, connection, { ...installation, ring }, hookUrl));
  }
  const channel = findChannel(connector);
  if (channel === null) {
    const sentence = `This release has no connector ${connector}.`;
    const advice = "Disable the connection, or start the release that made it.";
    return { ...about, ok: false, kind: null, sentence, advice };
  }
  const fault = await checkChannelConnection(channel, connection, ring);
  if (fault === null) return { ...about, ok: true, kind: null, sentence: `${channel.name} let us in.`, advice: null };
  const advice = "Check host, port, tls, user and password; mend them with waybill connections update.";
  return { ...about, ok: false, kind: null, sentence: fault, advice };
}

function resultOf(about: Pick<Checked, "id" | "storeId" | "connector">, check: CarrierCheck): Checked {
  const { ok, kind, sentence, advice, asked, token, answer, subscribing } = check;
  return { ...about, ok, kind, sentence, advice, found: { asked, token, answer, subscribing } };
}
