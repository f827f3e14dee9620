import type { AddressInfo } from "node:net";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { createMemoryCache } from "../../src/page/memory-cache.js";
import { registerPageRoutes } from "../../src/page/page-routes.js";
import { startTrackingPages, type TrackingPagesOptions } from "../../src/page/tracking-pages.js";
import { createHttpServer } from "../../src/runtime/http-server.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { deriveKeyRing, type KeyRing } from "../../src/runtime/sealing.js";
import type { Database } from "../../src/store/database.js";
import { isDatabaseUnavailable } from "../../src/store/database.js";
import { openEventStream } from "./event-stream.js";

/** The pages of one process, with the queries that they cost. */
export interface CountedPages {
  /** Asks for a page: its HTML, and how many queries that took. */
  get(path: string): Promise<{ readonly html: string; readonly queries: number }>;
  /** Opens the page's stream of news: the version that it says first, and how many queries that took. */
  listen(
    path: string,
  ): Promise<{ readonly stream: Awaited<ReturnType<typeof openEventStream>>; readonly queries: number }>;
  close(): Promise<void>;
}

export interface CountedPagesOptions {
  readonly db: Database;
  readonly ring: KeyRing;
  readonly now: () => number;
  /** Hears the proof that notifications arrive on `waybill_beat_<this>`. */
  readonly processName: string;
  /** 0: everything is read anew at each look, by the same code. */
  readonly maxOrders: number;
}

const BYTES_PER_ORDER = 100_000;

/** Serves pages as one http process does. Looks must come one after the other, for queries are counted from answer to answer. */
export async function serveCounted(options: CountedPagesOptions): Promise<CountedPages> {
  const { db, ring, now, processName, maxOrders } = options;
  let queries = 0;
  // What proves the hearing is no read; it goes on whether anybody looks or not.
  const query = ((text: string, values: unknown[]) => {
    if (!text.includes("pg_notify")) queries += 1;
    return db.pool.query(text, values);
  }) as TrackingPagesOptions["db"]["pool"]["query"];
  const bounds = { maxEntries: maxOrders, maxBytes: maxOrders * BYTES_PER_ORDER };
  const pages = startTrackingPages({
    db: { pool: { query }, listen: (subscription) => db.listen(subscription) },
    ring: deriveKeyRing(ring, "links"),
    findCarrier,
    cache: createMemoryCache(bounds),
    maxOrders,
    maxPrintedBytes: bounds.maxBytes,
    processName,
    now,
    log: silentLogger,
    count: () => {},
    observe: { found: () => {}, distrusted: () => {}, streams: () => {} },
  });
  const app = createHttpServer({ log: silentLogger, isUnavailable: isDatabaseUnavailable, observe: () => {} });
  registerPageRoutes(app, pages);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;

  return {
    async get(path) {
      const before = queries;
      const { statusCode, body } = await app.inject({ method: "GET", url: path });
      if (statusCode !== 200) throw new Error(`A page answered ${statusCode}.`);
      return { html: body, queries: queries - before };
    },
    async listen(path) {
      const before = queries;
      const stream = await openEventStream(`http://127.0.0.1:${port}${path}/events`);
      return { stream, queries: queries - before };
    },
    async close() {
      pages.stop();
      await app.close();
    },
  };
}
