import type { Place } from "../../../domain/place.js";
import { textAt } from "../../../runtime/json.js";

/** Longest text taken for a tracking number. */
const MAX_NUMBER_CHARS = 60;
const MAX_CODE_CHARS = 100;

/** A tracking number without blanks, upper case; null when there is none, or it is absurdly long. */
export function readNumber(said: string | null): string | null {
  const number = said?.replaceAll(/\s/g, "").toUpperCase() ?? "";
  return number === "" || number.length > MAX_NUMBER_CHARS ? null : number;
}

/** A code, upper case; older bodies have lower case. `""` when it is missing, as ShipEngine itself often writes it. */
export function readCode(value: unknown, field: string): string {
  return textAt(value, field)?.toUpperCase().slice(0, MAX_CODE_CHARS) ?? "";
}

/** The first of several fields that says something; `""` when none does. */
export function firstText(value: unknown, ...fields: readonly string[]): string {
  for (const field of fields) {
    const text = textAt(value, field);
    if (text !== null) return text;
  }
  return "";
}

/**
 * Where an event happened. USPS leaves the country out at home, where a state and a ZIP Code say it. Null when nothing
 * is known. Companies and coordinates are left out: they may be those of the recipient.
 */
export function readPlace(event: unknown, carrier: string): Place | null {
  const region = textAt(event, "state_province");
  const postalCode = textAt(event, "postal_code");
  const stated = textAt(event, "country_code")?.toUpperCase() ?? "";
  const atHome =
    carrier === "usps" &&
    stated === "" &&
    /^[A-Z]{2}$/i.test(region ?? "") &&
    /^\d{5}(?:-?\d{4})?$/.test(postalCode ?? "");
  const country = /^[A-Z]{2}$/.test(stated) ? stated : atHome ? "US" : null;
  const place: Place = { city: textAt(event, "city_locality"), region, country, postalCode, facilityCode: null };
  return Object.values(place).every((part) => part === null) ? null : place;
}
