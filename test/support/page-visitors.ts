import { setTimeout as delay } from "node:timers/promises";
import type { Database } from "../../src/store/database.js";
import type { PlacedOrder } from "./steady-trade.js";

const VISITORS = 2;
const PAUSE_MS = 80;
/** A change is told to the process that keeps pages; how long it may take to get there, on a busy machine. */
const FRESH_WITHIN_MS = 5_000;
/** Half of the visits are to the orders placed last. */
const RECENT_ORDERS = 60;

/** What a tracking page says of its order. */
export interface SeenPage {
  readonly version: number;
  readonly scans: number;
  readonly headline: string;
}

/** Shoppers who look at the pages of orders, one after the other. */
export interface PageVisitors {
  /** Pages shown that were at least as new as the order was when they were asked for. */
  shown(): number;
  /** Of those: pages that said something nobody had seen before. */
  fresh(): number;
  /** Visits that nobody answered with a page. */
  failed(): number;
  /** Pages that stayed behind their order. */
  readonly behind: readonly string[];
  stop(): Promise<void>;
}

export function startPageVisitors(
  db: Database,
  pageUrl: () => string | null,
  orders: readonly PlacedOrder[],
): PageVisitors {
  const counts = { shown: 0, fresh: 0, failed: 0, visits: 0 };
  const behind: string[] = [];
  const seen = new Map<string, number>();
  let stopped = false;
  const visiting = Array.from({ length: VISITORS }, visitOn);

  async function visitOn(): Promise<void> {
    while (!stopped) {
      const order = nextOrder();
      if (order !== undefined) await visit(order);
      await delay(PAUSE_MS);
    }
  }

  function nextOrder(): PlacedOrder | undefined {
    const visit = counts.visits++;
    const recent = Math.min(RECENT_ORDERS, orders.length);
    return visit % 2 === 0 ? orders[visit % orders.length] : orders[orders.length - 1 - (visit % recent)];
  }

  async function visit(order: PlacedOrder): Promise<void> {
    const atLeast = await readVersion(db, order.id);
    const giveUpAtMs = performance.now() + FRESH_WITHIN_MS;
    for (;;) {
      const page = await seePage(pageUrl(), order);
      if (page === null) {
        counts.failed += 1;
        return;
      }
      if (page.version >= atLeast) {
        counts.shown += 1;
        if (page.version > (seen.get(order.id) ?? 0)) counts.fresh += 1;
        seen.set(order.id, page.version);
        return;
      }
      if (performance.now() > giveUpAtMs) {
        behind.push(`${order.id} was at version ${atLeast}, its page at ${page.version}`);
        return;
      }
      await delay(PAUSE_MS);
    }
  }

  return {
    behind,
    shown: () => counts.shown,
    fresh: () => counts.fresh,
    failed: () => counts.failed,
    async stop() {
      stopped = true;
      await Promise.all(visiting);
    },
  };
}

/** The version of an order: what its page must show, or something newer. */
export async function readVersion(db: Database, orderId: string): Promise<number> {
  const { rows } = await db.pool.query<{ version: number }>(
    `select view_version as version from orders where id = $1`,
    [orderId],
  );
  return rows[0]?.version ?? 0;
}

/** Loads a page; null when nobody answers with one, or with an old one since the database is away. */
export async function seePage(origin: string | null, { page }: PlacedOrder): Promise<SeenPage | null> {
  if (origin === null) return null;
  try {
    const answer = await fetch(`${origin}${page}`);
    const html = await answer.text();
    const version = /<main[^>]* data-version="(\d+)"/.exec(html)?.[1];
    if (answer.status !== 200 || version === undefined || /<main[^>]* data-old/.test(html)) return null;
    return {
      version: Number(version),
      scans: html.split('<li class="scan">').length - 1,
      headline: /<h1 id="headline">([^<]*)/.exec(html)?.[1] ?? "",
    };
  } catch {
    return null;
  }
}
