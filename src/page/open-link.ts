import { type Brand, readBrand } from "../domain/brand.js";
import { hashSecret } from "../runtime/random-secrets.js";
import type { KeyRing } from "../runtime/sealing.js";
import { openTrackingLink } from "../runtime/tracking-link.js";
import type { PageHead } from "../store/page-heads.js";
import type { FoundHead, OrderHeads } from "./order-heads.js";
import type { ShortLinks } from "./short-links.js";

const DAY_MS = 86_400_000;
/** Links die this long after their order came to its end. */
const LINK_LIFE_DAYS = 180;
const SHORT_LINK = /^[A-Za-z0-9_-]{22}$/;

/** Where a link leads. `gone`: it was good once, and the store may say so. */
export type OpenedLink =
  | { readonly outcome: "open"; readonly found: FoundHead }
  | { readonly outcome: "gone"; readonly brand: Brand; readonly language: string }
  | { readonly outcome: "unknown" };

/** Opens the links of tracking pages. Whether a link is revoked or too old is looked at each time. */
export interface LinkOpener {
  /** Opens `/t/<token>`: sealed, so whatever is not ours is unknown without a query. */
  sealed(token: string): Promise<OpenedLink>;
  /** Opens `/s/<22 characters>` by its hash. A revoked one is as unknown as one that never was. */
  short(short: string): Promise<OpenedLink>;
}

export interface LinkOpenerOptions {
  /** The ring derived for links. */
  readonly ring: KeyRing;
  readonly heads: Pick<OrderHeads, "find">;
  readonly shortLinks: ShortLinks;
  readonly now: () => number;
}

export function createLinkOpener({ ring, heads, shortLinks, now }: LinkOpenerOptions): LinkOpener {
  return {
    async sealed(token) {
      const link = openTrackingLink(ring, token);
      const found = link && (await heads.find(link.orderId));
      if (link === null || found === null || found.head.store.storeRef !== link.storeRef) return { outcome: "unknown" };
      return link.epoch === found.head.linkEpoch ? openUnlessOld(found, now()) : gone(found.head);
    },
    async short(short) {
      const linkHash = SHORT_LINK.test(short) ? hashSecret(short) : null;
      const found = linkHash && (await shortLinks.find(linkHash, heads));
      return found === null ? { outcome: "unknown" } : openUnlessOld(found, now());
    },
  };
}

function openUnlessOld(found: FoundHead, nowMs: number): OpenedLink {
  const { closedAtMs } = found.head;
  const isOld = closedAtMs !== null && nowMs - closedAtMs > LINK_LIFE_DAYS * DAY_MS;
  return isOld ? gone(found.head) : { outcome: "open", found };
}

function gone({ store }: PageHead): OpenedLink {
  return { outcome: "gone", brand: readBrand(store.name, store.brand), language: store.language };
}
