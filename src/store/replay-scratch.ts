import type { LeasedCarrierMessage } from "./carrier-messages.js";
import { toColumns } from "./columns.js";
import { allowSilence, type Database, type Queryable } from "./database.js";
import { keyText, type NumberKey } from "./shipment-states.js";

/** What one message says of one number: a tracking as JSON text, known by its hash. Several for one number differ in `position`. */
export interface SaidOfNumber extends NumberKey {
  readonly messageId: string;
  readonly position: number;
  readonly hash: Buffer;
  readonly tracking: string;
}

/** What a message says, as read back. `hash` is null where it says nothing now, but gave a scan once. */
export interface SaidAgain {
  readonly message: LeasedCarrierMessage;
  readonly hash: string | null;
}

/**
 * Runs `work` on a session of its own that has the scratch tables of a replay: which numbers are in its scope, which messages
 * were read, and what they say of which number. They are temporary, so whatever ends the session takes them with it.
 * A tracking is kept once however many messages say it, or a carrier that is asked every hour would fill the disk.
 */
export async function withReplayScratch<Result>(
  { pool }: Pick<Database, "pool">,
  work: (session: Queryable) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    // A page of a rare carrier may have to pass over millions of messages of others.
    allowSilence(client);
    await client.query(`set statement_timeout = 0`);
    for (const table of SCRATCH_TABLES) await client.query(`create temp table ${table}`);
    return await work(client);
  } finally {
    client.release(true);
  }
}

const SCRATCH_TABLES = [
  `replay_scope (store_id text, carrier text, tracking_number text, primary key (store_id, carrier, tracking_number))`,
  `replay_read (message_id text primary key, received_month date, connection_id text, store_id text, connector text,
     source text, received_at timestamptz)`,
  `replay_trackings (hash bytea primary key, tracking text)`,
  `replay_said (store_id text, carrier text, tracking_number text, message_id text, position integer, hash bytea,
     primary key (store_id, tracking_number, carrier, message_id, position))`,
] as const;

/** Notes messages as read, with what they say; with `scoped`, what they say of numbers in scope alone. */
export async function noteRead(
  session: Queryable,
  messages: readonly LeasedCarrierMessage[],
  said: readonly SaidOfNumber[],
  scoped: boolean,
): Promise<void> {
  await session.query(
    `insert into replay_read
     select * from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
     on conflict do nothing`,
    toColumns(messages, ["id", "receivedMonth", "connectionId", "storeId", "connector", "source", "receivedAt"]),
  );
  await session.query(
    `with said as (
       select t.* from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::bytea[], $7::text[])
         as t (store_id, carrier, tracking_number, message_id, position, hash, tracking)
       where not $8::boolean or exists (
         select from replay_scope r
         where r.store_id = t.store_id and r.carrier = t.carrier and r.tracking_number = t.tracking_number)
     ), kept as (
       insert into replay_trackings select hash, tracking from said on conflict do nothing
     )
     insert into replay_said select store_id, carrier, tracking_number, message_id, position, hash from said
     on conflict do nothing`,
    [...toColumns(said, [...KEY_COLUMNS, "messageId", "position", "hash", "tracking"]), scoped],
  );
}

/**
 * Once all is read: notes the messages that gave a shipment a scan, though they may not speak of its number any more
 * (it was misread), and has the planner look at what there is.
 */
export async function finishReading(session: Queryable, scoped: boolean): Promise<void> {
  await session.query(
    `insert into replay_said
     select distinct s.store_id, s.carrier, s.tracking_number, e.message_id, -1, null::bytea
     from ${scoped ? "replay_scope join shipments s using (store_id, carrier, tracking_number)" : "shipments s"}
     join scan_events e on e.shipment_id = s.id and e.shipment_month = s.shipment_month
     join replay_read r on r.message_id = e.message_id
     on conflict do nothing`,
  );
  await session.query(`analyze replay_said, replay_read, replay_trackings`);
}

/** How many numbers were spoken of. */
export async function countSaidNumbers(session: Queryable): Promise<number> {
  const { rows } = await session.query<{ numbers: number }>(
    `select count(*) as numbers from (select distinct store_id, carrier, tracking_number from replay_said) as n`,
  );
  return rows[0]?.numbers ?? 0;
}

