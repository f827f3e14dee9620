import { describeListening } from "../domain/listening.js";
import { PUSH_SILENT_AFTER_HOURS } from "../ingest/cadence-table.js";
import type { Queryable } from "../store/database.js";
import { readListening } from "../store/subscription-lookup.js";
import type { ListeningOf } from "./present.js";

/** Reads how shipments are listened to at `nowMs`, in one query. What it answers throws for any other shipment. */
export async function readListeningOf(
  db: Queryable,
  shipmentIds: readonly string[],
  nowMs: number,
): Promise<ListeningOf> {
  const facts = await readListening(db, shipmentIds);
  return (shipmentId) => {
    const known = facts.get(shipmentId);
    if (known === undefined) throw new Error(`Shipment ${shipmentId} is gone.`);
    return describeListening(known, { nowMs, pushSilentAfterMs: PUSH_SILENT_AFTER_HOURS * 3_600_000 });
  };
}
