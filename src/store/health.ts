import type { Queryable } from "./database.js";

/** What an operator wants to know of the database at one look. Counts are bounded by what they count, never by time. */
export interface Health {
  /** As PostgreSQL names it, such as `18.4`. */
  readonly serverVersion: string;
  readonly parked: number;
  readonly waiting: number;
  /** Id of the oldest carrier message that waits; it holds the time at which it came in. */
  readonly oldestWaitingId: string | null;
  readonly unmappedCodes: number;
  readonly unknownMessages: number;
  /** Living processes, by their heartbeat. */
  readonly workers: number;
}

/** Counts what waits and what is in trouble, in one round trip. */
export async function readHealth(db: Queryable, deadAfterSeconds: number): Promise<Health> {
  const { rows } = await db.query<Health>(
    `select current_setting('server_version') as "serverVersion",
       (select count(*) from parked_messages) as parked,
       (select count(*) from carrier_message_queue) as waiting,
       (select min(message_id) from carrier_message_queue) as "oldestWaitingId",
       (select count(*) from carrier_code_sightings) as "unmappedCodes",
       (select count(*) from messages where state = 'unknown') as "unknownMessages",
       (select count(*) from workers where beat_at > now() - make_interval(secs => $1)) as workers`,
    [deadAfterSeconds],
  );
  const health = rows[0];
  if (health === undefined) throw new Error("A query without a table gave no row.");
  return health;
}

/** The database's clock in ms since the epoch, at the moment of asking. */
export async function readDatabaseClock(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    `select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`,
  );
  return rows[0]?.ms ?? Number.NaN;
}

/** Which of these tables do not exist. */
export async function listMissingTables(db: Queryable, names: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select name from unnest($1::text[]) as t (name) where to_regclass(name) is null order by name`,
    [names],
  );
  return rows.map(({ name }) => name);
}
