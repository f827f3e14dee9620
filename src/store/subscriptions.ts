import type { SubscriptionState } from "../domain/listening.js";
import type { SubStatus } from "../domain/status.js";
import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** A subscription that is to be looked at, with what a carrier needs to know of its number. */
export interface DueSubscription {
  readonly shipmentId: string;
  readonly trackingNumber: string;
  readonly carrierUniqueId: string | null;
  /** `YYYY-MM-DD` */
  readonly shipDate: string | null;
  /** The carrier that has the parcel, where the connection is an aggregator's and somebody knows. */
  readonly carrier: string | null;
  readonly state: SubscriptionState;
  /** The carrier's id of the subscription. */
  readonly reference: string | null;
  /** The carrier's job that decides about it, or decided; a job is asked about with all its numbers. */
  readonly jobId: string | null;
  /** When the carrier last agreed. */
  readonly subscribedAt: Date | null;
  readonly expiresAt: Date | null;
  /** In vain since it last came out well. */
  readonly attempts: number;
  /** The most numbers to ask for together with it, while a batch that was rejected is being halved; else null. */
  readonly batchLimit: number | null;
  readonly reason: string | null;
  /** How the shipment stands; of a leg, how the shipment stands that it belongs to. */
  readonly subStatus: SubStatus | null;
  readonly lastScanAt: Date | null;
  readonly retired: boolean;
  readonly createdAt: Date;
  /** Proves the claim when its result is written. */
  readonly claimedUntil: Date;
}

/** What to write after a subscription was looked at. `nextAttemptAt` is null when there is nothing left to do. */
export type SubscriptionResult = Pick<
  DueSubscription,
  | "shipmentId"
  | "claimedUntil"
  | "state"
  | "reference"
  | "jobId"
  | "subscribedAt"
  | "expiresAt"
  | "attempts"
  | "batchLimit"
  | "reason"
> & { readonly nextAttemptAt: Date | null };

/** An aggregator is told whose number it is: what it said itself, else the carrier under which it is registered. */
const UNDERLYING = `coalesce(s.underlying_carrier, nullif(s.carrier, c.connector))`;

const DUE_COLUMNS = `q.shipment_id as "shipmentId", s.tracking_number as "trackingNumber", s.carrier_unique_id as "carrierUniqueId",
  s.ship_date as "shipDate", ${UNDERLYING} as carrier, q.state, q.reference, q.job_id as "jobId", q.subscribed_at as "subscribedAt",
  q.expires_at as "expiresAt", q.attempts, q.batch_limit as "batchLimit", q.reason, coalesce(p.sub_status, s.sub_status) as "subStatus",
  coalesce(p.last_scan_at, s.last_scan_at) as "lastScanAt", coalesce(p.voided_at, s.voided_at) is not null
    or coalesce(p.replaced_by, s.replaced_by) is not null as retired,
  s.created_at as "createdAt", q.next_attempt_at as "claimedUntil"`;

/** A JavaScript date holds milliseconds, and the claim must be told apart by it. */
const CLAIMED_UNTIL = `date_trunc('milliseconds', now()) + make_interval(secs => $3)`;

