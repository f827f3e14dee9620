import type { Command } from "commander";
import { type Carrier, CarrierCallError, UnreadableBodyError } from "../connectors/carriers/contract.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { chooseCandidate, detectCarriers } from "../domain/detect-carriers.js";
import { describeListening, type Listening } from "../domain/listening.js";
import { askCarrier } from "../ingest/ask-carrier.js";
import { PUSH_SILENT_AFTER_HOURS } from "../ingest/cadence-table.js";
import { trackingNumber as trackingNumberSchema } from "../orders/new-order.js";
import { SealError } from "../runtime/sealing.js";
import { type ConnectionRow, findStoreConnection } from "../store/connections.js";
import { findShipmentsByNumber } from "../store/shipment-lookup.js";
import type { ShipmentRow } from "../store/shipments.js";
import { listStores } from "../store/stores.js";
import { readListening } from "../store/subscription-lookup.js";
import { chooseStore } from "./choose.js";
import { CommandError, runCommand } from "./command-error.js";
import { describeEdd, describeTracking } from "./describe-tracking.js";
import { unknownCarrier } from "./normalize.js";
import { type NormalizedReport, normalizeBody } from "./normalize-body.js";
import { type Installation, type UseInstallation, useInstallation } from "./open-installation.js";
import { plainText, utcText } from "./table.js";
import type { Terminal } from "./terminal.js";

interface Options {
  readonly carrier?: string;
  readonly store?: string;
  readonly json?: true;
}

/** `waybill track <number>`: what the carrier says now, through the store's connection, and what is stored here. */
export function registerTrack(program: Command, terminal: Terminal, use: UseInstallation = useInstallation): void {
  program
    .command("track")
    .description("ask the carrier about a number now, and show what is stored of it")
    .argument("<number>", "tracking number; blanks and dashes do not matter")
    .option("--carrier <code>", "code of the carrier, one of `waybill carriers` (default: by the number's format)")
    .option("--store <id>", "id or name of the store whose connection to use")
    .option("--json", "print for programs, in the shape of `waybill normalize`")
    .action((number: string, options: Options) =>
      runCommand(terminal, () => use((installation) => track(number, options, installation, terminal))),
    );
}

async function track(number: string, options: Options, installation: Installation, terminal: Terminal): Promise<void> {
  const trackingNumber = readNumber(number);
  const { db } = installation;
  const named = options.carrier === undefined ? null : namedCarrier(options.carrier);
  const store = options.store === undefined ? null : await chooseStore(db, options.store);
  const carriers = (named === null ? CARRIERS : [named]).map(({ code }) => code);
  const stored = await findShipmentsByNumber(db.pool, trackingNumber, { storeId: store?.id ?? null, carriers });
  const carrier = named ?? chooseCarrier(trackingNumber, stored);
  const ours = stored.filter((shipment) => shipment.carrier === carrier.code);
  const storeIds = store === null ? await likelyStores(installation, ours) : [store.id];
  if (options.json !== true) await printStored(ours, installation, terminal);

  const connection = await findConnectionOf(installation, carrier, storeIds);
  if (connection === null) {
    throw new CommandError(
      `No store has an enabled connection to ${carrier.name}, so it cannot be asked. Add one with: waybill connections add ${carrier.code} --store <id>`,
    );
  }
  const query = { trackingNumber, carrierUniqueId: null, shipDate: ours[0]?.shipDate ?? null };
  const report = await ask(carrier, connection, query, installation);
  if (options.json === true) return terminal.print(JSON.stringify(report));
  if (ours.length > 0) terminal.print("");
  for (const tracking of report.trackings) for (const line of describeTracking(tracking)) terminal.print(line);
  for (const { kind, carrierCode, carrierText } of report.notices) {
    terminal.print(`${carrier.name} cannot tell (${kind}): ${plainText(`${carrierCode} ${carrierText}`.trim())}`);
  }
  if (report.trackings.length + report.notices.length === 0)
    terminal.print(`${carrier.name} says nothing about this number.`);
}

function readNumber(text: string): string {
  const read = trackingNumberSchema.safeParse(text);
  if (read.success) return read.data;
  throw new CommandError("A tracking number has 5 to 40 letters and digits; blanks and dashes do not count.");
}

