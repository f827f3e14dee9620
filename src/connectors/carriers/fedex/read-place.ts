import type { Place } from "../../../domain/place.js";
import { textAt } from "../../../runtime/json.js";

/** The address at a path of fields, without street and name; null when it names no place at all. */
export function readPlace(value: unknown, ...path: string[]): Place | null {
  const country = textAt(value, ...path, "countryCode")?.toUpperCase() ?? null;
  const place: Place = {
    city: textAt(value, ...path, "city"),
    region: textAt(value, ...path, "stateOrProvinceCode"),
    country: country !== null && /^[A-Z]{2}$/.test(country) ? country : null,
    postalCode: textAt(value, ...path, "postalCode"),
    facilityCode: null,
  };
  return Object.values(place).some((part) => part !== null) ? place : null;
}

/** Where a scan was made, with FedEx's code of the building. */
export function readScanPlace(scan: unknown): Place | null {
  const place = readPlace(scan, "scanLocation");
  const facilityCode = textAt(scan, "locationId");
  if (facilityCode === null) return place;
  return { ...(place ?? { city: null, region: null, country: null, postalCode: null }), facilityCode };
}
