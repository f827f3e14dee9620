import type { ReadsSaved } from "./reads-saved.js";

/** What the cache saves of one way to look at pages. */
export interface Saving {
  readonly looks: string;
  readonly asked: number;
  readonly queriesWithout: number;
  readonly queriesWith: number;
  readonly savedPercent: number;
  /** No cache can save more: of each version that is looked at, somebody has to be the first. */
  readonly atMostPercent: number;
}

/** Loads alone, loads with what our open pages ask, loads with polls, and the first of these two against the second without a cache. */
export function savingsOf({ asked, uncached, cached, firstViews }: ReadsSaved): {
  readonly loads: Saving;
  readonly live: Saving;
  readonly polled: Saving;
  readonly instead: Saving;
} {
  const queriesPerPage = uncached.load / asked.load;
  const saving = (looks: string, count: number, without: number, kept: number, first: number): Saving => ({
    looks,
    asked: count,
    queriesWithout: without,
    queriesWith: kept,
    savedPercent: 100 * (1 - kept / without),
    atMostPercent: 100 * (1 - (first * queriesPerPage) / without),
  });
  const live = {
    asked: asked.load + asked.refetch + asked.stream,
    without: uncached.load + uncached.refetch + uncached.stream,
  };
  const polled = { asked: asked.load + asked.poll, without: uncached.load + uncached.poll };
  return {
    loads: saving("loads alone", asked.load, uncached.load, cached.loads, firstViews.loads),
    live: saving(
      "loads, streams of news, and what they set off",
      live.asked,
      live.without,
      cached.live,
      firstViews.live,
    ),
    polled: saving("loads and polls", polled.asked, polled.without, cached.polled, firstViews.polled),
    instead: saving(
      "loads and polls; kept: loads and streams",
      polled.asked,
      polled.without,
      cached.live,
      firstViews.live,
    ),
  };
}
