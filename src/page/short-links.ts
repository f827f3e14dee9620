import type { ShortLinkRow } from "../store/short-links.js";
import { createBoundedMap } from "./bounded-map.js";
import type { FoundHead, OrderHeads } from "./order-heads.js";

/** Where short links lead, by their hashes. */
export interface ShortLinks {
  /** The head of the order that a link leads to; null when it is unknown or revoked. */
  find(linkHash: Buffer, heads: Pick<OrderHeads, "find">): Promise<FoundHead | null>;
}

/**
 * Remembers where short links lead. Links are revoked all at once, and the order's link epoch goes up with it: what was
 * looked up under the epoch of now still leads there. What leads nowhere is not kept, so that a guesser fills nothing.
 */
export function createShortLinks(
  readLink: (linkHash: Buffer) => Promise<ShortLinkRow | null>,
  limits: { readonly maxEntries: number; readonly maxBytes: number },
): ShortLinks {
  const kept = createBoundedMap<ShortLinkRow>(limits);
  return {
    async find(linkHash, heads) {
      const key = linkHash.toString("base64");
      const known = kept.get(key);
      const found = known && (await heads.find(known.orderId));
      if (known !== null && found?.head.linkEpoch === known.linkEpoch) return found;
      kept.delete(key);
      const row = await readLink(linkHash);
      if (row === null) return null;
      kept.set(key, row, ROW_BYTES);
      const opened = await heads.find(row.orderId);
      // Revoked between the two looks.
      return opened !== null && opened.head.linkEpoch > row.linkEpoch ? null : opened;
    },
  };
}

const ROW_BYTES = 200;
