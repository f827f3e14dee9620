import { groupBy } from "../domain/group-by.js";
import { newsSubStatus, type Status, type SubStatus } from "../domain/status.js";
import { countCodeSightings } from "../store/code-sightings.js";
import type { Queryable } from "../store/database.js";
import { insertEddStatements, readEddStatements } from "../store/edd-statements.js";
import {
  deleteEddStatements,
  deleteScanVersions,
  findUnfinishedMessages,
  readVersionSources,
} from "../store/replay.js";
import { insertScanEvents, type NewScanEvent, readScanEvents } from "../store/scan-events.js";
import {
  type LockedShipment,
  lockShipmentsByNumber,
  type NumberKey,
  updateShipmentStates,
} from "../store/shipment-states.js";
import { readLastTransitions } from "../store/transitions.js";
import type { FoldedShipment } from "./fold-shipment.js";
import { compareEdds, compareVersions, countScans, type SourcedScan, type VersionChange } from "./replay-versions.js";
import { foldShipments, settleOrders, writeTransitions } from "./settle.js";
import { attributeStatements, collectSightings, type Statement, toEddStatements, toScanEvents } from "./statements.js";

/** Some numbers with all their legs, and everything that the messages in scope say of them now. */
export interface NumbersToReplay {
  readonly keys: readonly NumberKey[];
  readonly statements: readonly Statement[];
  /** Messages that were read again, those included that say nothing of these numbers any more. */
  readonly readMessages: readonly { readonly id: string; readonly receivedAt: Date }[];
}

/** A shipment whose status a replay changed. A status of null is shown as `label_created`. */
export interface StatusChange {
  readonly shipmentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly from: StatusText;
  readonly to: StatusText;
  readonly because: string;
}

/** `exception/held`, or `none`. */
export type StatusText = string;

/** What replaying some numbers changed. */
export interface ReplayedNumbers {
  readonly shipments: number;
  readonly scans: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly edds: { readonly added: number; readonly removed: number };
  readonly transitions: number;
  readonly statuses: readonly StatusChange[];
  /** Whether anything was written. */
  readonly wrote: boolean;
}

/**
 * The second half of a replay, for a few numbers in the caller's transaction: takes the shipments' locks as `recordBatch`
 * does, puts what the messages say now in the place of what they said, folds, and writes states, orders and a silent
 * transition where the fold is no longer what was told last. Nothing is announced and no job is added.
 * What nobody's message was read of again stays. Done twice, the second time changes nothing.
 */
export async function replayNumbers(
  tx: Queryable,
  numbers: NumbersToReplay,
  context: { readonly newId: (prefix: string) => string; readonly nowMs: number },
): Promise<ReplayedNumbers> {
  // A replay never announces: to the fold these are shipments that are silent.
  const shipments = (await lockShipmentsByNumber(tx, numbers.keys)).map((shipment) => ({ ...shipment, silent: true }));
  const ids = shipments.map(({ id }) => id);
  // Under the lock: what was put back into the queue since it was read is the normaliser's again, and may be news.
  const { statements, readMessages } = await withoutUnfinished(tx, numbers);
  const attributed = attributeStatements(statements, shipments);
  const commitId = context.newId("cmt");

  const stored = await readSourcedScans(tx, shipments);
  const said = attributed.flatMap(toScanEvents);
  const versions = compareVersions(stored, said, new Set(readMessages.map(({ id }) => id)));
  const months = new Map(shipments.map(({ id, shipmentMonth }) => [id, shipmentMonth]));
  await deleteScanVersions(
    tx,
    versions.gone.map((version) => ({ ...version, shipmentMonth: months.get(version.shipmentId) ?? "" })),
    `@${commitId}`,
  );
  const inserted = await insertScanEvents(tx, versions.come);
  const edds = compareEdds(
    await readEddStatements(tx, ids),
    attributed.flatMap(toEddStatements),
    new Set(readMessages.map(({ receivedAt }) => receivedAt.getTime())),
  );
  await deleteEddStatements(tx, edds.gone);
  await insertEddStatements(tx, edds.come);

  // Without new versions the cause of a transition is the commit. A version may come back, and then cause another.
  // What is said of a leg is its shipment's; the leg itself has no status.
  const whole = shipments.filter(({ legOf }) => legOf === null);
  const folded = await foldShipments(tx, whole, attributed, [], commitId, { ...context, newsMaxAgeHours: 0 });
  const touched = new Set([...versions.gone, ...versions.come].map(({ shipmentId }) => shipmentId));
  const changed = (await withUntoldNothing(tx, folded, commitId)).filter(
    ([{ id }, { changed }]) => changed || touched.has(id),
  );
  await updateShipmentStates(
    tx,
    changed.map(([, { state }]) => state),
  );
  const transitions = await writeTransitions(tx, changed, context.nowMs);
  const restated = new Set([...edds.gone, ...edds.come].map(({ shipmentId }) => shipmentId));
  await settleOrders(tx, [
    ...changed.map(([shipment]) => shipment),
    // A page shows the estimate that stood before, which the fold does not know.
    ...whole.filter(({ id }) => restated.has(id)),
  ]);
  await countCodeSightings(tx, collectSightings(attributed, inserted));
  return {
    shipments: whole.length,
    scans: countScans(stored, versions),
    edds: { added: edds.come.length, removed: edds.gone.length },
    transitions: transitions.length,
    statuses: changed.flatMap(([shipment, { state }]) => statusChange(shipment, state, versions)),
    wrote: changed.length > 0 || edds.come.length + edds.gone.length > 0,
  };
}

