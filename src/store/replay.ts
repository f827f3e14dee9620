import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";
import type { StoredEddStatement } from "./edd-statements.js";
import type { ScanVersion } from "./scan-events.js";

/** A stored scan version with the message that first made it. */
export interface VersionSource extends ScanVersion {
  readonly messageId: string;
}

/** Which message made each scan version of the given shipments. */
export async function readVersionSources(
  tx: Queryable,
  shipments: readonly { readonly id: string; readonly shipmentMonth: string }[],
): Promise<VersionSource[]> {
  const { rows } = await tx.query<VersionSource>(
    `select shipment_id as "shipmentId", identity, digest, message_id as "messageId" from scan_events
     where shipment_id = any($1::text[]) and shipment_month = any($2::date[])`,
    [shipments.map(({ id }) => id), [...new Set(shipments.map(({ shipmentMonth }) => shipmentMonth))]],
  );
  return rows;
}

/** Which of the messages are in the queue or parked by now: what they say is still to be written, and may be news. */
export async function findUnfinishedMessages(tx: Queryable, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select message_id as id from carrier_message_queue where message_id = any($1::text[])
     union select message_id from parked_messages where message_id = any($1::text[])`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * Takes scan versions out of the log, because their messages were read again and say otherwise. Under the shipments' lock,
 * and by nobody else than a replay. A transition that one of them caused keeps its row; its cause gets `suffix`, since the
 * version may come back and cause another.
 */
export async function deleteScanVersions(
  tx: Queryable,
  versions: readonly (ScanVersion & { readonly shipmentMonth: string })[],
  suffix: string,
): Promise<void> {
  if (versions.length === 0) return;
  await tx.query(
    `with gone as (
       delete from scan_events e using unnest($1::text[], $2::date[], $3::text[], $4::text[]) as t (shipment_id, shipment_month, identity, digest)
       where e.shipment_id = t.shipment_id and e.shipment_month = t.shipment_month and e.identity = t.identity and e.digest = t.digest
       returning e.shipment_id, e.identity, e.digest
     )
     update transitions t set cause = t.cause || $5 from gone
     where t.shipment_id = gone.shipment_id and t.cause = gone.identity || '#' || gone.digest`,
    [...toColumns(versions, ["shipmentId", "shipmentMonth", "identity", "digest"]), suffix],
  );
}

/** Takes back delivery dates that the messages which stated them do not state when read again. */
export async function deleteEddStatements(tx: Queryable, statements: readonly StoredEddStatement[]): Promise<void> {
  if (statements.length === 0) return;
  const rows = statements.map(({ claim, ...statement }) => ({ ...statement, ...claim }));
  await tx.query(
    `delete from edd_statements e
     using unnest($1::text[], $2::text[], $3::date[], $4::date[], $5::text[], $6::text[], $7::bigint[])
       as t (shipment_id, source, from_date, to_date, window_from, window_to, newest_scan_key)
     where e.shipment_id = t.shipment_id and e.source = t.source and e.from_date = t.from_date and e.to_date = t.to_date
       and e.window_from is not distinct from t.window_from and e.window_to is not distinct from t.window_to
       and e.newest_scan_key is not distinct from t.newest_scan_key`,
    toColumns(rows, ["shipmentId", "source", "from", "to", "windowFrom", "windowTo", "newestScanKey"]),
  );
}
