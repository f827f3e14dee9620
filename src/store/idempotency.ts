import type { Queryable } from "./database.js";

/** The answer already given to a request, or a claim on giving it. */
export type IdempotencyClaim =
  | { readonly outcome: "claimed" }
  | { readonly outcome: "answered"; readonly status: number; readonly response: unknown }
  | { readonly outcome: "other_request" };

/**
 * Claims an `Idempotency-Key` inside the transaction that will do the work. A second request with the key waits on the
 * row until the first commits, then gets its answer; if the first rolled back, it takes the work over. Keys live a day.
 */
export async function claimIdempotencyKey(
  tx: Queryable,
  { storeId, key, requestHash }: { readonly storeId: string; readonly key: string; readonly requestHash: Buffer },
): Promise<IdempotencyClaim> {
  await tx.query(
    `delete from idempotency_keys where store_id = $1 and key = $2 and created_at < now() - interval '24 hours'`,
    [storeId, key],
  );
  const claimed = await tx.query(
    `insert into idempotency_keys (store_id, key, request_hash) values ($1, $2, $3) on conflict do nothing`,
    [storeId, key, requestHash],
  );
  if (claimed.rowCount === 1) return { outcome: "claimed" };
  const { rows } = await tx.query<{ requestHash: Buffer; status: number | null; response: unknown }>(
    `select request_hash as "requestHash", status, response from idempotency_keys where store_id = $1 and key = $2`,
    [storeId, key],
  );
  const known = rows[0];
  if (known === undefined || !known.requestHash.equals(requestHash) || known.status === null)
    return { outcome: "other_request" };
  return { outcome: "answered", status: known.status, response: known.response };
}

/** Keeps the answer, in the transaction that did the work. */
export async function answerIdempotencyKey(
  tx: Queryable,
  storeId: string,
  key: string,
  status: number,
  response: unknown,
): Promise<void> {
  await tx.query(`update idempotency_keys set status = $3, response = $4::jsonb where store_id = $1 and key = $2`, [
    storeId,
    key,
    status,
    JSON.stringify(response),
  ]);
}

/** Forgets answers older than a day, the oldest `limit` of them. Returns how many. */
export async function forgetIdempotencyKeys(db: Queryable, limit = 1000): Promise<number> {
  const { rowCount } = await db.query(
    `delete from idempotency_keys where (store_id, key) in (
       select store_id, key from idempotency_keys where created_at < now() - interval '24 hours'
       order by created_at limit $1 for update skip locked
     )`,
    [limit],
  );
  return rowCount ?? 0;
}
