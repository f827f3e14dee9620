import { sentencesFor } from "../domain/sentences/sentences-for.js";
import { pageHeadline } from "./hero.js";
import { liveScript } from "./live-script.js";
import { PageShell } from "./page-shell.js";
import { type RenderedPage, renderDocument } from "./render-document.js";
import { TrackingPage } from "./tracking-page.js";
import type { PageView } from "./view-model.js";

/**
 * The tracking page of an order (200): complete without script, in the store's brand and language. One that may be behind is
 * kept by nobody. Pure.
 */
export function renderPage(view: PageView): RenderedPage {
  const sentences = sentencesFor(view.locale);
  const title = sentences.phrase("pageTitle", {
    headline: pageHeadline(view, sentences),
    number: view.order.number,
  });
  const script = liveScript();
  const page = renderDocument(
    200,
    view.brand,
    ({ css }) => (
      <PageShell title={title} brand={view.brand} style={css} sentences={sentences}>
        <TrackingPage view={view} sentences={sentences} />
        <p id="news" class="unseen" role="status" />
        {/* Its hash is in the policy: the text must reach the browser byte for byte. */}
        <script dangerouslySetInnerHTML={{ __html: script.text }} />
      </PageShell>
    ),
    script.hash,
  );
  return view.asOf === null ? page : { ...page, headers: { ...page.headers, "cache-control": "no-store" } };
}
