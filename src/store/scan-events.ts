import type { Place } from "../domain/place.js";
import type { Meaning, Precision, Scan, ZoneSource } from "../domain/scan.js";
import type { Status, SubStatus } from "../domain/status.js";
import { toColumns, toJson } from "./columns.js";
import type { Queryable } from "./database.js";

/** A scan on its way into one shipment's timeline. */
export interface NewScanEvent {
  readonly shipmentId: string;
  readonly shipmentMonth: string;
  readonly trackingNumber: string;
  readonly identity: string;
  readonly digest: string;
  readonly scan: Scan;
  readonly messageId: string;
  readonly messageMonth: string;
  readonly receivedAt: Date;
}

/** Which version of which scan a row is. */
export interface ScanVersion {
  readonly shipmentId: string;
  readonly identity: string;
  readonly digest: string;
}

/** A stored scan with where it belongs. */
export interface StoredScan extends ScanVersion {
  readonly scan: Scan;
}

/**
 * Appends scan versions that are not there yet and returns those that were new. Rows go in sorted by key, so that two
 * transactions never wait for each other in a circle.
 */
export async function insertScanEvents(db: Queryable, events: readonly NewScanEvent[]): Promise<ScanVersion[]> {
  if (events.length === 0) return [];
  const rows = events.map(toRow).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const inserted = await db.query<ScanVersion>(
    `insert into scan_events (shipment_id, shipment_month, identity, digest, carrier, tracking_number, scan_code, carrier_code,
       carrier_text, occurred_at, local_time, utc_offset, zone, precision, place, meaning, status, sub_status,
       revokes_delivery, cancels_return, relayed, on_return_leg, message_id, message_month, received_at)
     select t.shipment_id, t.shipment_month, t.identity, t.digest, t.carrier, t.tracking_number, t.scan_code, t.carrier_code,
       t.carrier_text, t.occurred_at, t.local_time, t.utc_offset, t.zone, t.precision, t.place::jsonb, t.meaning, t.status, t.sub_status,
       t.revokes_delivery, t.cancels_return, t.relayed, t.on_return_leg, t.message_id, t.message_month, t.received_at
     from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::timestamptz[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
       $19::boolean[], $20::boolean[], $21::boolean[], $22::boolean[], $23::text[], $24::date[], $25::timestamptz[])
       as t (shipment_id, shipment_month, identity, digest, carrier, tracking_number, scan_code, carrier_code,
       carrier_text, occurred_at, local_time, utc_offset, zone, precision, place, meaning, status, sub_status,
       revokes_delivery, cancels_return, relayed, on_return_leg, message_id, message_month, received_at)
     on conflict on constraint scan_events_version_is_stored_once do nothing
     returning shipment_id as "shipmentId", identity, digest`,
    toColumns(rows, COLUMNS),
  );
  return inserted.rows;
}

/** A shipment with its month, which says in which partition its scans are. */
export interface DatedShipment {
  readonly id: string;
  readonly shipmentMonth: string;
}

/** Reads every scan version of the given shipments. The months prune the partitions. */
export async function readScanEvents(db: Queryable, shipments: readonly DatedShipment[]): Promise<StoredScan[]> {
  const months = [...new Set(shipments.map((shipment) => shipment.shipmentMonth))];
  const { rows } = await db.query<ScanRow>(
    `select shipment_id, identity, digest, carrier, scan_code, carrier_code, carrier_text, occurred_at, local_time,
       utc_offset, zone, precision, place, meaning, status, sub_status, revokes_delivery, cancels_return, relayed, on_return_leg
     from scan_events
     where shipment_id = any($1::text[]) and shipment_month = any($2::date[])`,
    [shipments.map((shipment) => shipment.id), months],
  );
  return rows.map((row) => ({
    shipmentId: row.shipment_id,
    identity: row.identity,
    digest: row.digest,
    scan: toScan(row),
  }));
}

