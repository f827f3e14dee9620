import { Problem } from "../runtime/problem.js";
import { writeAudit } from "../store/audit-log.js";
import type { Queryable } from "../store/database.js";
import { type OrderRow, revokeOrderLinks } from "../store/orders.js";
import { insertShortLink } from "../store/short-links.js";
import { findStore } from "../store/stores.js";
import type { TrackingLinks } from "./tracking-links.js";

/** The addresses of an order's page. */
export interface OrderLinks {
  readonly trackingUrl: string;
  /** Made anew each time: only the hash of a short link is kept. */
  readonly shortUrl: string;
}

/**
 * Hands out the links of an order to somebody of the store, and writes down to whom.
 * @throws Problem 404 `store_unknown`
 */
export async function handOutLinks(
  tx: Queryable,
  order: Pick<OrderRow, "id" | "storeId" | "linkEpoch">,
  links: TrackingLinks,
  actor: string,
): Promise<OrderLinks> {
  const store = await findStore(tx, order.storeId);
  if (store === null) throw new Problem(404, "store_unknown", "The store of this order is gone.");
  const short = links.short();
  await insertShortLink(tx, short.linkHash, order.id);
  await writeAudit(tx, { storeId: order.storeId, actor, action: "links.shown", subject: order.id });
  const trackingUrl = links.sealed({ id: order.id, storeRef: store.storeRef, linkEpoch: order.linkEpoch });
  return { trackingUrl, shortUrl: short.url };
}

/** Makes every link of an order worthless, and writes down who did. False when the order is gone. */
export async function revokeLinks(
  tx: Queryable,
  order: Pick<OrderRow, "id" | "storeId">,
  actor: string,
): Promise<boolean> {
  const revoked = await revokeOrderLinks(tx, order.id);
  if (revoked) await writeAudit(tx, { storeId: order.storeId, actor, action: "links.revoked", subject: order.id });
  return revoked;
}
