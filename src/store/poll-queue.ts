import type { Status, SubStatus } from "../domain/status.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** A shipment that is due to be asked about. */
export interface DueShipment {
  readonly id: string;
  readonly trackingNumber: string;
  readonly carrierUniqueId: string | null;
  readonly shipDate: string | null;
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly lastScanAt: Date | null;
  readonly createdAt: Date;
}

/** The enabled carrier connections with something due that nobody has blocked. */
export async function listConnectionsDue(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from connections c
     where c.family = 'carrier' and c.enabled and (c.blocked_until is null or c.blocked_until < now())
       and exists (select from shipments s where s.connection_id = c.id and s.next_poll_at <= now())
     order by c.id limit 1000`,
  );
  return rows.map((row) => row.id);
}

/**
 * Takes due shipments of one connection, those on delivery day first, and puts them off by `claimSeconds`, so that
 * another process does not ask about them too and a process that dies only delays them.
 */
export async function claimDueShipments(
  db: Queryable,
  connectionId: string,
  { limit, claimSeconds }: { readonly limit: number; readonly claimSeconds: number },
): Promise<DueShipment[]> {
  const { rows } = await db.query<DueShipment>(
    `with due as (
       select id from shipments
       where connection_id = $1 and next_poll_at <= now()
       order by status = 'out_for_delivery' desc nulls last, next_poll_at
       limit $2
       for no key update skip locked
     )
     update shipments s set next_poll_at = now() + make_interval(secs => $3)
     from due where s.id = due.id
     returning s.id, s.tracking_number as "trackingNumber", s.carrier_unique_id as "carrierUniqueId", s.ship_date as "shipDate",
       s.status, s.sub_status as "subStatus", s.last_scan_at as "lastScanAt", s.created_at as "createdAt"`,
    [connectionId, limit, claimSeconds],
  );
  return rows;
}

/** Says when to ask again; null for never. `polled` notes that the carrier answered. What was retired meanwhile stays silent. */
export async function scheduleNextPolls(
  db: Queryable,
  polls: readonly { readonly id: string; readonly nextPollAt: Date | null }[],
  { polled }: { readonly polled: boolean },
): Promise<void> {
  if (polls.length === 0) return;
  await db.query(
    `with locked as (
       -- By id, as everybody locks shipments, so that the normaliser and this never wait for each other in a circle.
       select id from shipments where id = any($1::text[]) order by id for no key update
     )
     update shipments s set next_poll_at = t.next_poll_at, last_polled_at = case when $3 then now() else s.last_polled_at end
     from locked join unnest($1::text[], $2::timestamptz[]) as t (id, next_poll_at) on t.id = locked.id
     where s.id = locked.id and s.voided_at is null and s.replaced_by is null`,
    [...toColumns(polls, ["id", "nextPollAt"]), polled],
  );
}
