import type { ComponentChildren, JSX } from "preact";
import type { Brand } from "../domain/brand.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";

interface PageShellProps {
  readonly title: string;
  /** The store whose page it is; null where nobody can tell. */
  readonly brand: Brand | null;
  readonly style: string;
  readonly sentences: Sentences;
  readonly children: ComponentChildren;
}

/** The document around every page: head, the store's bar, and a foot. */
export function PageShell({ title, brand, style, sentences, children }: PageShellProps): JSX.Element {
  return (
    <html lang={sentences.locale} dir={sentences.direction}>
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        <meta name="theme-color" content="#fafaf8" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#121315" media="(prefers-color-scheme: dark)" />
        {/* Ours alone, and its hash is in the policy: the text must reach the browser byte for byte. */}
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <a class="skip" href="#content">
          {sentences.phrase("skipToContent", {})}
        </a>
        {brand !== null && <BrandBar brand={brand} />}
        {children}
        {brand !== null && brand.websiteUrl !== null && (
          <footer class="foot">
            <a href={brand.websiteUrl} rel="noreferrer">
              {sentences.phrase("visitStore", { store: brand.name })}
            </a>
          </footer>
        )}
      </body>
    </html>
  );
}

function BrandBar({ brand: { name, logoUrl, websiteUrl } }: { readonly brand: Brand }): JSX.Element {
  const sign =
    logoUrl === null ? <span class="wordmark">{name}</span> : <img class="logo" src={logoUrl} alt={name} height={32} />;
  return (
    <header class="bar">
      <div class="bar-inner">
        {websiteUrl === null ? (
          sign
        ) : (
          <a class="bar-link" href={websiteUrl} rel="noreferrer">
            {sign}
          </a>
        )}
      </div>
    </header>
  );
}
