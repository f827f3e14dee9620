import type { Place } from "./place.js";
import { REGIONS_OF_ZONE, ZONES_OF_COUNTRY } from "./zone-data.js";

/** The IANA zone in which a place certainly lies: its country's only one, or that of its region. Null where two are possible. */
export function zoneOf(place: Place | null): string | null {
  if (place === null || place.country === null) return null;
  const zones = zonesOfCountry(place.country);
  return zones.length === 1 ? (zones[0] ?? null) : zoneOfRegion(place.country, place.region);
}

/** Every IANA zone of a country (ISO 3166-1 alpha-2); none for a country we do not know. */
export function zonesOfCountry(country: string): readonly string[] {
  return Object.hasOwn(ZONES_OF_COUNTRY, country) ? (ZONES_OF_COUNTRY[country] ?? []) : [];
}

function zoneOfRegion(country: string, region: string | null): string | null {
  if (region === null || !Object.hasOwn(REGIONS_OF_ZONE, country)) return null;
  const wanted = region.trim().toUpperCase();
  const found = Object.entries(REGIONS_OF_ZONE[country] ?? {}).find(([, regions]) =>
    regions.split(" ").includes(wanted),
  );
  return found?.[0] ?? null;
}

/**
 * Minutes by which the clocks of an IANA zone are ahead of UTC at an instant (ms since the epoch).
 * @throws RangeError for a zone that is none
 */
export function offsetAt(zone: string, instantMs: number): number {
  const quarter = Math.floor(instantMs / QUARTER_HOUR_MS);
  const known = offsets.get(zone)?.get(quarter);
  if (known !== undefined) return known;
  const offset = readOffsetAt(zone, instantMs);
  keepOffset(zone, quarter, offset);
  return offset;
}

/** Asking a formatter costs more than all the rest of reading a scan's time. */
function readOffsetAt(zone: string, instantMs: number): number {
  const [, sign, hours = "0", minutes = "0"] = /GMT([+-])(\d{2}):(\d{2})/.exec(clockOf(zone).format(instantMs)) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/**
 * The offset (minutes) that a wall clock in a zone has, given as ms of the same reading in UTC. Null when the zone shows
 * that reading twice or never, because its clocks are changed then.
 */
export function onlyOffset(zone: string, localAsUtcMs: number): number | null {
  const dayMs = 86_400_000;
  const possible = new Set([offsetAt(zone, localAsUtcMs - dayMs), offsetAt(zone, localAsUtcMs + dayMs)]);
  const shown = [...possible].filter((minutes) => offsetAt(zone, localAsUtcMs - minutes * 60_000) === minutes);
  return shown.length === 1 ? (shown[0] ?? null) : null;
}

/**
 * Offsets that were asked for, by zone and quarter of an hour: since 1973 no clock on earth has changed within one (IANA tz database,
 * Monrovia being the last). Scans of one time share them; at its bound a zone's are forgotten.
 */
const offsets = new Map<string, Map<number, number>>();
const QUARTER_HOUR_MS = 900_000;
const MAX_QUARTERS_KEPT = 2_000;

function keepOffset(zone: string, quarter: number, offset: number): void {
  let ofZone = offsets.get(zone);
  if (ofZone === undefined || ofZone.size >= MAX_QUARTERS_KEPT) {
    ofZone = new Map();
    offsets.set(zone, ofZone);
  }
  ofZone.set(quarter, offset);
}

/** Making a formatter costs far more than using it. At most one per zone of `zone-data.ts` and of the stores' settings. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  clocks.set(zone, clock);
  return clock;
}
