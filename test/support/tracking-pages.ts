import type { FastifyInstance } from "fastify";
import { findCarrier } from "../../src/connectors/carriers/registry.js";
import { createMemoryCache } from "../../src/page/memory-cache.js";
import type { Finding } from "../../src/page/page-finder.js";
import { registerPageRoutes } from "../../src/page/page-routes.js";
import { startTrackingPages, type TrackingPagesOptions } from "../../src/page/tracking-pages.js";
import { createHttpServer } from "../../src/runtime/http-server.js";
import { silentLogger } from "../../src/runtime/logger.js";
import { deriveKeyRing, type KeyRing } from "../../src/runtime/sealing.js";
import { isDatabaseUnavailable } from "../../src/store/database.js";
import { newId } from "./store-fixture.js";

/** What one process that shows tracking pages did. */
export interface PageProcess {
  readonly app: FastifyInstance;
  /** How each page was found, in turn. */
  readonly found: Finding[];
  /** How each page was answered, in turn. */
  readonly counted: string[];
  readonly log: { distrusted: number; streams: number };
  close(): Promise<void>;
}

/** Serves tracking pages over a database as one http process does. Several of them share nothing but the database. */
export function servePages(
  db: TrackingPagesOptions["db"],
  ring: KeyRing,
  overrides: Partial<TrackingPagesOptions> & { readonly observeRoute?: (route: string) => void } = {},
): PageProcess {
  const { observeRoute = () => {}, ...options } = overrides;
  const app = createHttpServer({
    log: options.log ?? silentLogger,
    isUnavailable: isDatabaseUnavailable,
    observe: ({ route }) => observeRoute(route),
  });
  const found: Finding[] = [];
  const counted: string[] = [];
  const log = { distrusted: 0, streams: 0 };
  const pages = startTrackingPages({
    db,
    ring: deriveKeyRing(ring, "links"),
    findCarrier,
    cache: createMemoryCache({ maxEntries: 1_000, maxBytes: 16_000_000 }),
    maxOrders: 1_000,
    maxPrintedBytes: 16_000_000,
    processName: newId("wrk"),
    now: Date.now,
    log: silentLogger,
    count: (result) => counted.push(result),
    observe: {
      found: (finding) => found.push(finding),
      distrusted: () => {
        log.distrusted += 1;
      },
      streams: (count) => {
        log.streams = count;
      },
    },
    ...options,
  });
  registerPageRoutes(app, pages);
  return {
    app,
    found,
    counted,
    log,
    async close() {
      pages.stop();
      await app.close();
    },
  };
}
