import type { EddClaim } from "../domain/report.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** An estimated delivery date as somebody stated it. */
export interface StoredEddStatement {
  readonly shipmentId: string;
  readonly source: "carrier" | "predicted" | "promised";
  readonly claim: EddClaim;
  /** Sort key (ms) of the newest scan in the body that stated it. */
  readonly newestScanKey: number | null;
  readonly receivedAt: Date;
}

/**
 * Keeps what was stated. The same statement again keeps its latest time, so that a date which was taken back and then
 * stated again wins, whatever the order in which bodies are worked on. Returns the shipments whose statements, or the order
 * of them, are not what they were: one that was the last already and is stated again changes nothing.
 */
export async function insertEddStatements(
  db: Queryable,
  statements: readonly StoredEddStatement[],
): Promise<Set<string>> {
  const rows = [...latestOfEach(statements).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (rows.length === 0) return new Set();
  // A row that was inserted has no xmax; one that was updated holds the lock of its update there.
  const { rows: written } = await db.query<{ shipmentId: string }>(
    `with written as (
       insert into edd_statements as e (shipment_id, source, from_date, to_date, window_from, window_to, newest_scan_key, received_at)
       select * from unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::text[], $6::text[], $7::bigint[], $8::timestamptz[])
       on conflict on constraint edd_statements_are_stored_once
       do update set received_at = excluded.received_at where e.received_at < excluded.received_at
       returning shipment_id, newest_scan_key, received_at, xmax = 0 as is_new
     )
     select distinct w.shipment_id as "shipmentId" from written w
     where w.is_new or exists (
       select from edd_statements e where e.shipment_id = w.shipment_id
         and (coalesce(e.newest_scan_key, -1), e.received_at) > (coalesce(w.newest_scan_key, -1), w.received_at)
     )`,
    toColumns(rows, ["shipmentId", "source", "from", "to", "windowFrom", "windowTo", "newestScanKey", "receivedAt"]),
  );
  return new Set(written.map(({ shipmentId }) => shipmentId));
}

/** Every statement about the given shipments. */
export async function readEddStatements(db: Queryable, shipmentIds: readonly string[]): Promise<StoredEddStatement[]> {
  const { rows } = await db.query<EddRow>(
    `select shipment_id as "shipmentId", source, from_date as "from", to_date as "to", window_from as "windowFrom",
       window_to as "windowTo", newest_scan_key as "newestScanKey", received_at as "receivedAt"
     from edd_statements where shipment_id = any($1::text[])`,
    [shipmentIds],
  );
  return rows.map(({ shipmentId, source, from, to, windowFrom, windowTo, newestScanKey, receivedAt }) => ({
    shipmentId,
    source,
    claim: { from, to, windowFrom, windowTo },
    newestScanKey,
    receivedAt,
  }));
}

interface EddRow {
  shipmentId: string;
  source: StoredEddStatement["source"];
  from: string;
  to: string;
  windowFrom: string | null;
  windowTo: string | null;
  newestScanKey: number | null;
  receivedAt: Date;
}

/** One statement may not touch a row twice, so equal statements of one batch become one with the latest time. */
function latestOfEach(statements: readonly StoredEddStatement[]) {
  const latest = new Map<string, EddRow>();
  for (const { shipmentId, source, claim, newestScanKey, receivedAt } of statements) {
    const { from, to, windowFrom, windowTo } = claim;
    const key = JSON.stringify([shipmentId, source, from, to, windowFrom, windowTo, newestScanKey]);
    const known = latest.get(key);
    if (known !== undefined && known.receivedAt >= receivedAt) continue;
    latest.set(key, { shipmentId, source, from, to, windowFrom, windowTo, newestScanKey, receivedAt });
  }
  return latest;
}
