import { renderNotice } from "./notice-page.js";
import type { RenderedPage } from "./render-document.js";

/** 404: no such link. Without a brand, so that a guess learns nothing about any store. */
export function renderNotFound(locale: string): RenderedPage {
  return renderNotice(
    { statusCode: 404, icon: "broken", title: "notFoundTitle", text: ({ phrase }) => phrase("notFoundText", {}) },
    null,
    locale,
  );
}
