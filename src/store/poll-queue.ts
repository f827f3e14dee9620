import type { Place } from "../domain/place.js";
import type { Status, SubStatus } from "../domain/status.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** A shipment that is to be asked about, or to be planned. Of a leg, the facts are those of the shipment that it belongs to. */
export interface DueShipment {
  readonly id: string;
  readonly trackingNumber: string;
  readonly carrierUniqueId: string | null;
  /** `YYYY-MM-DD` */
  readonly shipDate: string | null;
  /** The carrier that has the parcel; of a number that is registered with an aggregator null where nobody knows. */
  readonly carrier: string | null;
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  /** `YYYY-MM-DD` */
  readonly eddFrom: string | null;
  readonly eddTo: string | null;
  readonly destination: Place | null;
  readonly lastScanAt: Date | null;
  readonly createdAt: Date;
  readonly noticeKind: string | null;
  /** When the carrier agreed to push it; null unless it does. */
  readonly subscribedAt: Date | null;
  /** When anything last was pushed through its connection. */
  readonly pushHeardAt: Date | null;
  /** Void, replaced, or registered by nobody: the carrier is not asked about it. */
  readonly unwanted: boolean;
}

/** A shipment to be asked about now. */
export interface ClaimedShipment extends DueShipment {
  /** Since when it waits for its turn. */
  readonly dueAt: Date;
  /** The most numbers that it may be asked about with; null where nothing was rejected. */
  readonly batchLimit: number | null;
}

/** When to ask next; null for never. */
export interface ScheduledPoll {
  readonly id: string;
  readonly nextPollAt: Date | null;
  /** As planned; null leaves it as it is. */
  readonly rank: number | null;
  /** From when it comes first, if it still waits then; null for never. */
  readonly urgentAt: Date | null;
  readonly batchLimit: number | null;
}

const RANKS = "unnest('{0,1,2,3}'::smallint[])";

const FACTS = `s.id, s.tracking_number as "trackingNumber", s.carrier_unique_id as "carrierUniqueId", s.ship_date as "shipDate",
  case when s.carrier = c.connector then s.underlying_carrier else s.carrier end as carrier,
  f.status, f.sub_status as "subStatus", f.edd_from as "eddFrom", f.edd_to as "eddTo",
  coalesce(case when f.direction = 'outbound' and o.destination is not null then jsonb_build_object('city', o.destination->'city',
    'region', o.destination->'region', 'country', o.destination->'country', 'postalCode', o.destination->'postalCode',
    'facilityCode', null) end, f.destination) as destination,
  greatest(f.last_scan_at, s.last_scan_at) as "lastScanAt", s.created_at as "createdAt", s.notice_kind as "noticeKind",
  case when q.state = 'subscribed' and (q.expires_at is null or q.expires_at > now()) then q.subscribed_at end as "subscribedAt",
  c.push_heard_at as "pushHeardAt",
  s.voided_at is not null or s.replaced_by is not null or f.voided_at is not null or f.replaced_by is not null
    or f.order_id is null as unwanted`;

/** `f` is the shipment whose facts count. */
const FACTS_FROM = `join shipments f on f.id = coalesce(s.leg_of, s.id) left join connections c on c.id = s.connection_id
  left join orders o on o.id = f.order_id left join shipment_subscriptions q on q.shipment_id = s.id`;

