import { ZONES_OF_COUNTRY } from "../../../domain/zone-data.js";

/** The code (ISO 3166-1 alpha-2) of a country that USPS writes out in English (`CANADA`); null for a name we do not know. */
export function countryNamed(name: string): string | null {
  codes ??= new Map(namesOfCountries());
  return codes.get(name.toUpperCase()) ?? null;
}

let codes: ReadonlyMap<string, string> | undefined;

function* namesOfCountries(): Generator<[string, string]> {
  const english = new Intl.DisplayNames("en", { type: "region" });
  for (const code of Object.keys(ZONES_OF_COUNTRY)) yield [(english.of(code) ?? code).toUpperCase(), code];
  // As the Universal Postal Union calls it, and USPS with it.
  yield ["GREAT BRITAIN AND NORTHERN IRELAND", "GB"];
}
