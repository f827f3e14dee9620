import type { Brand } from "../domain/brand.js";

/**
 * The headers of a page that runs no script but its own, loads nothing but the store's logo and itself, may not be framed,
 * sends no address on, and is kept by nobody but the shopper's own browser, which asks again each time.
 * `styleHash` is that of the page's only style, `scriptHash` that of its only script; null where it has none.
 */
export function securityHeaders(
  styleHash: string,
  brand: Pick<Brand, "logoUrl"> | null,
  scriptHash: string | null = null,
): Record<string, string> {
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": contentSecurityPolicy(styleHash, brand?.logoUrl ?? null, scriptHash),
    "cache-control": "private, no-cache",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
  };
}

function contentSecurityPolicy(styleHash: string, logoUrl: string | null, scriptHash: string | null): string {
  const images = logoUrl === null ? "'self'" : `'self' ${new URL(logoUrl).origin}`;
  return [
    "default-src 'none'",
    `style-src '${styleHash}'`,
    `img-src ${images}`,
    ...(scriptHash === null ? [] : [`script-src '${scriptHash}'`, "connect-src 'self'"]),
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
