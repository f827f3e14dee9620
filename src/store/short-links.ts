import type { Queryable } from "./database.js";

/** Keeps the SHA-256 of a short link. */
export async function insertShortLink(db: Queryable, linkHash: Buffer, orderId: string): Promise<void> {
  await db.query(`insert into short_links (link_hash, order_id) values ($1, $2)`, [linkHash, orderId]);
}

/** Where a short link leads, and the order's link epoch at that moment: revocation counts it up. */
export interface ShortLinkRow {
  readonly orderId: string;
  readonly linkEpoch: number;
}

/** The order a short link leads to; null when the link is unknown or revoked. */
export async function findShortLink(db: Queryable, linkHash: Buffer): Promise<ShortLinkRow | null> {
  const { rows } = await db.query<ShortLinkRow>(
    `select l.order_id as "orderId", o.link_epoch as "linkEpoch" from short_links l join orders o on o.id = l.order_id
     where l.link_hash = $1 and l.revoked_at is null`,
    [linkHash],
  );
  return rows[0] ?? null;
}
