import type { CountedPages } from "./counted-pages.js";
import type { EventStream } from "./event-stream.js";
import type { Visit } from "./visit-model.js";

/** Who asks for a page or for its news. */
export type Asking = "load" | "refetch" | "stream" | "poll";

/** The processes whose pages are looked at. One reads everything anew; the others keep what they can. */
export interface LookedAt {
  readonly uncached: CountedPages;
  /** Its pages are loaded and nothing else. */
  readonly loads: CountedPages;
  /** Its open pages listen to news and fetch themselves anew, as ours do. */
  readonly live: CountedPages;
  /** Its open pages fetch themselves anew every now and then instead. */
  readonly polled: CountedPages;
}

/** What was asked, and the queries that it took. */
export interface ShopperCounts {
  readonly asked: Readonly<Record<Asking, number>>;
  readonly uncached: Readonly<Record<Asking, number>>;
  readonly cached: Readonly<Record<Keeper, number>>;
  /** Different pages (order and version) that each process showed: each has to be read by somebody first. */
  readonly firstViews: Readonly<Record<Keeper, number>>;
}

type Keeper = Exclude<keyof LookedAt, "uncached">;

/** Shoppers with open pages. Every page that was kept is compared with the one made anew. */
export interface Shoppers {
  load(path: string, visit: Visit): Promise<void>;
  /** The tab is looked at again. */
  comeBack(path: string, visit: Visit): Promise<void>;
  poll(path: string): Promise<void>;
  /** Nobody looks at the tab any more. */
  leave(visit: Visit): void;
  /** The page of `path` has reached this version: whoever looks at it is told, and fetches it. */
  tellNews(path: string, version: number): Promise<void>;
  counts(): ShopperCounts;
}

interface OpenTab {
  readonly path: string;
  shown: number;
  stream: EventStream | null;
}

export function createShoppers(processes: LookedAt): Shoppers {
  const asked = { load: 0, refetch: 0, stream: 0, poll: 0 };
  const uncached = { ...asked };
  const cached = { loads: 0, live: 0, polled: 0 };
  const seen: Record<Keeper, Set<string>> = { loads: new Set(), live: new Set(), polled: new Set() };
  const tabs = new Map<Visit, OpenTab>();

  return {
    async load(path, visit) {
      const tab: OpenTab = { path, shown: await show("load", path, ["loads", "live", "polled"]), stream: null };
      tabs.set(visit, tab);
      await listen(tab);
    },
    async comeBack(path, visit) {
      const tab = tabs.get(visit);
      if (tab === undefined) throw new Error("A tab is opened before it is looked at again.");
      await listen(tab);
      if (tab.stream?.version !== tab.shown) tab.shown = await show("refetch", path, ["live"]);
    },
    async poll(path) {
      await show("poll", path, ["polled"]);
    },
    leave(visit) {
      const tab = tabs.get(visit);
      tab?.stream?.close();
      if (tab !== undefined) tab.stream = null;
    },
    async tellNews(path, version) {
      for (const tab of tabs.values()) {
        if (tab.path !== path || tab.stream === null || tab.shown === version) continue;
        await tab.stream.untilVersion(version);
        tab.shown = await show("refetch", path, ["live"]);
      }
    },
    counts: () => ({
      asked,
      uncached,
      cached,
      firstViews: { loads: seen.loads.size, live: seen.live.size, polled: seen.polled.size },
    }),
  };

  async function show(asking: Asking, path: string, keepers: readonly Keeper[]): Promise<number> {
    const anew = await processes.uncached.get(path);
    asked[asking] += 1;
    uncached[asking] += anew.queries;
    const version = Number(/data-version="(\d+)"/.exec(anew.html)?.[1]);
    for (const keeper of keepers) {
      const kept = await processes[keeper].get(path);
      if (kept.html !== anew.html) throw new Error("A kept page is not the one that is made anew.");
      cached[keeper] += kept.queries;
      seen[keeper].add(`${path} ${version}`);
    }
    return version;
  }

  async function listen(tab: OpenTab): Promise<void> {
    const anew = await processes.uncached.listen(tab.path);
    anew.stream.close();
    asked.stream += 1;
    uncached.stream += anew.queries;
    const kept = await processes.live.listen(tab.path);
    cached.live += kept.queries;
    tab.stream = kept.stream;
  }
}
