import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { DEFAULT_ACCENT_COLOR } from "../domain/brand.js";
import { inkOn, readableAccent } from "../domain/readable-accent.js";

/** The whole style of a page, and the hash that lets it through the policy (`sha256-…`). */
export interface PageStyle {
  readonly css: string;
  readonly hash: string;
}

/** The page's style in the accent of a store (`#rrggbb`); made once for each accent. */
export function pageStyle(accentColor: string = DEFAULT_ACCENT_COLOR): PageStyle {
  const known = byAccent.get(accentColor);
  if (known !== undefined) return known;
  sheet ??= squeeze(readFileSync(new URL("./page.css", import.meta.url), "utf8"));
  const css = sheet + accentRules(accentColor);
  const style = { css, hash: `sha256-${createHash("sha256").update(css).digest("base64")}` };
  if (byAccent.size < MAX_ACCENTS) byAccent.set(accentColor, style);
  return style;
}

const MAX_ACCENTS = 1_000;
const byAccent = new Map<string, PageStyle>();
let sheet: string | null = null;

/** The darkest light surface and the lightest dark one: what is readable there is readable on all of them. */
const LIGHT_SURFACE = "#f4f4f0";
const DARK_SURFACE = "#1d1f22";

function accentRules(accentColor: string): string {
  const light = readableAccent(accentColor, LIGHT_SURFACE);
  const dark = readableAccent(accentColor, DARK_SURFACE);
  const rule = (accent: string) => `:root{--accent:${accent};--on-accent:${inkOn(accent)}}`;
  return `${rule(light)}@media (prefers-color-scheme:dark){${rule(dark)}}`;
}

/** Drops comments and white space that mean nothing. Our sheet has no strings with braces or comment marks. */
function squeeze(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\s+/g, " ")
    .replace(/ ?([{};,]) ?/g, "$1")
    .replace(/: /g, ":")
    .replace(/;\}/g, "}")
    .trim();
}
