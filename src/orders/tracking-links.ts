import type { RandomBytes } from "../runtime/ids.js";
import { hashSecret, newShortLink } from "../runtime/random-secrets.js";
import { deriveKeyRing, type KeyRing } from "../runtime/sealing.js";
import { sealTrackingLink } from "../runtime/tracking-link.js";

const DAY_MS = 86_400_000;

/** What a sealed link says of an order: its id, its store's public number, and its link epoch. */
export interface LinkedOrder {
  readonly id: string;
  readonly storeRef: number;
  readonly linkEpoch: number;
}

/** Makes the links that lead a shopper to the page of one order. */
export interface TrackingLinks {
  /** `<publicUrl>/t/<token>`, issued today. Needs no row and dies when the order's link epoch goes up. */
  readonly sealed: (order: LinkedOrder) => string;
  /** `<publicUrl>/s/<22 characters>` for where room is scarce. It leads nowhere until its hash is stored (`insertShortLink`). */
  readonly short: () => { readonly url: string; readonly linkHash: Buffer };
}

/**
 * The maker of tracking links of an installation. `ring` is the installation's, as `loadKeyRing` gives it (the key for
 * links is derived here); `publicUrl` has no slash at its end; `now` gives the day of issue.
 */
export function createTrackingLinks(
  ring: KeyRing,
  publicUrl: string,
  { now, randomBytes }: { readonly now: () => number; readonly randomBytes?: RandomBytes },
): TrackingLinks {
  const ringOfLinks = deriveKeyRing(ring, "links");
  return {
    sealed: ({ id, storeRef, linkEpoch }) => {
      const link = { storeRef, orderId: id, epoch: linkEpoch, issuedDay: Math.floor(now() / DAY_MS) };
      return `${publicUrl}/t/${sealTrackingLink(ringOfLinks, link)}`;
    },
    short: () => {
      const short = newShortLink(randomBytes);
      return { url: `${publicUrl}/s/${short}`, linkHash: hashSecret(short) };
    },
  };
}