/** The enabled carrier connections with something due that nobody has blocked. */
export async function listConnectionsDue(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from connections c
     where c.family = 'carrier' and c.enabled and (c.blocked_until is null or c.blocked_until < now())
       and exists (
         select from ${RANKS} as rank, lateral (
           select from shipments s where s.connection_id = c.id and s.poll_rank = rank and s.next_poll_at <= now() limit 1
         ) as due
       )
     order by c.id limit 1000`,
  );
  return rows.map((row) => row.id);
}

/**
 * Takes due shipments of one connection and puts them off by `claimSeconds`, so that another process does not ask about them
 * too and a process that dies only delays them. Who is latest comes first, measured by the patience of its rank (minutes, by
 * rank from 0). Reads at most `limit` of each rank.
 */
export async function claimDueShipments(
  db: Queryable,
  connectionId: string,
  {
    limit,
    claimSeconds,
    patienceMinutes,
  }: { readonly limit: number; readonly claimSeconds: number; readonly patienceMinutes: readonly number[] },
): Promise<ClaimedShipment[]> {
  const { rows } = await db.query<ClaimedShipment>(
    `with latest as (
       -- Within a rank who waits longest is latest, so the first of each rank are enough.
       select due.id, due.next_poll_at, extract(epoch from now() - due.next_poll_at) / line.patience as lateness
       from unnest($4::float8[]) with ordinality as line (patience, place), lateral (
         select id, next_poll_at from shipments
         where connection_id = $1 and poll_rank = line.place - 1 and next_poll_at <= now()
         order by next_poll_at limit $2
         for no key update skip locked
       ) as due
     ), first as (
       select id, next_poll_at as due_at, row_number() over (order by lateness desc, id) as place
       from latest order by place limit $2
     ), claimed as (
       update shipments s set next_poll_at = now() + make_interval(secs => $3) from first where s.id = first.id
       returning s.id, s.poll_batch_limit
     )
     select ${FACTS}, first.due_at as "dueAt", claimed.poll_batch_limit as "batchLimit"
     from claimed join first on first.id = claimed.id join shipments s on s.id = claimed.id ${FACTS_FROM}
     order by first.place`,
    [connectionId, limit, claimSeconds, patienceMinutes],
  );
  return rows;
}

/**
 * Says when to ask again; null for never. `polled` notes that the carrier answered. What was retired meanwhile stays silent,
 * and what moved meanwhile is planned anew.
 */
export async function scheduleNextPolls(
  db: Queryable,
  polls: readonly ScheduledPoll[],
  { polled }: { readonly polled: boolean },
): Promise<void> {
  if (polls.length === 0) return;
  await db.query(
    `with locked as (
       -- By id, as everybody locks shipments, so that the normaliser and this never wait for each other in a circle.
       select id from shipments where id = any($1::text[]) order by id for no key update
     )
     update shipments s set next_poll_at = t.next_poll_at, poll_rank = coalesce(t.rank, s.poll_rank),
       poll_batch_limit = t.batch_limit,
       poll_urgent_at = case when t.rank is null and t.next_poll_at is not null then s.poll_urgent_at else t.urgent_at end,
       last_polled_at = case when $6 then now() else s.last_polled_at end
     from locked join unnest($1::text[], $2::timestamptz[], $3::smallint[], $4::timestamptz[], $5::int[])
         as t (id, next_poll_at, rank, urgent_at, batch_limit)
       on t.id = locked.id
     where s.id = locked.id and s.voided_at is null and s.replaced_by is null`,
    [...toColumns(polls, ["id", "nextPollAt", "rank", "urgentAt", "batchLimit"]), polled],
  );
}

/**
 * Plans anew what has moved since it was planned, legs with their shipments, at most `limit` of them: a parcel that was found
 * to be out for delivery must not wait as long as one on its way. To be run in a transaction. Returns how many.
 */
export async function replanPolls(
  tx: Queryable,
  limit: number,
  plan: (shipment: DueShipment) => ScheduledPoll,
): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `with stale as (
       select id from shipments where poll_plan_stale and next_poll_at is not null order by id limit $1
     ), locked as (
       select id from shipments
       where id in (select id from stale union select l.id from stale join shipments l on l.leg_of = stale.id and l.next_poll_at is not null)
       order by id for no key update
     )
     update shipments s set poll_plan_stale = false from locked where s.id = locked.id returning s.id`,
    [limit],
  );
  const ids = rows.map(({ id }) => id);
  // Read under the locks: what moved while we waited for them is planned as it is now.
  const facts = await tx.query<DueShipment>(
    `select ${FACTS} from shipments s ${FACTS_FROM} where s.id = any($1::text[])`,
    [ids],
  );
  await scheduleNextPolls(tx, facts.rows.map(plan), { polled: false });
  return rows.length;
}

/**
 * Lets those come first that have become urgent while they waited, at most `limit` of them: their delivery day has begun, or
 * they are to be left alone. Without it a debt would hide them behind what was planned days ago. Returns how many.
 */
export async function raiseUrgentPolls(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `with begun as (
       select id from shipments where poll_urgent_at <= now() order by poll_urgent_at limit $1 for no key update skip locked
     )
     update shipments s set poll_urgent_at = null, poll_rank = 0,
       next_poll_at = case when s.next_poll_at is not null then s.poll_urgent_at end
     from begun where s.id = begun.id`,
    [limit],
  );
  return rowCount ?? 0;
}
