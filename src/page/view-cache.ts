import type { PageFacts } from "./page-facts.js";

/** Facts as they are kept. */
export interface CachedFacts {
  /** The order's view version from before the facts were read: they hold all of it, and maybe more. */
  readonly version: number;
  /** When they began to be read, ms since the epoch. */
  readonly readAtMs: number;
  readonly facts: PageFacts;
}

/**
 * Where the facts of pages are kept between two looks. It is never asked what is right: whoever asks knows the version that
 * is, from the order's head, and an entry of another version is none. So losing entries costs reads and nothing else, and
 * no implementation throws.
 */
export interface ViewCache {
  /** The entry of exactly this version, or with null whichever there is. */
  get(orderId: string, version: number | null): Promise<CachedFacts | null>;
  /** Keeps an entry unless a newer one is kept. */
  put(orderId: string, entry: CachedFacts): Promise<void>;
  /** Forgets an order that is gone. */
  forget(orderId: string): Promise<void>;
}