/** Deletes the scans of shipments that go. Nothing but retention and erasure does so. The months prune the partitions. */
export async function deleteScansOf(tx: Queryable, shipments: readonly DatedShipment[]): Promise<void> {
  if (shipments.length === 0) return;
  const months = [...new Set(shipments.map((shipment) => shipment.shipmentMonth))];
  await tx.query(`delete from scan_events where shipment_id = any($1::text[]) and shipment_month = any($2::date[])`, [
    shipments.map((shipment) => shipment.id),
    months,
  ]);
}

const COLUMNS = [
  "shipmentId",
  "shipmentMonth",
  "identity",
  "digest",
  "carrier",
  "trackingNumber",
  "scanCode",
  "carrierCode",
  "carrierText",
  "occurredAt",
  "localTime",
  "utcOffset",
  "zone",
  "precision",
  "place",
  "meaning",
  "status",
  "subStatus",
  "revokesDelivery",
  "cancelsReturn",
  "relayed",
  "onReturnLeg",
  "messageId",
  "messageMonth",
  "receivedAt",
] as const;

function toRow(event: NewScanEvent) {
  const { scan } = event;
  const { meaning } = scan;
  const moves = meaning.kind === "status" ? meaning : null;
  return {
    key: `${event.shipmentId} ${event.identity} ${event.digest}`,
    shipmentId: event.shipmentId,
    shipmentMonth: event.shipmentMonth,
    identity: event.identity,
    digest: event.digest,
    carrier: scan.carrier,
    trackingNumber: event.trackingNumber,
    scanCode: scan.scanCode,
    carrierCode: scan.carrierCode,
    carrierText: scan.carrierText,
    occurredAt: scan.occurredAt === null ? null : new Date(scan.occurredAt),
    localTime: scan.localTime,
    utcOffset: scan.utcOffset,
    zone: scan.zone,
    precision: scan.precision,
    place: toJson(scan.place),
    meaning: meaning.kind,
    status: moves?.status ?? null,
    subStatus: moves?.subStatus ?? null,
    revokesDelivery: moves?.revokesDelivery ?? false,
    cancelsReturn: moves?.cancelsReturn ?? false,
    relayed: scan.relayed ?? false,
    onReturnLeg: scan.onReturnLeg ?? false,
    messageId: event.messageId,
    messageMonth: event.messageMonth,
    receivedAt: event.receivedAt,
  };
}

interface ScanRow {
  shipment_id: string;
  identity: string;
  digest: string;
  carrier: string;
  scan_code: string;
  carrier_code: string;
  carrier_text: string;
  occurred_at: Date | null;
  local_time: string | null;
  utc_offset: string | null;
  zone: ZoneSource;
  precision: Precision;
  place: Place | null;
  meaning: Meaning["kind"];
  status: Status | null;
  sub_status: SubStatus | null;
  revokes_delivery: boolean;
  cancels_return: boolean;
  relayed: boolean;
  on_return_leg: boolean;
}

function toScan(row: ScanRow): Scan {
  return {
    carrier: row.carrier,
    scanCode: row.scan_code,
    carrierCode: row.carrier_code,
    carrierText: row.carrier_text,
    occurredAt: row.occurred_at?.getTime() ?? null,
    localTime: row.local_time,
    utcOffset: row.utc_offset,
    zone: row.zone,
    precision: row.precision,
    place: row.place,
    meaning: toMeaning(row),
    ...(row.relayed && { relayed: true }),
    ...(row.on_return_leg && { onReturnLeg: true }),
  };
}

function toMeaning(row: ScanRow): Meaning {
  if (row.meaning !== "status" || row.status === null || row.sub_status === null) {
    return { kind: row.meaning === "information" ? "information" : "unmapped" };
  }
  return {
    kind: "status",
    status: row.status,
    subStatus: row.sub_status,
    ...(row.revokes_delivery && { revokesDelivery: true }),
    ...(row.cancels_return && { cancelsReturn: true }),
  };
}
