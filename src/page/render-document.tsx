import type { JSX } from "preact";
import { render } from "preact-render-to-string";
import type { Brand } from "../domain/brand.js";
import { type PageStyle, pageStyle } from "./page-style.js";
import { securityHeaders } from "./security-headers.js";

/** A page ready to be sent. Header names are in small letters. */
export interface RenderedPage {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly html: string;
}

/** Renders a whole document in a brand's style, with the headers that belong to it. `scriptHash` is that of its only script. */
export function renderDocument(
  statusCode: number,
  brand: Brand | null,
  draw: (style: PageStyle) => JSX.Element,
  scriptHash: string | null = null,
): RenderedPage {
  const style = pageStyle(brand?.accentColor);
  return {
    statusCode,
    headers: securityHeaders(style.hash, brand, scriptHash),
    html: `<!doctype html>${render(draw(style))}`,
  };
}
