import type { Place } from "../place.js";

/** A carrier's `MEMPHIS` as `Memphis`: capitals shout. A name that has small letters already is left as it is. */
export function readableCity(city: string): string {
  const plain = city.trim().replace(/\s+/gu, " ");
  if (plain !== plain.toUpperCase()) return plain;
  return plain.toLowerCase().replace(/(?<![\p{L}’'])\p{L}/gu, (letter) => letter.toUpperCase());
}

/**
 * City, region and country in one line (`Memphis, TN`), or null when nothing is known. The country is named when it is not
 * `homeCountry` (ISO 3166-1 alpha-2), or nothing else is known.
 */
export function placeLine(
  place: Pick<Place, "city" | "region" | "country"> | null,
  homeCountry: string | null,
  locale: string,
): string | null {
  if (place === null) return null;
  const { city, region, country } = place;
  const near = [city === null ? "" : readableCity(city), region ?? ""].filter((part) => part.trim() !== "");
  const isHome = country !== null && country === homeCountry && near.length > 0;
  const parts = country === null || isHome ? near : [...near, countryName(country, locale)];
  return parts.length === 0 ? null : parts.join(", ");
}

function countryName(country: string, locale: string): string {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  return new Intl.DisplayNames(locale, { type: "region" }).of(country) ?? country;
}
