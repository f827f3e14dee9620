import { createBoundedMap } from "./bounded-map.js";
import { type FoundPage, pageAt } from "./page-at.js";
import type { RenderedPage } from "./render-document.js";
import { renderPage } from "./render-page.js";
import type { PageView } from "./view-model.js";

/** Renders pages, and a page that reads as it did before only once. */
export type PagePrinter = (found: FoundPage, nowMs: number) => RenderedPage;

/**
 * Rendering takes most of the time of a page that is kept. Its view is made anew at each look, which is cheap; if it can be
 * told from what it is made of that it reads the same, the printed page is given again.
 */
export function createPagePrinter(limits: { readonly maxEntries: number; readonly maxBytes: number }): PagePrinter {
  const printed = createBoundedMap<{ readonly key: string; readonly page: RenderedPage }>(limits);
  return (found, nowMs) => {
    const { orderId } = found.head;
    const view = pageAt(found, nowMs);
    const key = keyOf(found, view);
    const last = printed.get(orderId);
    if (last?.key === key) return last.page;
    const page = renderPage(view);
    // Text in Latin letters takes a byte a character, else two.
    printed.set(orderId, { key, page }, 2 * (page.html.length + key.length));
    return page;
  };
}

/** Everything that a view is made of: the facts by their version, the head, and what the moment decides. */
function keyOf({ head, version }: FoundPage, { order, parcels, asOf }: PageView): string {
  const moment = parcels.map(({ today, edd }) => [today, edd !== null]);
  return JSON.stringify([version, head.locale, head.store, asOf, order.today, moment]);
}
