import type { Brand } from "../domain/brand.js";
import { type Sentences, sentencesFor } from "../domain/sentences/sentences-for.js";
import { Icon, type IconName } from "./icons.js";
import { supportHref } from "./next-step-card.js";
import { PageShell } from "./page-shell.js";
import { type RenderedPage, renderDocument } from "./render-document.js";

/** A page that has only one thing to say. */
export interface NoticePage {
  readonly statusCode: number;
  readonly icon: IconName;
  readonly title: "goneTitle" | "notFoundTitle" | "unavailableTitle";
  readonly text: (sentences: Sentences) => string;
}

/** Renders a notice, in a store's brand where it is known, with the way to its help. */
export function renderNotice(
  { statusCode, icon, title, text }: NoticePage,
  brand: Brand | null,
  locale: string,
): RenderedPage {
  const sentences = sentencesFor(locale);
  const { phrase } = sentences;
  const heading = phrase(title, {});
  const href = brand === null ? null : supportHref(brand, "");
  return renderDocument(statusCode, brand, ({ css }) => (
    <PageShell title={heading} brand={brand} style={css} sentences={sentences}>
      <main id="content" class="notice">
        <span class="node">
          <Icon name={icon} size={24} />
        </span>
        <h1>{heading}</h1>
        <p class="lead">{text(sentences)}</p>
        {brand !== null && href !== null && (
          <p class="action">
            <a class="button" href={href} rel="noreferrer">
              {phrase("contactStore", { store: brand.name })}
            </a>
          </p>
        )}
      </main>
    </PageShell>
  ));
}