function namedCarrier(code: string): Carrier {
  const carrier = findCarrier(code);
  if (carrier === null) throw new CommandError(unknownCarrier(code));
  return carrier;
}

/** What is registered decides before the format does. */
function chooseCarrier(trackingNumber: string, stored: readonly ShipmentRow[]): Carrier {
  const registered = CARRIERS.filter(({ code }) => stored.some((shipment) => shipment.carrier === code));
  const [only, another] = registered;
  if (only !== undefined && another === undefined) return only;
  const detected = only === undefined ? detectCarriers(trackingNumber, CARRIERS) : [];
  const chosen = chooseCandidate(detected);
  if (chosen !== null) return namedCarrier(chosen.carrier);
  const codes = [...registered.map(({ code }) => code), ...detected.map(({ carrier }) => carrier)];
  const known = (codes.length === 0 ? CARRIERS.map(({ code }) => code) : codes).join(", ");
  const reason = codes.length === 0 ? "No carrier's format fits this number" : "Several carriers have such numbers";
  throw new CommandError(`${reason}: say whose it is with --carrier (${known}).`);
}

/** The stores that know the number; where none does, all. */
async function likelyStores({ db }: Installation, stored: readonly ShipmentRow[]): Promise<readonly string[]> {
  if (stored.length > 0) return [...new Set(stored.map(({ storeId }) => storeId))];
  return (await listStores(db.pool)).map(({ id }) => id);
}

async function findConnectionOf(
  { db }: Installation,
  carrier: Carrier,
  storeIds: readonly string[],
): Promise<ConnectionRow | null> {
  for (const storeId of storeIds) {
    const connection = await findStoreConnection(db.pool, storeId, carrier.code);
    if (connection !== null) return connection;
  }
  return null;
}

async function ask(
  carrier: Carrier,
  connection: ConnectionRow,
  query: Parameters<typeof askCarrier>[2],
  installation: Installation,
): Promise<NormalizedReport> {
  const ring = await installation.loadRing();
  try {
    return normalizeBody(carrier, await askCarrier(carrier, connection, query, { ...installation, ring }));
  } catch (error) {
    const told =
      error instanceof CarrierCallError || error instanceof UnreadableBodyError || error instanceof SealError;
    if (!told) throw error;
    throw new CommandError(`${error.message} Find out why with: waybill connections check ${connection.id}`);
  }
}

async function printStored(
  shipments: readonly ShipmentRow[],
  { db, now }: Installation,
  terminal: Terminal,
): Promise<void> {
  const ids = shipments.map(({ id }) => id);
  const facts = await readListening(db.pool, ids);
  for (const shipment of shipments) {
    terminal.print(describeStored(shipment));
    const known = facts.get(shipment.id);
    if (known !== undefined)
      terminal.print(
        `  ${listeningText(describeListening(known, { nowMs: now(), pushSilentAfterMs: PUSH_SILENT_AFTER_HOURS * 3_600_000 }))}`,
      );
  }
}

function listeningText({ state, reason, expiresAt, pushHeardAt }: Listening): string {
  if (state === "none") return `nobody listens: ${reason ?? ""}`;
  const since = pushHeardAt === null ? "nothing pushed yet" : `last push ${utcText(pushHeardAt)}`;
  if (state !== "subscribed") return `${state}: ${plainText(reason ?? "")}`;
  return `subscribed ${expiresAt === null ? "for good" : `until ${utcText(expiresAt)}`}, ${since}`;
}

function describeStored(shipment: ShipmentRow): string {
  const { status, subStatus, statusSince, eddFrom, eddTo, eddWindowFrom, eddWindowTo, eddSource } = shipment;
  const edd = { from: eddFrom ?? "", to: eddTo ?? eddFrom ?? "", windowFrom: eddWindowFrom, windowTo: eddWindowTo };
  return [
    `stored: ${shipment.id}`,
    shipment.orderId === null ? "without order" : `order ${shipment.orderId}`,
    status === null ? "no scan yet" : `${status}/${subStatus ?? status} since ${utcText(statusSince)}`,
    eddFrom === null ? null : `expected ${describeEdd(edd)} (${eddSource ?? "source unknown"})`,
    shipment.lastPolledAt === null ? "never asked" : `last asked ${utcText(shipment.lastPolledAt)}`,
    shipment.voidedAt === null ? null : "void",
  ]
    .filter((part) => part !== null)
    .join(", ");
}
