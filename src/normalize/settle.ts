import { groupBy } from "../domain/group-by.js";
import { orderState } from "../domain/order-status.js";
import type { Queryable } from "../store/database.js";
import { readEddStatements } from "../store/edd-statements.js";
import { lockOrders, readOrderShipments, updateOrderStates } from "../store/order-states.js";
import { readScanEvents, type ScanVersion } from "../store/scan-events.js";
import type { LockedShipment } from "../store/shipment-states.js";
import { insertTransitions, readLastTransitions } from "../store/transitions.js";
import { type FoldedShipment, foldShipment } from "./fold-shipment.js";
import type { AttributedStatement } from "./statements.js";

/** What folding needs to know of the moment. */
export interface FoldContext {
  readonly nowMs: number;
  readonly newsMaxAgeHours: number;
}

/**
 * Folds locked shipments from everything that is stored of them now. `attributed` is what this commit's bodies say, `newVersions`
 * what it inserted. Writes nothing.
 */
export async function foldShipments(
  tx: Queryable,
  shipments: readonly LockedShipment[],
  attributed: readonly AttributedStatement[],
  newVersions: readonly ScanVersion[],
  commitId: string,
  { nowMs, newsMaxAgeHours }: FoldContext,
): Promise<Map<LockedShipment, FoldedShipment>> {
  if (shipments.length === 0) return new Map();
  const ids = shipments.map((shipment) => shipment.id);
  const scans = groupBy(await readScanEvents(tx, shipments), (stored) => stored.shipmentId);
  const last = new Map((await readLastTransitions(tx, ids)).map((transition) => [transition.shipmentId, transition]));
  const eddStatements = groupBy(await readEddStatements(tx, ids), (statement) => statement.shipmentId);
  const versions = groupBy(newVersions, (version) => version.shipmentId);
  const statements = groupBy(attributed, (statement) => statement.shipment);
  return new Map(
    shipments.map((shipment) => {
      const said = statements.get(shipment) ?? [];
      const facts = {
        shipment,
        scans: (scans.get(shipment.id) ?? []).map(({ scan }) => scan),
        newVersions: versions.get(shipment.id) ?? [],
        last: last.get(shipment.id) ?? null,
        eddStatements: eddStatements.get(shipment.id) ?? [],
        trackings: said.map(({ tracking }) => tracking),
        commitId,
        receivedAtMs: Math.max(...said.map(({ message }) => message.receivedAt.getTime())),
        nowMs,
        newsMaxAgeHours,
      };
      return [shipment, foldShipment(facts)];
    }),
  );
}

/** Adds the transitions of folded shipments to the log, and returns them. */
export async function writeTransitions(
  tx: Queryable,
  changed: readonly (readonly [LockedShipment, FoldedShipment])[],
  nowMs: number,
) {
  const transitions = changed.flatMap(([{ id, orderId }, { transition }]) =>
    transition === null
      ? []
      : [
          {
            ...transition,
            shipmentId: id,
            orderId,
            occurredAt: transition.occurredAt === null ? null : new Date(transition.occurredAt),
            learnedAt: new Date(nowMs),
          },
        ],
  );
  await insertTransitions(tx, transitions);
  return transitions;
}

/** Brings the orders of changed shipments in line. Locked after their shipments, by id. Returns their ids. */
export async function settleOrders(tx: Queryable, shipments: readonly LockedShipment[]): Promise<Set<string>> {
  const ids = [...new Set(shipments.map((shipment) => shipment.orderId))].filter((id) => id !== null);
  if (ids.length === 0) return new Set();
  await lockOrders(tx, ids);
  const parcels = groupBy(await readOrderShipments(tx, ids), (parcel) => parcel.orderId);
  await updateOrderStates(
    tx,
    ids.map((id) => {
      const { status, closed } = orderState(parcels.get(id) ?? []);
      return { id, status, closed };
    }),
  );
  return new Set(ids);
}