/** The next numbers after the given one, with how many statements there are of each. */
export async function nextSaidNumbers(
  session: Queryable,
  after: NumberKey | null,
  limit: number,
): Promise<(NumberKey & { readonly statements: number })[]> {
  const { rows } = await session.query<NumberKey & { statements: number }>(
    `select store_id as "storeId", carrier, tracking_number as "trackingNumber", count(*) as statements from replay_said
     where (store_id, tracking_number, carrier) > ($1, $2, $3)
     group by store_id, tracking_number, carrier order by store_id, tracking_number, carrier limit $4`,
    [after?.storeId ?? "", after?.trackingNumber ?? "", after?.carrier ?? "", limit],
  );
  return rows;
}

/**
 * The numbers given and all that share a shipment or a statement with them (legs; one number with its carrier and with an
 * aggregator): what has to be worked on in one transaction.
 */
export async function withLegs(session: Queryable, keys: readonly NumberKey[]): Promise<NumberKey[]> {
  let known = new Map(keys.map((key) => [keyText(key), key]));
  for (;;) {
    const { rows } = await session.query<NumberKey>(
      `with families as (
         select distinct coalesce(s.leg_of, s.id) as root from shipments s
         where (s.store_id, s.carrier, s.tracking_number) in (select * from unnest($1::text[], $2::text[], $3::text[]))
       )
       select s.store_id as "storeId", s.carrier, s.tracking_number as "trackingNumber"
       from families f join shipments s on s.id = f.root
       union
       select s.store_id, s.carrier, s.tracking_number from families f join shipments s on s.leg_of = f.root
       union
       select s.store_id, s.carrier, s.tracking_number
       from unnest($1::text[], $3::text[]) as n (store_id, tracking_number) join replay_said s using (store_id, tracking_number)`,
      toColumns([...known.values()], KEY_COLUMNS),
    );
    const all = new Map([...known, ...rows.map((key) => [keyText(key), key] as const)]);
    if (all.size === known.size) return [...all.values()];
    known = all;
  }
}

/** Everything that was said of these numbers, by message and place in it; what counts for two of them once. */
export async function readSaid(session: Queryable, keys: readonly NumberKey[]): Promise<SaidAgain[]> {
  const { rows } = await session.query<{ position: number; hash: string | null } & Omit<LeasedCarrierMessage, "body">>(
    `select distinct s.position, encode(s.hash, 'hex') as hash, r.message_id as id, r.received_month as "receivedMonth",
       r.connection_id as "connectionId", r.store_id as "storeId", r.connector, r.source, r.received_at as "receivedAt"
     from replay_said s join replay_read r using (message_id)
     where (s.store_id, s.carrier, s.tracking_number) in (select * from unnest($1::text[], $2::text[], $3::text[]))
     order by id, s.position`,
    toColumns(keys, KEY_COLUMNS),
  );
  const messages = new Map<string, LeasedCarrierMessage>();
  return rows.map(({ hash, position: _position, ...row }) => {
    const message = messages.get(row.id) ?? { ...row, askedNumbers: null, attempts: 0, body: NO_BODY };
    messages.set(row.id, message);
    return { hash, message };
  });
}

/** The trackings with these hashes, as JSON text by hash. */
export async function readTrackings(session: Queryable, hashes: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await session.query<{ hash: string; tracking: string }>(
    `select encode(hash, 'hex') as hash, tracking from replay_trackings
     where hash = any(array(select decode(h, 'hex') from unnest($1::text[]) as h))`,
    [hashes],
  );
  return new Map(rows.map(({ hash, tracking }) => [hash, tracking]));
}

/** Forgets numbers that are done. */
export async function dropSaidNumbers(session: Queryable, keys: readonly NumberKey[]): Promise<void> {
  await session.query(
    `delete from replay_said
     where (store_id, carrier, tracking_number) in (select * from unnest($1::text[], $2::text[], $3::text[]))`,
    toColumns(keys, KEY_COLUMNS),
  );
}

/** What a message says was read from it already. */
const NO_BODY = Buffer.alloc(0);

const KEY_COLUMNS = ["storeId", "carrier", "trackingNumber"] as const;