/** The enabled carrier connections with a subscription to look at that nothing keeps from being called. */
export async function listConnectionsToSubscribe(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from connections c
     where c.family = 'carrier' and c.enabled and (c.blocked_until is null or c.blocked_until < now())
       and (c.subscribing_paused_until is null or c.subscribing_paused_until < now())
       and (exists (select from shipment_subscriptions s where s.connection_id = c.id and s.state <> 'pending' and s.next_attempt_at <= now())
         or exists (select from shipment_subscriptions s where s.connection_id = c.id and s.state = 'pending' and s.next_attempt_at <= now()))
     order by c.id limit 1000`,
  );
  return rows.map((row) => row.id);
}

/**
 * Takes subscriptions of one connection that are due, those whose carrier decides in a job excepted, and puts them off by
 * `claimSeconds`: no other process looks at them, and one that dies only delays them. Locks no shipment.
 */
export async function claimDueSubscriptions(
  db: Queryable,
  connectionId: string,
  { limit, claimSeconds }: { readonly limit: number; readonly claimSeconds: number },
): Promise<DueSubscription[]> {
  const { rows } = await db.query<DueSubscription>(
    `with due as (
       select shipment_id from shipment_subscriptions
       where connection_id = $1 and state <> 'pending' and next_attempt_at <= now()
       order by next_attempt_at limit $2
       for no key update skip locked
     ), q as (
       update shipment_subscriptions u set next_attempt_at = ${CLAIMED_UNTIL} from due where u.shipment_id = due.shipment_id
       returning u.*
     )
     select ${DUE_COLUMNS} from q join shipments s on s.id = q.shipment_id join connections c on c.id = q.connection_id left join shipments p on p.id = s.leg_of
     order by q.shipment_id`,
    [connectionId, limit, claimSeconds],
  );
  return rows;
}

/** A carrier's job that is to be asked about. */
export interface DueJob {
  readonly jobId: string;
  /** Not decided yet, and claimed. */
  readonly pending: readonly DueSubscription[];
  /** Everything that the job was asked for, decided or not. */
  readonly numbers: readonly Pick<DueSubscription, "trackingNumber" | "carrierUniqueId" | "shipDate" | "carrier">[];
}

/** Takes the job of one connection that is longest due, as `claimDueSubscriptions` does; null when none is. */
export async function claimDueJob(
  db: Queryable,
  connectionId: string,
  { claimSeconds }: { readonly claimSeconds: number },
): Promise<DueJob | null> {
  // Two processes may share a job's rows between them. That costs a call and does no harm, as each writes its own.
  const { rows: pending } = await db.query<DueSubscription>(
    `with job as (
       select job_id from shipment_subscriptions
       where connection_id = $1 and state = 'pending' and next_attempt_at <= now()
       order by next_attempt_at limit 1
     ), due as (
       select u.shipment_id from shipment_subscriptions u join job on job.job_id = u.job_id
       where u.connection_id = $1 and u.state = 'pending' and u.next_attempt_at <= now()
       order by u.shipment_id limit $2
       for no key update of u skip locked
     ), q as (
       update shipment_subscriptions u set next_attempt_at = ${CLAIMED_UNTIL} from due where u.shipment_id = due.shipment_id
       returning u.*
     )
     select ${DUE_COLUMNS} from q join shipments s on s.id = q.shipment_id join connections c on c.id = q.connection_id left join shipments p on p.id = s.leg_of
     order by q.shipment_id`,
    [connectionId, MAX_JOB_NUMBERS, claimSeconds],
  );
  const jobId = pending[0]?.jobId ?? null;
  if (jobId === null) return null;
  const { rows: numbers } = await db.query<DueJob["numbers"][number]>(
    `select s.tracking_number as "trackingNumber", s.carrier_unique_id as "carrierUniqueId", s.ship_date as "shipDate",
       ${UNDERLYING} as carrier
     from shipment_subscriptions q join shipments s on s.id = q.shipment_id join connections c on c.id = q.connection_id
     where q.connection_id = $1 and q.job_id = $2
     order by q.shipment_id limit $3`,
    [connectionId, jobId, MAX_JOB_NUMBERS],
  );
  return { jobId, pending, numbers };
}

/** The largest batch of any carrier, with room. */
const MAX_JOB_NUMBERS = 5_000;

/**
 * Which of the shipments whose subscriptions are to end share the number, or the carrier's subscription, with one that is
 * still needed: there the carrier has to go on pushing.
 */
export async function findStillNeeded(
  db: Queryable,
  connectionId: string,
  shipmentIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(
    `select q.shipment_id as id from shipment_subscriptions q join shipments s on s.id = q.shipment_id
     where q.shipment_id = any($2::text[]) and (
       exists (
         select from shipments o join shipment_subscriptions x on x.shipment_id = o.id
         where o.tracking_number = s.tracking_number and x.connection_id = $1 and x.state <> 'ended' and x.shipment_id <> all($2::text[])
       ) or exists (
         select from shipment_subscriptions x
         where x.connection_id = $1 and x.reference = q.reference and x.state <> 'ended' and x.shipment_id <> all($2::text[])
       )
     )`,
    [connectionId, shipmentIds],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Whether the row is as the claim left it. In an update this sees the newest version of the row. */
const HELD = "q.next_attempt_at is not distinct from t.claimed_until";

/**
 * Writes what came of looking at claimed subscriptions. What was changed meanwhile (the shipment voided, other credentials)
 * keeps its state and is looked at again at once, yet remembers what the carrier agreed to.
 */
export async function writeSubscriptionResults(db: Queryable, results: readonly SubscriptionResult[]): Promise<void> {
  if (results.length === 0) return;
  await db.query(
    `with locked as (
       select shipment_id from shipment_subscriptions where shipment_id = any($1::text[]) order by shipment_id for no key update
     )
     update shipment_subscriptions q set
       state = case when ${HELD} then t.state else q.state end,
       job_id = case when ${HELD} then t.job_id else q.job_id end,
       next_attempt_at = case when ${HELD} then t.next_attempt_at else q.next_attempt_at end,
       attempts = case when ${HELD} then t.attempts else q.attempts end,
       batch_limit = case when ${HELD} then t.batch_limit else q.batch_limit end,
       reason = case when ${HELD} then t.reason else q.reason end,
       expires_at = case when ${HELD} or t.state = 'subscribed' then t.expires_at else q.expires_at end,
       reference = coalesce(t.reference, q.reference), subscribed_at = coalesce(t.subscribed_at, q.subscribed_at), updated_at = now()
     from locked join unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[],
         $8::timestamptz[], $9::int[], $10::text[], $11::int[])
       as t (id, claimed_until, state, reference, job_id, subscribed_at, expires_at, next_attempt_at, attempts, reason, batch_limit)
       on t.id = locked.shipment_id
     where q.shipment_id = locked.shipment_id`,
    toColumns(results, [
      "shipmentId",
      "claimedUntil",
      "state",
      "reference",
      "jobId",
      "subscribedAt",
      "expiresAt",
      "nextAttemptAt",
      "attempts",
      "reason",
      "batchLimit",
    ]),
  );
}

/** Keeps a connection from being asked for subscriptions until a moment, with the reason. It may still be polled. */
export async function pauseSubscribing(
  db: Queryable,
  connectionId: string,
  until: Date,
  reason: string,
): Promise<void> {
  await db.query(
    `update connections set subscribing_paused_until = greatest(subscribing_paused_until, $2), subscribing_paused_reason = $3,
       updated_at = now()
     where id = $1`,
    [connectionId, until, reason],
  );
}

/**
 * Asks for everything of a connection anew: its credentials are others, or the carrier may have given up while it was
 * switched off. What stood is waiting until the carrier has agreed again.
 */
export async function subscribeAnew(db: Queryable, connectionId: string): Promise<void> {
  await db.query(
    `with locked as (
       select shipment_id from shipment_subscriptions
       where connection_id = $1 and state <> 'ended'
       order by shipment_id for no key update
     ), free as (
       update connections set subscribing_paused_until = null, subscribing_paused_reason = null where id = $1
     )
     update shipment_subscriptions q set state = 'waiting', job_id = null, next_attempt_at = now(), attempts = 0, batch_limit = null,
       reason = null, updated_at = now()
     from locked where q.shipment_id = locked.shipment_id`,
    [connectionId],
  );
}
