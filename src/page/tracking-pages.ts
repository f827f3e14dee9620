import type { Carrier } from "../connectors/carriers/contract.js";
import type { Logger } from "../runtime/logger.js";
import type { KeyRing } from "../runtime/sealing.js";
import { settlesWithin, startTimer } from "../runtime/timer.js";
import { type Database, isDatabaseUnavailable, type Queryable } from "../store/database.js";
import { startHearing } from "../store/hearing.js";
import { PAGES_CHANGED, readPageChanges } from "../store/page-changes.js";
import { readPageHead } from "../store/page-heads.js";
import { findShortLink } from "../store/short-links.js";
import { createLivePages } from "./live-pages.js";
import { createLinkOpener } from "./open-link.js";
import { createOrderHeads } from "./order-heads.js";
import { createPageFinder, type Finding, PageUnavailableError } from "./page-finder.js";
import { createPagePrinter } from "./page-printer.js";
import type { PageRoutesOptions } from "./page-routes.js";
import { readPageFacts } from "./read-page.js";
import { createShortLinks } from "./short-links.js";
import type { ViewCache } from "./view-cache.js";

/** A shopper is not left waiting longer than this for a database that does not answer. */
export const READ_LIMIT_MS = 4_000;
const MAX_STREAMS = 2_000;
const MAX_STREAMS_PER_ORDER = 20;
const STREAM_LIFE_MS = 15 * 60_000;
/** Proxies and our own server take a connection for dead after 60 s without a word. */
const STREAM_BEAT_MS = 20_000;

export interface TrackingPagesOptions {
  readonly db: Pick<Database, "listen"> & { readonly pool: Queryable };
  /** The ring derived for links. */
  readonly ring: KeyRing;
  readonly findCarrier: (code: string) => Carrier | null;
  readonly cache: ViewCache;
  /** Of orders whose heads are known, and of printed pages. */
  readonly maxOrders: number;
  readonly maxPrintedBytes: number;
  /** A name of this process alone: letters, digits and `_`. */
  readonly processName: string;
  readonly now: () => number;
  readonly log: Logger;
  readonly count: PageRoutesOptions["count"];
  readonly observe: {
    readonly found: (finding: Finding) => void;
    /** Nothing kept is relied upon any more until it was looked at again. */
    readonly distrusted: () => void;
    readonly streams: (count: number) => void;
  };
}

/**
 * The tracking pages of one process: what its routes need, fed by notifications from every process that writes. `stop` ends
 * the timers; open streams end with the server.
 */
export function startTrackingPages(options: TrackingPagesOptions): PageRoutesOptions & { readonly stop: () => void } {
  const { db, ring, findCarrier, cache, maxOrders, maxPrintedBytes, processName, now, log, observe } = options;
  const live = createLivePages({
    maxStreams: MAX_STREAMS,
    maxStreamsPerOrder: MAX_STREAMS_PER_ORDER,
    maxAgeMs: STREAM_LIFE_MS,
    now,
    observe: observe.streams,
  });
  // Subscribed before the hearing, whose proof is that everything older than its beat went through this one.
  db.listen({
    channel: PAGES_CHANGED,
    onNotify: hear,
    onReconnect: distrust,
  });
  const hearing = startHearing({ db, now, channel: `waybill_beat_${processName.toLowerCase()}` });
  const heads = createOrderHeads({
    read: (orderId) => inTime(readPageHead(db.pool, orderId)),
    hearing,
    isUnavailable,
    now,
    maxHeads: maxOrders,
  });
  const limits = { maxEntries: maxOrders, maxBytes: maxPrintedBytes };
  const beats = setInterval(() => live.tick(), STREAM_BEAT_MS);
  beats.unref();

  return {
    links: createLinkOpener({
      ring,
      heads,
      shortLinks: createShortLinks((linkHash) => inTime(findShortLink(db.pool, linkHash)), limits),
      now,
    }),
    pages: createPageFinder({
      cache,
      read: ({ orderId, store }) => inTime(readPageFacts(db.pool, { orderId, storeId: store.id }, findCarrier)),
      isUnavailable,
      now,
      count: observe.found,
    }),
    print: createPagePrinter(limits),
    live,
    now,
    log,
    count: options.count,
    stop() {
      hearing.stop();
      clearInterval(beats);
    },
  };

  function hear(payload: string): void {
    const changes = readPageChanges(payload);
    if (changes === null) distrust();
    for (const change of changes ?? []) {
      heads.apply(change);
      if (change.kind === "order") live.tell(change.orderId, change.version);
      if (change.kind !== "gone") continue;
      live.tellToLook(change.orderId);
      void cache.forget(change.orderId);
    }
  }

  function distrust(): void {
    heads.distrust();
    observe.distrusted();
    live.tellToLook(null);
  }
}

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  if (await settlesWithin(work, READ_LIMIT_MS, startTimer)) return work;
  throw new PageUnavailableError("The database did not answer in time.");
}

function isUnavailable(error: unknown): boolean {
  return error instanceof PageUnavailableError || isDatabaseUnavailable(error);
}
