import type { PageHead } from "../store/page-heads.js";
import { type FoundHead, MAX_STALE_MS } from "./order-heads.js";
import type { FoundPage } from "./page-at.js";
import type { PageFacts } from "./page-facts.js";
import { createSharedWork } from "./shared-work.js";
import type { ViewCache } from "./view-cache.js";

/**
 * How a page was found. `hit`: without the database. `checked`: after one look at its head. `miss`: read from the database.
 * `stale`: kept, while the database is away.
 */
export type Finding = "hit" | "checked" | "miss" | "stale";

export interface PageFinderOptions {
  readonly cache: ViewCache;
  /** Reads the facts of an order; null when it is gone. */
  readonly read: (head: PageHead) => Promise<PageFacts | null>;
  readonly isUnavailable: (error: unknown) => boolean;
  readonly now: () => number;
  readonly count: (finding: Finding) => void;
}

/** Finds what a page shows whose head is known: kept facts of the head's version, else facts read by all who wait together. */
export interface PageFinder {
  /**
   * Null when the order is gone.
   * @throws what `read` threw, when the database is away and nothing fresh enough is kept
   */
  find(found: FoundHead): Promise<FoundPage | null>;
}

export function createPageFinder({ cache, read, isUnavailable, now, count }: PageFinderOptions): PageFinder {
  const reading = createSharedWork<PageFacts | null>();

  return {
    async find(found) {
      const { head, asOfMs, wasRead } = found;
      if (asOfMs !== null) return stale(found, asOfMs);
      const kept = await cache.get(head.orderId, head.viewVersion);
      if (kept !== null) {
        count(wasRead ? "checked" : "hit");
        return { head, facts: kept.facts, version: kept.version, asOfMs: null };
      }
      try {
        const facts = await reading.share(`${head.orderId} ${head.viewVersion}`, () => readAndKeep(head));
        if (facts !== null) count("miss");
        return facts && { head, facts, version: head.viewVersion, asOfMs: null };
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        return stale(found, now(), error);
      }
    },
  };

  /** Facts of the head's own version are as right as the head; others were right when they were read. */
  async function stale({ head }: FoundHead, asOfMs: number, cause?: unknown): Promise<FoundPage> {
    const kept = await cache.get(head.orderId, null);
    const rightAtMs = kept === null ? 0 : kept.version === head.viewVersion ? asOfMs : kept.readAtMs;
    if (kept === null || now() - rightAtMs > MAX_STALE_MS) {
      throw (
        cause ?? new PageUnavailableError("The database is away, and the page is not kept or was kept for too long.")
      );
    }
    count("stale");
    return { head, facts: kept.facts, version: kept.version, asOfMs: rightAtMs };
  }

  async function readAndKeep(head: PageHead): Promise<PageFacts | null> {
    const readAtMs = now();
    const facts = await read(head);
    if (facts !== null) await cache.put(head.orderId, { version: head.viewVersion, readAtMs, facts });
    return facts;
  }
}

/** Nothing can be shown until the database answers again. */
export class PageUnavailableError extends Error {
  override readonly name = "PageUnavailableError";
}
