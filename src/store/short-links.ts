import type { Queryable } from "./database.js";

/** Keeps the SHA-256 of a short link. */
export async function insertShortLink(db: Queryable, linkHash: Buffer, orderId: string): Promise<void> {
  await db.query(`insert into short_links (link_hash, order_id) values ($1, $2)`, [linkHash, orderId]);
}

/** The order a short link leads to, with its store; null when the link is unknown or revoked. */
export async function findShortLink(
  db: Queryable,
  linkHash: Buffer,
): Promise<{ readonly orderId: string; readonly storeId: string } | null> {
  const { rows } = await db.query<{ orderId: string; storeId: string }>(
    `select l.order_id as "orderId", o.store_id as "storeId" from short_links l join orders o on o.id = l.order_id
     where l.link_hash = $1 and l.revoked_at is null`,
    [linkHash],
  );
  return rows[0] ?? null;
}
