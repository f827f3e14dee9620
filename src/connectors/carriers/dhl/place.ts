import type { Place } from "../../../domain/place.js";
import { ZONES_OF_COUNTRY } from "../../../domain/zone-data.js";
import { textAt } from "../../../runtime/json.js";

/**
 * A place from an address of Unified. Divisions write the town in their own ways: `BONN`, `Henderson, NV, US`,
 * `LOS ANGELES, CA - USA`, or only the country (`Deutschland`). Null when nothing of it is known.
 */
export function readAddress(address: unknown): Place | null {
  const stated = isoCode(textAt(address, "countryCode"));
  const town = readTown(textAt(address, "addressLocality") ?? "", stated);
  const postalCode = textAt(address, "postalCode");
  return placeOf({
    ...town,
    // Some divisions print the name of a town in it.
    postalCode: postalCode !== null && /\d/.test(postalCode) && postalCode.length <= 12 ? postalCode : null,
    facilityCode: null,
  });
}

/** A service area of MyDHL (`{ code: "SYD", description: "SYDNEY-AU", facilityCode }`). */
export function readServiceArea(area: unknown): Place | null {
  const town = readTown(textAt(area, "description") ?? "", null);
  return placeOf({ ...town, postalCode: null, facilityCode: textAt(area, "facilityCode") ?? textAt(area, "code") });
}

/** A postal address of MyDHL, whose parts are often blank. */
export function readPostalAddress(address: unknown): Place | null {
  return placeOf({
    city: textAt(address, "cityName"),
    region: textAt(address, "provinceCode"),
    country: isoCode(textAt(address, "countryCode")),
    postalCode: textAt(address, "postalCode"),
    facilityCode: null,
  });
}

/** The place that is left when empty parts are none; null when all are. */
export function placeOf(place: Place): Place | null {
  return Object.values(place).every((part) => part === null) ? null : place;
}

/** The ISO code of a country given as code or by its English or German name; null when it is neither. */
export function countryNamed(text: string): string | null {
  return isoCode(text) ?? countryNames().get(nameKey(text)) ?? null;
}

function readTown(locality: string, country: string | null): Pick<Place, "city" | "region" | "country"> {
  const parts = locality.split(/,|\s-\s|-(?=[A-Z]{2}$)/).flatMap((part) => part.trim() || []);
  const named = parts.length === 0 ? null : countryNamed(parts.at(-1) ?? "");
  // `San Jose, CA` ends in a region, unless the country is stated to be Canada.
  const isCountry =
    named !== null && (country === null ? !endsInRegion(locality, parts.at(-1) ?? "") : named === country);
  const rest = isCountry ? parts.slice(0, -1) : parts;
  const last = rest.at(-1) ?? "";
  const region = rest.length > 1 && /^[A-Z]{2,3}$/.test(last) ? last : null;
  const city = rest.slice(0, region === null ? undefined : -1).join(", ");
  return { city: city === "" ? null : city, region, country: country ?? (isCountry ? named : null) };
}

/** Two letters after a single comma may be a country or one of its regions: which one, nobody said. */
function endsInRegion(locality: string, last: string): boolean {
  return /^[A-Z]{2}$/.test(last) && /^[^,]*,\s*[A-Z]{2}$/.test(locality.trim());
}

function isoCode(text: string | null): string | null {
  const code = text?.trim().toUpperCase() ?? "";
  return /^[A-Z]{2}$/.test(code) && Object.hasOwn(ZONES_OF_COUNTRY, code) ? code : null;
}

/** Names that DHL prints and CLDR does not have. */
const OTHER_NAMES = [
  ["USA", "US"],
  ["UNITED STATES OF AMERICA", "US"],
  ["UK", "GB"],
  ["CHINA, PEOPLES REPUBLIC", "CN"],
  ["KOREA, REPUBLIC OF", "KR"],
  ["CZECH REPUBLIC", "CZ"],
  ["TURKEY", "TR"],
  ["HONG KONG", "HK"],
] as const;

let names: ReadonlyMap<string, string> | undefined;

function countryNames(): ReadonlyMap<string, string> {
  names ??= new Map([...OTHER_NAMES.map(([name, code]) => [nameKey(name), code] as const), ...cldrNames()]);
  return names;
}

function* cldrNames(): Generator<readonly [string, string]> {
  for (const language of ["en", "de"]) {
    const display = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const code of Object.keys(ZONES_OF_COUNTRY)) {
      const name = display.of(code);
      if (name !== undefined) yield [nameKey(name), code];
    }
  }
}

function nameKey(name: string): string {
  return name
    .normalize("NFKD")
    .toUpperCase()
    .replaceAll(/[^\p{L}]/gu, "");
}
