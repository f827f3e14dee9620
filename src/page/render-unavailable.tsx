import type { Brand } from "../domain/brand.js";
import { renderNotice } from "./notice-page.js";
import type { RenderedPage } from "./render-document.js";

/** 503: we cannot look it up at the moment. Asks to come back after `retryAfterSeconds`. */
export function renderUnavailable(brand: Brand | null, locale: string, retryAfterSeconds = 60): RenderedPage {
  const page = renderNotice(
    { statusCode: 503, icon: "clock", title: "unavailableTitle", text: ({ phrase }) => phrase("unavailableText", {}) },
    brand,
    locale,
  );
  return { ...page, headers: { ...page.headers, "retry-after": String(retryAfterSeconds) } };
}
