import type { Queryable } from "./database.js";

/** A store's account with an outside system. Its credentials are still sealed. */
export interface ConnectionRow {
  readonly id: string;
  readonly storeId: string;
  readonly family: "carrier" | "channel";
  readonly connector: string;
  readonly label: string;
  readonly credentialsSealed: Buffer;
  readonly enabled: boolean;
  readonly blockedUntil: Date | null;
  readonly blockedReason: string | null;
  /** What this account was granted, where that is not what its carrier grants a new one. */
  readonly callsPerSecond: number | null;
  readonly callsPerHour: number | null;
  readonly callsPerDay: number | null;
  /** Numbers in one call. */
  readonly pollBatchSize: number | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const CONNECTION_COLUMNS = `id, store_id as "storeId", family, connector, label, credentials_sealed as "credentialsSealed", enabled,
  blocked_until as "blockedUntil", blocked_reason as "blockedReason",
  calls_per_second as "callsPerSecond", calls_per_hour as "callsPerHour", calls_per_day as "callsPerDay",
  poll_batch_size as "pollBatchSize", created_at as "createdAt", updated_at as "updatedAt"`;

/** Adds a connection. */
export async function insertConnection(
  db: Queryable,
  connection: Pick<ConnectionRow, "id" | "storeId" | "family" | "connector" | "label" | "credentialsSealed">,
): Promise<void> {
  await db.query(
    `insert into connections (id, store_id, family, connector, label, credentials_sealed) values ($1, $2, $3, $4, $5, $6)`,
    [
      connection.id,
      connection.storeId,
      connection.family,
      connection.connector,
      connection.label,
      connection.credentialsSealed,
    ],
  );
}

/** One connection, or null. */
export async function findConnection(db: Queryable, id: string): Promise<ConnectionRow | null> {
  const { rows } = await db.query<ConnectionRow>(`select ${CONNECTION_COLUMNS} from connections where id = $1`, [id]);
  return rows[0] ?? null;
}

/** The connections of one store (or of all), oldest first. */
export async function listConnections(db: Queryable, storeId: string | null): Promise<ConnectionRow[]> {
  const { rows } = await db.query<ConnectionRow>(
    `select ${CONNECTION_COLUMNS} from connections where $1::text is null or store_id = $1 order by id limit 1000`,
    [storeId],
  );
  return rows;
}

/** The enabled connection through which a store speaks to one system: the newest, so that a replacement takes over. */
export function findStoreConnection(db: Queryable, storeId: string, connector: string): Promise<ConnectionRow | null> {
  return findStoreConnectionAmong(db, storeId, [connector]);
}

/**
 * The enabled connection through which a store hears of a carrier's parcels: the newest of the carrier itself, else the
 * newest of an aggregator, or null.
 */
export async function findCarrierConnection(
  db: Queryable,
  storeId: string,
  carrier: string,
  aggregators: readonly string[],
): Promise<ConnectionRow | null> {
  const { rows } = await db.query<ConnectionRow>(
    `select ${CONNECTION_COLUMNS} from connections
     where store_id = $1 and family = 'carrier' and enabled and (connector = $2 or connector = any($3::text[]))
     order by connector = $2 desc, id desc limit 1`,
    [storeId, carrier, aggregators],
  );
  return rows[0] ?? null;
}

/** Stops everybody from calling a connection until a moment: a 429, or a lock-out of the carrier's token endpoint. */
export async function blockConnection(db: Queryable, id: string, until: Date, reason: string): Promise<void> {
  await db.query(
    `update connections set blocked_until = greatest(blocked_until, $2), blocked_reason = $3, updated_at = now() where id = $1`,
    [id, until, reason],
  );
}

/** Notes that a connection was pushed something by its carrier. */
export async function notePushHeard(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query(`update connections set push_heard_at = greatest(push_heard_at, $2) where id = $1`, [id, at]);
}

/** The newest enabled connection of a store among several systems that do the same (the gateways of one channel), or null. */
export async function findStoreConnectionAmong(
  db: Queryable,
  storeId: string,
  connectors: readonly string[],
): Promise<ConnectionRow | null> {
  const { rows } = await db.query<ConnectionRow>(
    `select ${CONNECTION_COLUMNS} from connections where store_id = $1 and enabled and connector = any($2::text[]) order by id desc limit 1`,
    [storeId, connectors],
  );
  return rows[0] ?? null;
}
