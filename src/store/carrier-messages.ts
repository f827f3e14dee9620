import { joinBytes, toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** A raw body to be kept. `receivedMonth` is the first of the month of `receivedAt`, and names the partition. */
export interface NewCarrierMessage {
  readonly id: string;
  readonly receivedMonth: string;
  readonly connectionId: string;
  readonly source: "push" | "poll";
  readonly bodyHash: Buffer;
  readonly body: Buffer;
  /** What a poll asked about, as a JSON array; null for a push. */
  readonly askedNumbers: string | null;
  readonly receivedAt: Date;
}

/** A message in the hands of one normaliser until its lease ends. */
export interface LeasedCarrierMessage {
  readonly id: string;
  readonly receivedMonth: string;
  readonly connectionId: string;
  readonly storeId: string;
  readonly connector: string;
  readonly source: "push" | "poll";
  readonly body: Buffer;
  readonly askedNumbers: readonly string[] | null;
  readonly receivedAt: Date;
  readonly attempts: number;
}

/** The channel on which normalisers hear that something was queued. */
export const MESSAGES_QUEUED = "waybill_messages_queued";

/**
 * Stores bodies durably and queues them for the normaliser, in one statement. A body that this connection already
 * brought this month is left out, and so is its queue row. Returns the ids that were new.
 *
 * All bodies travel as one value and are cut apart there: an array of them travels as text, twice the bytes and most of
 * what the statement costs on either side.
 */
export async function storeCarrierMessages(
  db: Queryable,
  messages: readonly NewCarrierMessage[],
): Promise<Set<string>> {
  const hashes = joinBytes(messages.map(({ bodyHash }) => bodyHash));
  const bodies = joinBytes(messages.map(({ body }) => body));
  const { rows } = await db.query<{ id: string }>(
    `with stored as (
       insert into carrier_messages (id, received_month, connection_id, source, body_hash, body, asked_numbers, received_at)
       select id, received_month, connection_id, source,
         substring($7::bytea from hash_at for hash_bytes), substring($8::bytea from body_at for body_bytes),
         -- Arrays of unequal length do not travel as one array, so they come as JSON.
         case when asked is not null then array(select jsonb_array_elements_text(asked::jsonb)) end,
         to_timestamp(received_ms / 1000)
       from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::float8[], $9::int[], $10::int[], $11::int[], $12::int[])
         as t (id, received_month, connection_id, source, asked, received_ms, hash_at, hash_bytes, body_at, body_bytes)
       on conflict (connection_id, body_hash, received_month) do nothing
       returning id, received_month
     ), queued as (
       insert into carrier_message_queue (message_id, received_month)
       select id, received_month from stored
     )
     -- Once for all of them, and only when something was queued.
     select id, (select pg_notify('${MESSAGES_QUEUED}', '')) from stored`,
    [
      ...toColumns(messages, ["id", "receivedMonth", "connectionId", "source", "askedNumbers"]),
      messages.map(({ receivedAt }) => receivedAt.getTime()),
      hashes.bytes,
      bodies.bytes,
      hashes.starts,
      hashes.lengths,
      bodies.starts,
      bodies.lengths,
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** The most bytes of bodies in one lease, unless one body alone has more: they are all in memory at once, and what they say too. */
const MAX_LEASE_BYTES = 32 * 1024 * 1024;

/**
 * Takes the oldest waiting messages for `leaseSeconds`, at most `batchSize` and 32 MiB of them. Rows that another normaliser holds
 * are skipped, not waited for; a lease that ran out (its owner died) is taken over.
 */
export async function leaseCarrierMessages(
  db: Queryable,
  lease: string,
  { batchSize, leaseSeconds }: { readonly batchSize: number; readonly leaseSeconds: number },
): Promise<LeasedCarrierMessage[]> {
  const { rows } = await db.query<LeasedCarrierMessage>(
    `with due as (
       select message_id, received_month from carrier_message_queue
       where leased_until is null or leased_until < now()
       order by message_id
       limit $2
       for update skip locked
     ), sized as (
       -- The size of a body is known without unpacking it.
       select m.*, sum(octet_length(m.body)) over (order by m.id) as bytes, row_number() over (order by m.id) as at
       from due, lateral (
         -- One by one, each in its month: as a plain join the planner would sooner read months of bodies from end to end.
         select * from carrier_messages m
         where m.id = due.message_id and m.received_month = due.received_month limit 1
       ) as m
     ), leased as (
       update carrier_message_queue q
       set lease = $1, leased_until = now() + make_interval(secs => $3), attempts = attempts + 1
       from sized where q.message_id = sized.id and (sized.bytes <= $4 or sized.at = 1)
       returning q.message_id, q.attempts
     )
     select m.id, m.received_month as "receivedMonth", m.connection_id as "connectionId", c.store_id as "storeId",
            c.connector, m.source, m.body, m.asked_numbers as "askedNumbers", m.received_at as "receivedAt", leased.attempts
     from leased join sized m on m.id = leased.message_id
     join connections c on c.id = m.connection_id
     order by m.id`,
    [lease, batchSize, leaseSeconds, MAX_LEASE_BYTES],
  );
  return rows;
}

/** Ends the leases of finished messages. Returns how many were still ours: fewer than asked means roll back. */
export async function finishCarrierMessages(db: Queryable, lease: string, ids: readonly string[]): Promise<number> {
  const { rowCount } = await db.query(
    `delete from carrier_message_queue where message_id = any($1::text[]) and lease = $2`,
    [ids, lease],
  );
  return rowCount ?? 0;
}

/** Puts finished messages back, to be read again, those that are still kept. One that waits already stays as it is. */
export async function queueAgain(
  db: Queryable,
  messages: readonly { readonly id: string; readonly receivedMonth: string }[],
): Promise<void> {
  if (messages.length === 0) return;
  await db.query(
    `insert into carrier_message_queue (message_id, received_month)
     select distinct on (id) id, received_month from unnest($1::text[], $2::date[]) as t (id, received_month)
     where exists (
       select from carrier_messages m where m.id = any($1::text[]) and m.received_month = any($2::date[]) and m.id = t.id
     )
     order by id
     on conflict (message_id) do nothing`,
    toColumns(messages, ["id", "receivedMonth"]),
  );
}

/** Gives leased messages back at once, for another try. */
export async function releaseCarrierMessages(db: Queryable, lease: string): Promise<void> {
  await db.query(`update carrier_message_queue set lease = null, leased_until = null where lease = $1`, [lease]);
}

/** How many messages wait, and since when the oldest does. */
export async function countQueuedMessages(db: Queryable): Promise<{ waiting: number }> {
  const { rows } = await db.query<{ waiting: number }>(`select count(*)::int as waiting from carrier_message_queue`);
  return rows[0] ?? { waiting: 0 };
}
