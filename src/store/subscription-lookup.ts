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

/** How many numbers of each connection are in which state; what has ended is not counted. By connection id. */
export async function countSubscriptions(
  db: Queryable,
): Promise<Map<string, Partial<Record<SubscriptionState, number>>>> {
  const { rows } = await db.query<{ connectionId: string; counts: Partial<Record<SubscriptionState, number>> }>(
    `select "connectionId", jsonb_object_agg(state, n) as counts from (
       select connection_id as "connectionId", state, count(*)::int as n
       from shipment_subscriptions where state <> 'ended' group by connection_id, state
     ) counted group by "connectionId"`,
  );
  return new Map(rows.map(({ connectionId, counts }) => [connectionId, counts]));
}
