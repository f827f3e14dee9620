import type { Queryable } from "./database.js";
import { findShipment, type ShipmentRow } from "./shipments.js";

/** The most uses of one number that are shown. */
const MAX_USES = 20;

/**
 * Every use of a tracking number that is known here, newest first: of all stores and carriers, or of one. Goes by the unique
 * key of numbers, store by store and carrier by carrier.
 */
export async function findShipmentsByNumber(
  db: Queryable,
  trackingNumber: string,
  { storeId, carriers }: { readonly storeId: string | null; readonly carriers: readonly string[] },
): Promise<ShipmentRow[]> {
  const { rows } = await db.query<{ id: string; storeId: string }>(
    `select s.id, s.store_id as "storeId"
     from stores cross join unnest($3::text[]) as c (carrier)
     join shipments s on s.store_id = stores.id and s.carrier = c.carrier and s.tracking_number = $1
     where $2::text is null or stores.id = $2
     order by s.id desc limit ${MAX_USES}`,
    [trackingNumber, storeId, carriers],
  );
  const shipments: ShipmentRow[] = [];
  for (const row of rows) {
    const shipment = await findShipment(db, row.storeId, row.id);
    if (shipment !== null) shipments.push(shipment);
  }
  return shipments;
}