async function withoutUnfinished(
  tx: Queryable,
  { statements, readMessages }: NumbersToReplay,
): Promise<Pick<NumbersToReplay, "statements" | "readMessages">> {
  const unfinished = await findUnfinishedMessages(
    tx,
    readMessages.map(({ id }) => id),
  );
  return {
    statements: statements.filter(({ message }) => !unfinished.has(message.id)),
    readMessages: readMessages.filter(({ id }) => !unfinished.has(id)),
  };
}

async function readSourcedScans(tx: Queryable, shipments: readonly LockedShipment[]): Promise<SourcedScan[]> {
  if (shipments.length === 0) return [];
  const keyOf = (version: { readonly shipmentId: string; readonly identity: string; readonly digest: string }) =>
    `${version.shipmentId} ${version.identity} ${version.digest}`;
  const sources = new Map(
    (await readVersionSources(tx, shipments)).map((version) => [keyOf(version), version.messageId]),
  );
  return (await readScanEvents(tx, shipments)).map((scan) => ({ ...scan, messageId: sources.get(keyOf(scan)) ?? "" }));
}

/**
 * A shipment that no mapped scan is left of has no status, and is shown as `label_created`. So that what was told last is
 * what is shown, and the way forward is news again, that is logged too.
 */
async function withUntoldNothing(
  tx: Queryable,
  folded: ReadonlyMap<LockedShipment, FoldedShipment>,
  commitId: string,
): Promise<[LockedShipment, FoldedShipment][]> {
  const entries = [...folded];
  const bare = entries.filter(([, { state }]) => state.status === null).map(([{ id }]) => id);
  const told = groupBy(await readLastTransitions(tx, bare), ({ shipmentId }) => shipmentId);
  return entries.map(([shipment, shipmentFold]) => {
    const [last] = told.get(shipment.id) ?? [];
    const isToldOtherwise = last !== undefined && newsSubStatus(last.subStatus) !== "label_created";
    if (shipmentFold.state.status !== null || !isToldOtherwise) return [shipment, shipmentFold];
    const transition = {
      status: "label_created" as const,
      subStatus: "label_created" as const,
      cause: `commit#${commitId}`,
      occurredAt: null,
      announced: false,
    };
    return [shipment, { ...shipmentFold, transition, changed: true }];
  });
}

function statusChange(
  shipment: LockedShipment,
  state: { readonly status: Status | null; readonly subStatus: SubStatus | null },
  versions: VersionChange,
): StatusChange[] {
  if (shipment.status === state.status && shipment.subStatus === state.subStatus) return [];
  const { id: shipmentId, carrier, trackingNumber } = shipment;
  const because = reasonOf(shipmentId, state.subStatus, versions);
  return [{ shipmentId, carrier, trackingNumber, from: statusText(shipment), to: statusText(state), because }];
}

/** The one scan that explains a change best: the newest that brought the new sub-status, else the newest that came, else one that went. */
function reasonOf(shipmentId: string, subStatus: SubStatus | null, { gone, come }: VersionChange): string {
  const came = come.filter((event) => event.shipmentId === shipmentId).toSorted(byTime);
  const went = gone.filter((version) => version.shipmentId === shipmentId);
  const giver = came.findLast(({ scan }) => scan.meaning.kind === "status" && scan.meaning.subStatus === subStatus);
  const best = giver ?? came.at(-1);
  if (best !== undefined) {
    const before = went.find(({ identity }) => identity === best.identity)?.scan.meaning;
    const earlier = before === undefined ? "was not read before" : `was ${meaningText(before)}`;
    return `code ${codeOf(best)} now means ${meaningText(best.scan.meaning)} (${earlier})`;
  }
  const lost = went.at(-1);
  if (lost !== undefined) return `code ${codeOf(lost)} (${meaningText(lost.scan.meaning)}) is not read any more`;
  return "this release folds the same scans otherwise";
}

function byTime(a: NewScanEvent, b: NewScanEvent): number {
  return (a.scan.occurredAt ?? 0) - (b.scan.occurredAt ?? 0) || a.receivedAt.getTime() - b.receivedAt.getTime();
}

function codeOf({ scan }: SourcedScan | NewScanEvent): string {
  return scan.carrierCode === "" ? scan.scanCode : scan.carrierCode;
}

function meaningText(meaning: SourcedScan["scan"]["meaning"]): string {
  return meaning.kind === "status" ? `${meaning.status}/${meaning.subStatus}` : meaning.kind;
}

function statusText({
  status,
  subStatus,
}: {
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
}): StatusText {
  return status === null ? "none" : `${status}/${subStatus}`;
}
