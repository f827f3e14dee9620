import type { Brand } from "../domain/brand.js";
import { renderNotice } from "./notice-page.js";
import type { RenderedPage } from "./render-document.js";

/** 410: the link was good once. `brand` where the store is still known. */
export function renderGone(brand: Brand | null, locale: string): RenderedPage {
  return renderNotice(
    {
      statusCode: 410,
      icon: "clock",
      title: "goneTitle",
      text: ({ phrase }) => (brand === null ? phrase("goneTextPlain", {}) : phrase("goneText", { store: brand.name })),
    },
    brand,
    locale,
  );
}
