import type { NumberedCarrier } from "../domain/detect-carriers.js";
import { groupBy } from "../domain/group-by.js";
import { finishCarrierMessages, queueAgain } from "../store/carrier-messages.js";
import { countCodeSightings } from "../store/code-sightings.js";
import type { Queryable } from "../store/database.js";
import { insertEddStatements } from "../store/edd-statements.js";
import { addJobs } from "../store/jobs.js";
import { parkMessages } from "../store/parked-messages.js";
import { insertScanEvents } from "../store/scan-events.js";
import {
  ensureShipments,
  findNumberKeys,
  findUnknownNumbers,
  keyText,
  lockShipmentsByNumber,
  markShipmentNotices,
  type NumberKey,
  updateShipmentStates,
} from "../store/shipment-states.js";
import { findLinks } from "./find-links.js";
import { linkLegs } from "./link-legs.js";
import type { ReadMessage, UnreadableMessage } from "./read-messages.js";
import { foldShipments, settleOrders, writeTransitions } from "./settle.js";
import {
  attributeStatements,
  collectNotices,
  collectSightings,
  collectStatements,
  keysOf,
  type Statement,
  toEddStatements,
  toScanEvents,
} from "./statements.js";

/** The lease ran out while we worked and somebody else has the messages: everything of this transaction must go. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

export interface Batch {
  readonly lease: string;
  readonly read: readonly ReadMessage[];
  readonly unreadable: readonly UnreadableMessage[];
}

export interface RecordContext {
  readonly newId: (prefix: string) => string;
  readonly nowMs: number;
  readonly newsMaxAgeHours: number;
  readonly carriers: readonly NumberedCarrier[];
}

/** What a batch did, for metrics and logs. */
export interface BatchResult {
  readonly messages: number;
  readonly parked: number;
  readonly newScans: number;
  readonly transitions: number;
  readonly unregistered: number;
  readonly unattributed: number;
}

/**
 * Turns read messages into scans, states, transitions and jobs, in the caller's transaction (READ COMMITTED). The order of
 * the steps is what makes it right with any number of normalisers: shipments are locked by id before anything else;
 * scans are read back only after the lock and the insert, so the fold sees everything that ever committed; leases are
 * finished late and checked, so a batch that lost them leaves no trace; shared rows (counters) come last.
 */
export async function recordBatch(tx: Queryable, batch: Batch, context: RecordContext): Promise<BatchResult> {
  const statements = collectStatements(batch.read);
  const unregistered = await ensureNumbers(tx, statements, context);
  const notices = await underTheirCarriers(tx, collectNotices(batch.read));
  const links = statements.flatMap((statement) => findLinks(statement, context.carriers));
  // What notices will mark and what will be linked is locked here too: a lock taken later could close a circle with another batch.
  const keys = uniqueKeys([...statements.flatMap(keysOf), ...notices, ...links]);
  const shipments = await lockShipmentsByNumber(tx, keys);
  const asKnown = attributeStatements(statements, shipments);
  const legs = await linkLegs(tx, asKnown, shipments, context);
  // What became a leg just now is its shipment's in this batch already.
  const attributed = legs.shipments === shipments ? asKnown : attributeStatements(statements, legs.shipments);

  const newVersions = await insertScanEvents(tx, attributed.flatMap(toScanEvents));
  const restated = await insertEddStatements(tx, attributed.flatMap(toEddStatements));
  const touched = [...new Set(attributed.map(({ shipment }) => shipment))];
  const folded = await foldShipments(tx, touched, attributed, newVersions, context.newId("cmt"), context);
  const changed = [...folded].filter(([, { changed }]) => changed);

  await updateShipmentStates(
    tx,
    changed.map(([, { state }]) => state),
  );
  await markShipmentNotices(tx, notices);
  const transitions = await writeTransitions(tx, changed, context.nowMs);
  // A page shows more than the fold: the estimate that stood before, and the numbers under which a parcel goes on.
  const shown = [...folded].filter(([{ id }, { changed }]) => changed || restated.has(id) || legs.extended.has(id));
  const orderIds = await settleOrders(
    tx,
    shown.map(([shipment]) => shipment),
  );

  await parkMessages(
    tx,
    batch.unreadable.map(({ message, reason }) => ({
      messageId: message.id,
      receivedMonth: message.receivedMonth,
      connectionId: message.connectionId,
      reason,
    })),
  );
  await finishLeases(tx, batch);
  await queueAgain(tx, legs.readAgain);
  await addJobs(
    tx,
    transitions
      .filter(({ orderId, announced }) => announced && orderIds.has(orderId ?? ""))
      .map(({ orderId }) => ({ task: "notify", key: `notify:${orderId}`, payload: { orderId } })),
  );
  await countCodeSightings(tx, collectSightings(attributed, newVersions));
  return {
    messages: batch.read.length,
    parked: batch.unreadable.length,
    newScans: newVersions.length,
    transitions: transitions.length,
    unregistered,
    unattributed: statements.length - new Set(attributed.map(({ stated }) => stated)).size,
  };
}

function uniqueKeys(keys: readonly NumberKey[]): NumberKey[] {
  return [...new Map(keys.map((key) => [keyText(key), key])).values()];
}

/** Notices under the carrier that each number is registered with: the answer came by way of a connection, which may be an aggregator's. */
async function underTheirCarriers(tx: Queryable, notices: ReturnType<typeof collectNotices>) {
  const keys = groupBy(
    await findNumberKeys(tx, notices),
    ({ connectionId, trackingNumber }) => `${connectionId} ${trackingNumber}`,
  );
  return notices.flatMap((notice) => {
    const registered = keys.get(`${notice.connectionId} ${notice.trackingNumber}`) ?? [];
    return registered.length === 0 ? [notice] : registered.map(({ carrier }) => ({ ...notice, carrier }));
  });
}

/** A number that no row knows gets a shipment without order, so that there is a row to lock. */
async function ensureNumbers(tx: Queryable, statements: readonly Statement[], context: RecordContext): Promise<number> {
  const byNumber = new Map(statements.map((statement) => [keyText(statement), statement]));
  const spoken = [...byNumber.values()].map(({ storeId, carrier, trackingNumber, message }) => ({
    storeId,
    carrier,
    trackingNumber,
    connectionId: message.connectionId,
    connector: message.connector,
  }));
  const unknown = await findUnknownNumbers(tx, spoken);
  if (unknown.length === 0) return 0;
  const shipmentMonth = `${new Date(context.nowMs).toISOString().slice(0, 7)}-01`;
  return ensureShipments(
    tx,
    unknown.map((number) => ({ ...number, id: context.newId("shp"), shipmentMonth })),
  );
}

async function finishLeases(tx: Queryable, { lease, read, unreadable }: Batch): Promise<void> {
  const ids = [...read, ...unreadable].map(({ message }) => message.id);
  const finished = await finishCarrierMessages(tx, lease, ids);
  if (finished < ids.length)
    throw new LeaseLostError(`Lost the lease of ${ids.length - finished} of ${ids.length} messages.`);
}
