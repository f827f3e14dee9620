import type { LeasedCarrierMessage } from "./carrier-messages.js";
import type { Queryable } from "./database.js";
import type { NumberKey } from "./shipment-states.js";

/** Which messages a replay reads. Null leaves a field open. */
export interface MessageFilter {
  /** Connector that brought them. */
  readonly carrier: string | null;
  readonly receivedSince: Date | null;
  /** `YYYY-MM-DD`, first of a month: nothing of an earlier month is looked at. */
  readonly firstMonth: string | null;
  /** Only messages that name one of these numbers, asked for it, or gave one of its scans. */
  readonly numbers: readonly NumberKey[] | null;
}

/** How much is read at once. One message is always read, however large. */
export interface PageLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** The id after which no message is read: what comes later was made with what we know now. Null when there is none at all. */
export async function lastMessageId(session: Queryable): Promise<string | null> {
  const { rows } = await session.query<{ id: string | null }>(`select max(id) as id from carrier_messages`);
  return rows[0]?.id ?? null;
}

/** How many messages the filter lets through, and how many of them are parked. Numbers are not looked at: too dear to count. */
export async function countReplayMessages(
  session: Queryable,
  filter: MessageFilter,
): Promise<{ readonly messages: number; readonly parked: number }> {
  const { rows } = await session.query<{ messages: number; parked: number }>(
    `select count(*) as messages, count(p.message_id) as parked
     from carrier_messages m join connections c on c.id = m.connection_id
     left join parked_messages p on p.message_id = m.id
     where ${FILTER}`,
    filterValues(filter),
  );
  return rows[0] ?? { messages: 0, parked: 0 };
}

/**
 * The next messages after `afterId`, by id, which is by age. Those that wait for the normaliser or are parked are left
 * out: what they say has not been written, so it is news that a replay must not swallow.
 */
export async function readReplayPage(
  session: Queryable,
  filter: MessageFilter,
  range: { readonly afterId: string; readonly untilId: string },
  limits: PageLimits,
): Promise<LeasedCarrierMessage[]> {
  const { numbers } = filter;
  const source = `from carrier_messages m join connections c on c.id = m.connection_id
    where ${FILTER} and m.id > $4 and m.id <= $5
      and not exists (select from carrier_message_queue q where q.message_id = m.id)
      and not exists (select from parked_messages p where p.message_id = m.id)
      ${numbers === null ? "" : NAMES_A_NUMBER}`;
  const { rows } = await session.query<LeasedCarrierMessage>(pageOf(source, "$6", "$7"), [
    ...filterValues(filter),
    range.afterId,
    range.untilId,
    limits.messages,
    limits.bytes,
    ...(numbers === null
      ? []
      : [
          [...new Set(numbers.map(({ storeId }) => storeId))],
          [...new Set(numbers.map(({ trackingNumber }) => trackingNumber))],
        ]),
  ]);
  return rows;
}

/** The fields of `MessageFilter` but numbers, as $1 to $3. */
const FILTER = `($1::text is null or c.connector = $1) and ($2::timestamptz is null or m.received_at >= $2)
  and ($3::date is null or m.received_month >= $3)`;

function filterValues({ carrier, receivedSince, firstMonth }: MessageFilter): unknown[] {
  return [carrier, receivedSince, firstMonth];
}

/** $8: stores, $9: tracking numbers. The pointers of scans find bodies in which the number is written otherwise. */
const NAMES_A_NUMBER = `and c.store_id = any($8::text[]) and (
  m.asked_numbers && $9::text[]
  or exists (select from unnest($9::text[]) as n (number) where position(convert_to(n.number, 'UTF8') in m.body) > 0)
  or m.id in (
    select e.message_id from replay_scope join shipments s using (store_id, carrier, tracking_number)
    join scan_events e on e.shipment_id = s.id and e.shipment_month = s.shipment_month
  ))`;

/** A page of messages, cut where it would hold too many bytes. Bodies that do not make the page are not even unpacked. */
function pageOf(source: string, messages: string, bytes: string): string {
  return `select id, received_month as "receivedMonth", connection_id as "connectionId", store_id as "storeId", connector,
      source, body, asked_numbers as "askedNumbers", received_at as "receivedAt", 0 as attempts
    from (
      select found.*, sum(octet_length(body)) over (order by id) as running, row_number() over (order by id) as place
      from (
        select m.id, m.received_month, m.connection_id, c.store_id, c.connector, m.source, m.body, m.asked_numbers, m.received_at
        ${source}
        order by m.id limit ${messages}
      ) as found
    ) as page
    where place = 1 or running <= ${bytes} order by id`;
}
