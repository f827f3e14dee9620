import type { ListeningFacts, SubscriptionState } from "../domain/listening.js";
import type { Queryable } from "./database.js";

type Row = Omit<ListeningFacts, "subscription"> &
  Omit<NonNullable<ListeningFacts["subscription"]>, "state"> & {
    readonly shipmentId: string;
    readonly state: SubscriptionState | null;
  };

/** What is stored of how shipments are listened to, by shipment id. */
export async function readListening(
  db: Queryable,
  shipmentIds: readonly string[],
): Promise<Map<string, ListeningFacts>> {
  if (shipmentIds.length === 0) return new Map();
  const { rows } = await db.query<Row>(
    `select s.id as "shipmentId", case when c.id is null then 'none' when c.enabled then 'enabled' else 'disabled' end as connection,
       q.state, q.subscribed_at as "subscribedAt", q.expires_at as "expiresAt", q.reason,
       case when c.subscribing_paused_until > now() then c.subscribing_paused_reason end as "pausedReason",
       c.push_heard_at as "pushHeardAt", s.next_poll_at is not null as polled
     from shipments s left join connections c on c.id = s.connection_id left join shipment_subscriptions q on q.shipment_id = s.id
     where s.id = any($1::text[])`,
    [shipmentIds],
  );
  return new Map(
    rows.map(({ shipmentId, state, subscribedAt, expiresAt, reason, ...row }) => [
      shipmentId,
      { ...row, subscription: state === null ? null : { state, subscribedAt, expiresAt, reason } },
    ]),
  );
}

/** How subscribing through one carrier connection goes. */
export interface Subscribing {
  readonly connectionId: string;
  readonly connector: string;
  /** Numbers by state; what has ended is not counted. */
  readonly counts: Readonly<Partial<Record<SubscriptionState, number>>>;
  /** Until when the carrier is not asked, and why; null when it is. */
  readonly pausedUntil: Date | null;
  readonly pausedReason: string | null;
}

/** How subscribing goes, for every enabled carrier connection, oldest first. */
export async function readSubscribing(db: Queryable): Promise<Subscribing[]> {
  const { rows } = await db.query<Subscribing>(
    `select c.id as "connectionId", c.connector, coalesce(n.counts, '{}') as counts,
       case when c.subscribing_paused_until > now() then c.subscribing_paused_until end as "pausedUntil",
       case when c.subscribing_paused_until > now() then c.subscribing_paused_reason end as "pausedReason"
     from connections c left join (
       select connection_id, jsonb_object_agg(state, n) as counts from (
         select connection_id, state, count(*)::int as n
         from shipment_subscriptions where state <> 'ended' group by connection_id, state
       ) counted group by connection_id
     ) n on n.connection_id = c.id
     where c.family = 'carrier' and c.enabled
     order by c.id limit 1000`,
  );
  return rows;
}
