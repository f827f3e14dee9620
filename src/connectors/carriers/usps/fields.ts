import type { Place } from "../../../domain/place.js";
import { listAt, recordAt, textAt } from "../../../runtime/json.js";
import { countryNamed } from "./country-names.js";

/** Longest text taken for a tracking number; with routing code a barcode has 34 digits. */
const MAX_NUMBER_CHARS = 50;

/** A tracking number without blanks, upper case; null when there is none, or it is absurdly long. */
export function readNumber(value: unknown, field: string): string | null {
  const number = textAt(value, field)?.replaceAll(/[\s-]/g, "").toUpperCase() ?? "";
  return number === "" || number.length > MAX_NUMBER_CHARS ? null : number;
}

/** An event code: upper case, `""` when missing; two digits also where it came as the number 1. */
export function readCode(value: unknown, field: string): string {
  const code = textAt(value, field)?.toUpperCase().slice(0, 20) ?? "";
  return /^\d$/.test(code) ? `0${code}` : code;
}

/** The items of a field that USPS writes as a list, or as a single object where there is one. */
export function itemsAt(value: unknown, field: string): readonly unknown[] {
  const one = recordAt(value, field);
  return one === null ? listAt(value, field) : [one];
}

/** Words without the markup that USPS puts in (`Priority Mail<SUP>&reg;</SUP>`); null when nothing is left. */
export function readWords(value: unknown, field: string): string | null {
  const words = textAt(value, field)
    ?.replaceAll(/<sup>[^<]*<\/sup>|<[^<>]{0,40}>|&(?:reg|trade|#\d{1,5});/gi, "")
    .replaceAll("&amp;", "&")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  return words === undefined || words === "" ? null : words;
}

/** The fields of an address. */
export interface AddressFields {
  readonly city: string;
  readonly region: string;
  readonly postalCode: string;
  readonly country: string;
}

/**
 * A place. USPS leaves the country out at home, so a state or a ZIP Code says that it is there; abroad it writes the name
 * out (`CANADA`). A facility in the place of the town (`OAK CREEK WI DISTRIBUTION CENTER`) holds town and state. Null
 * when nothing is known.
 */
export function readPlace(value: unknown, fields: AddressFields): Place | null {
  const named = textAt(value, fields.city);
  const facility = FACILITY.exec(named ?? "");
  const region = textAt(value, fields.region) ?? facility?.[2] ?? null;
  const postalCode = textAt(value, fields.postalCode);
  const place: Place = {
    city: facility?.[1] ?? named,
    region,
    country: countryOf(textAt(value, fields.country), region, postalCode),
    postalCode,
    facilityCode: facility?.[0] ?? null,
  };
  return Object.values(place).every((part) => part === null) ? null : place;
}

/** USPS states, territories and armed forces (OpenAPI description of the Tracking API). */
const STATES =
  "AA|AE|AL|AK|AP|AS|AZ|AR|CA|CO|CT|DE|DC|FM|FL|GA|GU|HI|ID|IL|IN|IA|KS|KY|LA|ME|MH|MD|MA|MI|MN|MS|MO|MP|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PW|PA|PR|RI|SC|SD|TN|TX|UT|VT|VI|VA|WA|WV|WI|WY";
const STATE = new RegExp(`^(?:${STATES})$`);
const FACILITY = new RegExp(`^(\\S.{0,60}?) (${STATES}) .{0,60}\\b(?:CENTER|FACILITY|ANNEX|PLANT|HUB)$`, "i");

function countryOf(stated: string | null, region: string | null, postalCode: string | null): string | null {
  const code = stated?.toUpperCase() ?? "";
  if (code !== "") return /^[A-Z]{2}$/.test(code) ? code : countryNamed(code);
  const american = STATE.test(region?.toUpperCase() ?? "") || /^\d{5}(?:-?\d{4})?$/.test(postalCode ?? "");
  return american ? "US" : null;
}
