/**
 * Whether an answer in gzip is welcome, by the request's Accept-Encoding (RFC 9110, 12.5.3): it is named, and its weight is
 * not nought. Whoever says it in another way gets the plain text, which is always right.
 */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return acceptEncoding !== undefined && GZIP.test(acceptEncoding);
}

const GZIP = /(?:^|,)\s*gzip\s*(?:,|$|;(?!\s*q=0(?:\.0*)?\s*(?:,|$)))/i;
