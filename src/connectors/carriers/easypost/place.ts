import type { Place } from "../../../domain/place.js";
import { textAt } from "../../../runtime/json.js";

/**
 * The `TrackingLocation` at a path of fields; null when it names no place at all. EasyPost often leaves the country out,
 * and a state or a ZIP code alone does not tell it.
 */
export function readPlace(value: unknown, ...path: string[]): Place | null {
  const country = textAt(value, ...path, "country")?.toUpperCase() ?? "";
  const place: Place = {
    city: textAt(value, ...path, "city"),
    region: textAt(value, ...path, "state"),
    country: /^[A-Z]{2}$/.test(country) ? country : null,
    postalCode: textAt(value, ...path, "zip"),
    facilityCode: null,
  };
  return Object.values(place).some((part) => part !== null) ? place : null;
}
