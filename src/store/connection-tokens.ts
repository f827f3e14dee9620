import type { Queryable } from "./database.js";

/** A sealed access token with its end. */
export interface SealedToken {
  readonly tokenSealed: Buffer;
  readonly expiresAt: Date;
}

/** The token of a connection without waiting for anybody, or null. */
export async function readConnectionToken(db: Queryable, connectionId: string): Promise<SealedToken | null> {
  const { rows } = await db.query<SealedToken>(
    `select token_sealed as "tokenSealed", expires_at as "expiresAt" from connection_tokens
     where connection_id = $1 and token_sealed is not null`,
    [connectionId],
  );
  return rows[0] ?? null;
}

/**
 * Locks a connection's token row until the transaction ends, so that one process obtains a token while the others wait
 * and then find it. Returns what is there now.
 */
export async function lockConnectionToken(db: Queryable, connectionId: string): Promise<SealedToken | null> {
  await db.query(`insert into connection_tokens (connection_id) values ($1) on conflict do nothing`, [connectionId]);
  const { rows } = await db.query<{ tokenSealed: Buffer | null; expiresAt: Date | null }>(
    `select token_sealed as "tokenSealed", expires_at as "expiresAt" from connection_tokens where connection_id = $1 for update`,
    [connectionId],
  );
  const row = rows[0];
  if (row === undefined || row.tokenSealed === null || row.expiresAt === null) return null;
  return { tokenSealed: row.tokenSealed, expiresAt: row.expiresAt };
}

/** Keeps a token. Call under `lockConnectionToken`. */
export async function saveConnectionToken(db: Queryable, connectionId: string, token: SealedToken): Promise<void> {
  await db.query(
    `update connection_tokens set token_sealed = $2, expires_at = $3, updated_at = now() where connection_id = $1`,
    [connectionId, token.tokenSealed, token.expiresAt],
  );
}
