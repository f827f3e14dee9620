/** Where something happened, as far as the carrier said. City level at most reaches a shopper. */
export interface Place {
  readonly city: string | null;
  /** State, province or region, as the carrier writes it (`TN`, `Bavaria`). */
  readonly region: string | null;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly country: string | null;
  readonly postalCode: string | null;
  /** The carrier's own code of the building. */
  readonly facilityCode: string | null;
}

/**
 * Whether two places are known to be the same town. What is not known is not the same: both countries must be given and
 * agree; then the postal codes decide where both are given, else the towns, unless their regions speak against it.
 */
export function isSamePlace(a: Place | null, b: Place | null): boolean {
  if (a === null || b === null || a.country === null || a.country !== b.country) return false;
  if (a.postalCode !== null && b.postalCode !== null) return postalKey(a.postalCode) === postalKey(b.postalCode);
  if (a.city === null || b.city === null || townKey(a.city) === "") return false;
  return townKey(a.city) === townKey(b.city) && !areOtherRegions(a.region, b.region);
}

/** `38017-1234` and `38017` are one delivery area; `W1A 1AA` and `w1a1aa` one code. */
function postalKey(postalCode: string): string {
  const compact = postalCode.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
  return /^\d{9}$/.test(compact) ? compact.slice(0, 5) : compact;
}

/** A town's name to compare by: letters and digits only, without case and accents, as carriers print `SAO PAULO` for `São Paulo`. */
export function townKey(city: string): string {
  return city
    .normalize("NFKD")
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, "");
}

/** Only two abbreviations can be told apart: `TN` and `Tennessee` may be the same region. */
function areOtherRegions(a: string | null, b: string | null): boolean {
  const isCode = (region: string | null) => region !== null && /^[A-Za-z]{2,3}$/.test(region);
  return isCode(a) && isCode(b) && a?.toUpperCase() !== b?.toUpperCase();
}
