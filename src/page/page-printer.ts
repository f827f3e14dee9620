import { gzipSync } from "node:zlib";
import { createBoundedMap } from "./bounded-map.js";
import { type FoundPage, pageAt } from "./page-at.js";
import type { RenderedPage } from "./render-document.js";
import { renderPage } from "./render-page.js";
import type { PageView } from "./view-model.js";

/** A page as the bytes that are sent. Header names are in small letters. */
export interface PrintedPage extends Pick<RenderedPage, "statusCode" | "headers"> {
  /** UTF-8. */
  readonly html: Buffer;
  /**
   * The same for whoever takes gzip: about a third of it. Its length gives nothing away, since nothing on a page comes from
   * the request, and who has the link may read all of it.
   */
  readonly gzipped: Buffer;
}

/** Prints pages, and a page that reads as it did before only once. */
export type PagePrinter = (found: FoundPage, nowMs: number) => PrintedPage;

/**
 * Rendering takes most of the time of a page that is kept. Its view is made anew in each minute in which it is looked at,
 * which is cheap; if it can be told from what it is made of that it reads the same, the printed page is given again.
 */
export function createPagePrinter(limits: { readonly maxEntries: number; readonly maxBytes: number }): PagePrinter {
  const printed = createBoundedMap<Printed>(limits);
  return (found, nowMs) => {
    const { head, version, asOfMs } = found;
    const last = printed.get(head.orderId);
    if (last !== null && isSameLook(last.look, found, nowMs)) return last.page;
    const view = pageAt(found, nowMs);
    const key = keyOf(found, view);
    const look = { head, version, asOfMs, minute: minuteOf(nowMs) };
    if (last?.key === key) {
      last.look = look;
      return last.page;
    }
    const page = printPage(view);
    printed.set(head.orderId, { key, page, look }, page.html.length + page.gzipped.length + key.length);
    return page;
  };
}

interface Printed {
  /** Everything that the page was made of. */
  readonly key: string;
  readonly page: PrintedPage;
  /** The last one that it was printed or given for. */
  look: Look;
}

type Look = Pick<FoundPage, "head" | "version" | "asOfMs"> & { readonly minute: number };

/** A head is replaced and never changed, and within a minute nothing on a page changes with time: days and estimates end with whole ones. */
function isSameLook(last: Look, { head, version, asOfMs }: FoundPage, nowMs: number): boolean {
  return last.head === head && last.version === version && last.asOfMs === asOfMs && last.minute === minuteOf(nowMs);
}

function minuteOf(nowMs: number): number {
  return Math.floor(nowMs / 60_000);
}

/** Everything that a view is made of: the facts by their version, the head, and what the moment decides. */
function keyOf({ head, version }: FoundPage, { order, parcels, asOf }: PageView): string {
  const moment = parcels.map(({ today, edd }) => [today, edd !== null]);
  return JSON.stringify([version, head.locale, head.store, asOf, order.today, moment]);
}

function printPage(view: PageView): PrintedPage {
  const { statusCode, headers, html } = renderPage(view);
  const bytes = Buffer.from(html, "utf8");
  return { statusCode, headers: { ...headers, vary: "accept-encoding" }, html: bytes, gzipped: gzipSync(bytes) };
}
