/** How a store looks and where it helps: what the page and every message carry instead of ours. */
export interface Brand {
  readonly name: string;
  /** `https:` address of the logo, or null: then the name is set in type. */
  readonly logoUrl: string | null;
  /** `#rrggbb`, as the store chose it. What is drawn goes through `readableAccent` first. */
  readonly accentColor: string;
  readonly websiteUrl: string | null;
  /** Where a shopper finds help: an `https:` page, else an address to write to. */
  readonly supportUrl: string | null;
  readonly supportEmail: string | null;
}

/** The accent of a store that has not chosen one: a blue that is readable on white and on black. */
export const DEFAULT_ACCENT_COLOR = "#2f5bd7";

/**
 * Reads a store's brand as it is kept (`stores.brand`). A field that is missing or no such thing (an address that is not
 * `https:`, a colour that is not `#rrggbb`, a mail address with a space) counts as not given, so that a page can always
 * be drawn.
 */
export function readBrand(name: string, stored: unknown): Brand {
  const fields: Record<string, unknown> = typeof stored === "object" && stored !== null ? { ...stored } : {};
  return {
    name,
    logoUrl: readHttpsUrl(fields.logoUrl),
    accentColor: readColor(fields.accentColor) ?? DEFAULT_ACCENT_COLOR,
    websiteUrl: readHttpsUrl(fields.websiteUrl),
    supportUrl: readHttpsUrl(fields.supportUrl),
    supportEmail: readEmail(fields.supportEmail),
  };
}

const MAX_URL_LENGTH = 2_000;

function readHttpsUrl(value: unknown): string | null {
  if (typeof value !== "string" || value.length > MAX_URL_LENGTH || !URL.canParse(value)) return null;
  const url = new URL(value);
  return url.protocol === "https:" && url.username === "" && url.password === "" ? url.href : null;
}

function readColor(value: unknown): string | null {
  return typeof value === "string" && /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : null;
}

/** RFC 5321 limits a path to 254 characters; anything that could end a header or a `mailto:` is refused. */
function readEmail(value: unknown): string | null {
  return typeof value === "string" && value.length <= 254 && /^[^\s@<>"?&,;:]+@[^\s@<>"?&,;:]+$/.test(value)
    ? value
    : null;
}
