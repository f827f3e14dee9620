import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** A message set aside, with the sentence that says why. */
export interface ParkedMessage {
  readonly messageId: string;
  readonly receivedMonth: string;
  readonly connectionId: string;
  readonly reason: string;
}

/** A parked message as an operator sees it. */
export interface ParkedMessageRow extends ParkedMessage {
  readonly connector: string;
  readonly storeId: string;
  readonly source: string;
  readonly bytes: number;
  readonly receivedAt: Date;
  readonly parkedAt: Date;
}

/** Sets messages aside. Parked again, the newest reason stands. */
export async function parkMessages(db: Queryable, parked: readonly ParkedMessage[]): Promise<void> {
  await db.query(
    `insert into parked_messages (message_id, received_month, connection_id, reason)
     select * from unnest($1::text[], $2::date[], $3::text[], $4::text[])
     on conflict (message_id) do update set reason = excluded.reason, parked_at = now()`,
    toColumns(parked, ["messageId", "receivedMonth", "connectionId", "reason"]),
  );
}

const PARKED_COLUMNS = `p.message_id as "messageId", p.received_month as "receivedMonth", p.connection_id as "connectionId",
  p.reason, c.connector, c.store_id as "storeId", m.source, octet_length(m.body) as bytes, m.received_at as "receivedAt", p.parked_at as "parkedAt"`;

/** The newest parked messages first. */
export async function listParkedMessages(db: Queryable, limit: number): Promise<ParkedMessageRow[]> {
  const { rows } = await db.query<ParkedMessageRow>(
    `select ${PARKED_COLUMNS} from parked_messages p
     join carrier_messages m on m.id = p.message_id and m.received_month = p.received_month
     join connections c on c.id = p.connection_id
     order by p.parked_at desc, p.message_id desc limit $1`,
    [limit],
  );
  return rows;
}

/** One parked message with its raw body, or null. */
export async function findParkedMessage(
  db: Queryable,
  messageId: string,
): Promise<(ParkedMessageRow & { readonly body: Buffer }) | null> {
  const { rows } = await db.query<ParkedMessageRow & { body: Buffer }>(
    `select ${PARKED_COLUMNS}, m.body from parked_messages p
     join carrier_messages m on m.id = p.message_id and m.received_month = p.received_month
     join connections c on c.id = p.connection_id
     where p.message_id = $1`,
    [messageId],
  );
  return rows[0] ?? null;
}

/** Queues parked messages again: the named ones, or all. Returns how many. */
export async function retryParkedMessages(db: Queryable, messageIds: readonly string[] | "all"): Promise<number> {
  const { rowCount } = await db.query(
    `with taken as (
       delete from parked_messages where $1::text[] is null or message_id = any($1::text[])
       returning message_id, received_month
     )
     insert into carrier_message_queue (message_id, received_month)
     select message_id, received_month from taken
     on conflict (message_id) do nothing`,
    [messageIds === "all" ? null : messageIds],
  );
  return rowCount ?? 0;
}
