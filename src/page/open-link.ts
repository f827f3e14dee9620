import { hashSecret } from "../runtime/random-secrets.js";
import type { KeyRing } from "../runtime/sealing.js";
import { openTrackingLink } from "../runtime/tracking-link.js";
import type { Queryable } from "../store/database.js";
import { findOrder, type OrderRow } from "../store/orders.js";
import { findShortLink } from "../store/short-links.js";
import { findStore, findStoreByRef, type StoreRow } from "../store/stores.js";

const DAY_MS = 86_400_000;
/** Links die this long after their order came to its end. */
const LINK_LIFE_DAYS = 180;
const SHORT_LINK = /^[A-Za-z0-9_-]{22}$/;

/** Where a link leads. `gone`: it was good once, and the store may say so. */
export type OpenedLink =
  | { readonly outcome: "open"; readonly store: StoreRow; readonly order: OrderRow }
  | { readonly outcome: "gone"; readonly store: StoreRow }
  | { readonly outcome: "unknown" };

/** Opens `/t/<token>`: sealed, so whatever is not ours is unknown without a query. `ring` is the one derived for links. */
export async function openSealedLink(db: Queryable, ring: KeyRing, token: string, nowMs: number): Promise<OpenedLink> {
  const link = openTrackingLink(ring, token);
  const store = link && (await findStoreByRef(db, link.storeRef));
  const order = link && store && (await findOrder(db, store.id, link.orderId));
  if (link === null || store === null || order === null) return { outcome: "unknown" };
  return link.epoch === order.linkEpoch ? openUnlessOld(store, order, nowMs) : { outcome: "gone", store };
}

/** Opens `/s/<22 characters>` by its hash. A revoked one is as unknown as one that never was. */
export async function openShortLink(db: Queryable, short: string, nowMs: number): Promise<OpenedLink> {
  const link = SHORT_LINK.test(short) ? await findShortLink(db, hashSecret(short)) : null;
  const store = link && (await findStore(db, link.storeId));
  const order = link && store && (await findOrder(db, store.id, link.orderId));
  if (store === null || order === null) return { outcome: "unknown" };
  return openUnlessOld(store, order, nowMs);
}

function openUnlessOld(store: StoreRow, order: OrderRow, nowMs: number): OpenedLink {
  const isOld = order.closedAt !== null && nowMs - order.closedAt.getTime() > LINK_LIFE_DAYS * DAY_MS;
  return isOld ? { outcome: "gone", store } : { outcome: "open", store, order };
}
