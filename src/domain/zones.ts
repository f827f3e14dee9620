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

/** Minutes by which the clocks of an IANA zone are ahead of UTC at an instant (ms since the epoch). */
export function offsetAt(zone: string, instantMs: number): number {
  const parts = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of clockOf(zone).formatToParts(instantMs)) {
    if (Object.hasOwn(parts, type)) parts[type as keyof typeof parts] = Number(value);
  }
  const local = Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
  return Math.round((local - instantMs) / 60_000);
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

/** Making a formatter costs far more than using it. At most one per zone of `zone-data.ts` and of the stores' settings. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  clocks.set(zone, clock);
  return clock;
}
