import type { Place } from "../domain/place.js";
import type { EddClaim, LinkedNumber, ProofOfDelivery } from "../domain/report.js";
import type { Status, SubStatus } from "../domain/status.js";
import { toColumns, toJson } from "./columns.js";
import type { Queryable } from "./database.js";

/** What identifies a parcel to a carrier inside a store; several uses of the number may share it. */
export interface NumberKey {
  readonly storeId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** A shipment row in the hands of the transaction that locked it. */
export interface LockedShipment extends NumberKey {
  readonly id: string;
  readonly orderId: string | null;
  readonly useNumber: number;
  readonly direction: "outbound" | "return";
  readonly shipDate: string | null;
  readonly carrierUniqueId: string | null;
  readonly shipmentMonth: string;
  readonly destination: Place | null;
  readonly serviceLevel: string | null;
  readonly silent: boolean;
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly createdAt: Date;
  readonly voidedAt: Date | null;
  readonly replaced: boolean;
  readonly lastScanAt: Date | null;
  readonly proof: ProofOfDelivery | null;
  readonly edd: EddClaim | null;
  /** The carrier that has the parcel, where the shipment is registered with an aggregator and that has said it. */
  readonly underlyingCarrier: string | null;
  /** The shipment whose parcel goes on under this number; its scans are that shipment's. */
  readonly legOf: string | null;
  readonly legRelation: LinkedNumber["relation"] | null;
  /** Where the store said the order goes; null for returns, which come to the store. */
  readonly orderDestination: Place | null;
}

/** What the normaliser writes back on a shipment. */
export interface ShipmentState {
  readonly id: string;
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  /** When the scan that gives the status happened, where that is known. */
  readonly statusSince: Date | null;
  readonly lastScanAt: Date | null;
  readonly edd: EddClaim | null;
  readonly eddSource: string | null;
  readonly carrierUniqueId: string | null;
  readonly serviceLevel: string | null;
  readonly underlyingCarrier: string | null;
  readonly destination: Place | null;
  readonly proof: ProofOfDelivery | null;
}

/** A number that somebody spoke of, by way of a connection to the carrier or to an aggregator (`connector`). */
export interface SpokenNumber extends NumberKey {
  readonly connector: string;
}

/**
 * Those numbers that no row knows; one that is registered with the aggregator that spoke of it is known. Nearly always none,
 * which is why it is asked apart. Locks nothing.
 */
export async function findUnknownNumbers<Number extends SpokenNumber>(
  db: Queryable,
  numbers: readonly Number[],
): Promise<Number[]> {
  const { rows } = await db.query<{ at: number }>(
    `select t.at::int from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
       as t (store_id, carrier, tracking_number, connector, at)
     where not exists (
       select from shipments s
       where s.store_id = t.store_id and s.carrier in (t.carrier, t.connector) and s.tracking_number = t.tracking_number
     )`,
    toColumns(numbers, ["storeId", "carrier", "trackingNumber", "connector"]),
  );
  const unknown = new Set(rows.map(({ at }) => at - 1));
  return numbers.filter((_, at) => unknown.has(at));
}

/**
 * Makes a shipment without order for every number that no row knows, so that there is a row to lock. Two normalisers that meet the same new number
 * agree on one row by the unique constraint.
 */
export async function ensureShipments(
  db: Queryable,
  shipments: readonly (SpokenNumber & {
    readonly id: string;
    readonly connectionId: string;
    readonly shipmentMonth: string;
  })[],
): Promise<number> {
  const sorted = shipments.toSorted((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
  const { rowCount } = await db.query(
    `insert into shipments (id, store_id, connection_id, carrier, tracking_number, shipment_month)
     select t.id, t.store_id, t.connection_id, t.carrier, t.tracking_number, t.shipment_month
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::text[])
       as t (id, store_id, connection_id, carrier, tracking_number, shipment_month, connector)
     where not exists (
       select from shipments s
       where s.store_id = t.store_id and s.carrier in (t.carrier, t.connector) and s.tracking_number = t.tracking_number
     )
     on conflict on constraint shipments_use_is_unique do nothing`,
    toColumns(sorted, ["id", "storeId", "connectionId", "carrier", "trackingNumber", "shipmentMonth", "connector"]),
  );
  return rowCount ?? 0;
}

/**
 * Locks every use of the given numbers, by id, and with legs the shipments whose legs they are. First lock of every
 * transaction that also touches orders.
 */
export async function lockShipmentsByNumber(db: Queryable, keys: readonly NumberKey[]): Promise<LockedShipment[]> {
  const locked = await lockUses(db, keys, []);
  const ids = new Set(locked.map(({ id }) => id));
  // Somebody made a leg of it between our look and our lock: its shipment is missing. Rare, and then a deadlock is a retry.
  const missing = locked.map(({ legOf }) => legOf).filter((legOf) => legOf !== null && !ids.has(legOf));
  return missing.length === 0 ? locked : [...locked, ...(await lockUses(db, [], missing))];
}

async function lockUses(
  db: Queryable,
  keys: readonly NumberKey[],
  ids: readonly (string | null)[],
): Promise<LockedShipment[]> {
  const { rows } = await db.query<LockedRow>(
    `with named as (
       select id, leg_of from shipments
       where (store_id, carrier, tracking_number) in (select * from unnest($1::text[], $2::text[], $3::text[]))
     )
     select s.id, s.store_id as "storeId", s.order_id as "orderId", s.carrier, s.tracking_number as "trackingNumber",
       s.use_number as "useNumber", s.direction, s.ship_date as "shipDate", s.carrier_unique_id as "carrierUniqueId",
       s.shipment_month as "shipmentMonth", s.destination, s.service_level as "serviceLevel", s.silent, s.status,
       s.sub_status as "subStatus", s.created_at as "createdAt", s.voided_at as "voidedAt",
       s.replaced_by is not null as replaced, s.last_scan_at as "lastScanAt", s.proof,
       s.underlying_carrier as "underlyingCarrier", s.leg_of as "legOf", s.leg_relation as "legRelation",
       s.edd_from as "eddFrom", s.edd_to as "eddTo", s.edd_window_from as "windowFrom", s.edd_window_to as "windowTo",
       o.destination as "goesTo"
     from shipments s left join orders o on o.id = s.order_id
     where s.id in (select id from named union select leg_of from named union select * from unnest($4::text[]))
     order by s.id
     for no key update of s`,
    [...toColumns(keys, ["storeId", "carrier", "trackingNumber"]), ids],
  );
  return rows.map(({ eddFrom, eddTo, windowFrom, windowTo, goesTo, ...shipment }) => ({
    ...shipment,
    edd: eddFrom === null || eddTo === null ? null : { from: eddFrom, to: eddTo, windowFrom, windowTo },
    orderDestination: shipment.direction === "outbound" ? toDestination(goesTo) : null,
  }));
}

type LockedRow = Omit<LockedShipment, "edd" | "orderDestination"> & {
  readonly eddFrom: string | null;
  readonly eddTo: string | null;
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
  /** The order's destination, which may hold more than a place. */
  readonly goesTo: Partial<Place> | null;
};

function toDestination(stated: Partial<Place> | null): Place | null {
  if (stated === null) return null;
  const { city = null, region = null, country = null, postalCode = null } = stated;
  return { city, region, country, postalCode, facilityCode: null };
}

/** Writes the folded state of locked shipments in one statement. */
export async function updateShipmentStates(db: Queryable, states: readonly ShipmentState[]): Promise<void> {
  if (states.length === 0) return;
  const rows = states.map((state) => ({
    ...state,
    eddFrom: state.edd?.from ?? null,
    eddTo: state.edd?.to ?? null,
    windowFrom: state.edd?.windowFrom ?? null,
    windowTo: state.edd?.windowTo ?? null,
    destinationJson: toJson(state.destination),
    proofJson: toJson(state.proof),
  }));
  await db.query(
    `update shipments s set status = t.status, sub_status = t.sub_status, status_since = t.status_since, last_scan_at = t.last_scan_at,
       edd_from = t.edd_from, edd_to = t.edd_to, edd_window_from = t.window_from, edd_window_to = t.window_to, edd_source = t.edd_source,
       carrier_unique_id = t.carrier_unique_id, service_level = t.service_level, underlying_carrier = t.underlying_carrier,
       destination = t.destination::jsonb, proof = t.proof::jsonb, updated_at = now()
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::date[], $7::date[], $8::text[],
       $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[])
       as t (id, status, sub_status, status_since, last_scan_at, edd_from, edd_to, window_from, window_to, edd_source,
         carrier_unique_id, service_level, underlying_carrier, destination, proof)
     where s.id = t.id`,
    toColumns(rows, [
      "id",
      "status",
      "subStatus",
      "statusSince",
      "lastScanAt",
      "eddFrom",
      "eddTo",
      "windowFrom",
      "windowTo",
      "eddSource",
      "carrierUniqueId",
      "serviceLevel",
      "underlyingCarrier",
      "destinationJson",
      "proofJson",
    ]),
  );
}

/** Under which carriers the numbers that a connection was asked about are registered: an aggregator's are any carrier's. Locks nothing. */
export async function findNumberKeys(
  db: Queryable,
  numbers: readonly { readonly connectionId: string; readonly trackingNumber: string }[],
): Promise<(NumberKey & { readonly connectionId: string })[]> {
  if (numbers.length === 0) return [];
  const { rows } = await db.query<NumberKey & { connectionId: string }>(
    `select distinct s.store_id as "storeId", s.carrier, s.tracking_number as "trackingNumber", s.connection_id as "connectionId"
     from unnest($1::text[], $2::text[]) as t (connection_id, tracking_number)
     join shipments s on s.tracking_number = t.tracking_number and s.connection_id = t.connection_id`,
    toColumns(numbers, ["connectionId", "trackingNumber"]),
  );
  return rows;
}

/** Notes on numbers that the carrier could not tell about, the latest word of each. Only shipments that exist are marked. */
export async function markShipmentNotices(
  db: Queryable,
  notices: readonly (NumberKey & { readonly kind: string; readonly noticedAt: Date })[],
): Promise<void> {
  if (notices.length === 0) return;
  await db.query(
    `update shipments s set notice_kind = t.kind, notice_at = t.noticed_at
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as t (store_id, carrier, tracking_number, kind, noticed_at)
     where s.store_id = t.store_id and s.carrier = t.carrier and s.tracking_number = t.tracking_number
       and (s.notice_at is null or s.notice_at <= t.noticed_at)`,
    toColumns(notices, ["storeId", "carrier", "trackingNumber", "kind", "noticedAt"]),
  );
}

/** A key usable in a Map. Numbers and codes hold no blanks. */
export function keyText(key: NumberKey): string {
  return `${key.storeId} ${key.carrier} ${key.trackingNumber}`;
}
