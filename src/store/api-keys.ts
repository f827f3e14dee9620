import type { Queryable } from "./database.js";

export interface ApiKeyRow {
  readonly id: string;
  readonly storeId: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

/** Keeps the SHA-256 of a new key. The key itself is shown once and never stored. */
export async function insertApiKey(
  db: Queryable,
  key: { readonly id: string; readonly storeId: string; readonly keyHash: Buffer; readonly label: string },
): Promise<void> {
  await db.query(`insert into api_keys (id, store_id, key_hash, label) values ($1, $2, $3, $4)`, [
    key.id,
    key.storeId,
    key.keyHash,
    key.label,
  ]);
}

/** The store that a key speaks for, or null when it is unknown or revoked. */
export async function findApiKey(
  db: Queryable,
  keyHash: Buffer,
): Promise<{ readonly id: string; readonly storeId: string } | null> {
  const { rows } = await db.query<{ id: string; storeId: string }>(
    `select id, store_id as "storeId" from api_keys where key_hash = $1 and revoked_at is null`,
    [keyHash],
  );
  return rows[0] ?? null;
}

/** Revokes a key. False when there is none or it was revoked before. */
export async function revokeApiKey(db: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await db.query(`update api_keys set revoked_at = now() where id = $1 and revoked_at is null`, [
    id,
  ]);
  return rowCount === 1;
}

/** The keys of a store, newest first. */
export async function listApiKeys(db: Queryable, storeId: string): Promise<ApiKeyRow[]> {
  const { rows } = await db.query<ApiKeyRow>(
    `select id, store_id as "storeId", label, created_at as "createdAt", revoked_at as "revokedAt"
     from api_keys where store_id = $1 order by id desc limit 1000`,
    [storeId],
  );
  return rows;
}
