import type { Place } from "../../../domain/place.js";
import { listAt, recordAt, textAt } from "../../../runtime/json.js";

/** Longest text taken for a tracking number; UPS's own go up to 34. */
const MAX_NUMBER_CHARS = 50;

/** A tracking number without the blanks that UPS puts around it; null when there is none, or it is absurdly long. */
export function readNumber(value: unknown, field: string): string | null {
  const number = textAt(value, field)?.replaceAll(" ", "").toUpperCase() ?? "";
  return number === "" || number.length > MAX_NUMBER_CHARS ? null : number;
}

/** A code: upper case, `""` when missing. No UPS code is longer than three characters; a longer text is kept to be shown. */
export function readCode(value: unknown, field: string): string {
  return textAt(value, field)?.toUpperCase().slice(0, 20) ?? "";
}

/** A three-digit code, also where its leading zeros were lost. */
export function readDigits(value: unknown, field: string): string {
  const code = readCode(value, field);
  return /^\d{1,2}$/.test(code) ? code.padStart(3, "0") : code;
}

/** The items of a field that UPS writes as a list and older bodies as a single object. */
export function itemsAt(value: unknown, field: string): readonly unknown[] {
  const one = recordAt(value, field);
  return one === null ? listAt(value, field) : [one];
}

/** A place from a UPS address; `slic` is UPS's number of the building. Null when nothing of it is known. */
export function readPlace(address: unknown, facilityCode: string | null): Place | null {
  const place: Place = {
    city: textAt(address, "city"),
    region: textAt(address, "stateProvince"),
    country: countryOf(address),
    postalCode: textAt(address, "postalCode"),
    facilityCode,
  };
  return Object.values(place).every((part) => part === null) ? null : place;
}

function countryOf(address: unknown): string | null {
  for (const field of ["countryCode", "country"]) {
    const code = textAt(address, field)?.toUpperCase() ?? "";
    if (/^[A-Z]{2}$/.test(code)) return code;
  }
  return null;
}
