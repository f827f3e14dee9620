import type { Place } from "./place.js";
import type { Precision, ScanTime } from "./scan.js";
import { offsetAt, onlyOffset, zoneOf, zonesOfCountry } from "./zones.js";

/** A scan that came without any time. */
export const UNTIMED: ScanTime = {
  occurredAt: null,
  localTime: null,
  utcOffset: null,
  zone: "unknown",
  precision: "day",
};

/**
 * A time with a stated offset: `timeWithOffset("2026-03-02T10:04:00", "-06:00")` or `timeWithOffset("2026-03-02T10:04:00-06:00")`.
 * Seconds may be missing, fractions are dropped. A trailing `Z` states an instant and no wall clock. An offset inside
 * the text goes before the argument.
 * @returns null when it is no date and time of the calendar, or no offset between -12:00 and +14:00 in quarter hours is stated
 */
export function timeWithOffset(localOrIso: string, offset: string | null = null): ScanTime | null {
  const reading = readLocal(localOrIso);
  if (reading === null) return null;
  const stated = reading.offset ?? offset;
  if (stated === "Z") return timeAtInstant(reading.asUtcMs, null, null, reading.precision);
  const offsetMinutes = stated === null ? null : readOffset(stated);
  return offsetMinutes === null ? null : timeByOffset(reading, offsetMinutes, "offset");
}

/**
 * A time given as an instant (ms since the epoch), with the wall clock beside it where the carrier prints both. The
 * offset follows from the two; when it is none that the country of the place has, one of the two is wrong: the
 * wall clock is believed, as people read it, and `place` decides what is known of the instant.
 * @returns null when the instant is no number or the wall clock no date and time of the calendar
 */
export function timeAtInstant(
  instantMs: number,
  localTime: string | null = null,
  place: Place | null = null,
  precision: Precision = "second",
): ScanTime | null {
  if (!Number.isSafeInteger(instantMs)) return null;
  if (localTime === null)
    return { occurredAt: instantMs, localTime: null, utcOffset: "+00:00", zone: "offset", precision };
  const reading = readLocal(localTime);
  if (reading === null) return null;
  const offsetMinutes = Math.floor(reading.asUtcMs / MINUTE_MS) - Math.floor(instantMs / MINUTE_MS);
  if (!isOffset(offsetMinutes) || !isOffsetOfCountry(offsetMinutes, instantMs, place))
    return timeAtPlace(localTime, place);
  return { ...timeByOffset(reading, offsetMinutes, "offset"), occurredAt: instantMs };
}

/**
 * A wall clock without an offset. The instant is known where the place lies in one zone. A reading that the zone shows
 * twice or never (the hours when clocks are changed) fixes no instant, and none is made up for it. Where the text states
 * an offset after all, that goes before the place.
 * @returns null when it is no date and time of the calendar
 */
export function timeAtPlace(localTime: string, place: Place | null): ScanTime | null {
  const reading = readLocal(localTime);
  if (reading === null) return null;
  if (reading.offset !== null) return timeWithOffset(localTime);
  const zone = zoneOf(place);
  const offsetMinutes = zone === null ? null : onlyOffset(zone, reading.asUtcMs);
  if (offsetMinutes !== null) return timeByOffset(reading, offsetMinutes, "place");
  return {
    occurredAt: null,
    localTime: reading.localTime,
    utcOffset: null,
    zone: "unknown",
    precision: reading.precision,
  };
}

/**
 * A day without a time of day (`YYYY-MM-DD`, or a date that the carrier padded with midnight). A day fixes no instant,
 * wherever it was: `occurredAt` is null and `zone` is `unknown`.
 * @returns null when it is no day of the calendar
 */
export function timeOnDay(date: string): ScanTime | null {
  const reading = readLocal(`${date.slice(0, "YYYY-MM-DD".length)}T00:00`);
  return (
    reading && { occurredAt: null, localTime: reading.localTime, utcOffset: null, zone: "unknown", precision: "day" }
  );
}

/** The wall clock (`YYYY-MM-DDTHH:mm:ss`) in an IANA zone; in UTC-12, where every day ends last, when the zone is null. */
export function localTimeIn(zone: string | null, nowMs: number): string {
  const offsetMinutes = zone === null ? LEAST_OFFSET : offsetAt(zone, nowMs);
  return formatUtc(nowMs + offsetMinutes * MINUTE_MS);
}

/** The date (`YYYY-MM-DD`) in an IANA zone; in UTC-12 when the zone is null. */
export function todayIn(zone: string | null, nowMs: number): string {
  return localTimeIn(zone, nowMs).slice(0, "YYYY-MM-DD".length);
}

const MINUTE_MS = 60_000;
const LEAST_OFFSET = -12 * 60;
const GREATEST_OFFSET = 14 * 60;

/** A wall clock that exists in the calendar. */
interface Reading {
  readonly localTime: string;
  /** The same reading as if it were UTC: a number to count with, never an instant. */
  readonly asUtcMs: number;
  readonly precision: Precision;
  /** The offset written behind it, or null. */
  readonly offset: string | null;
}

const READING = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{1,2}:?\d{2})?$/;

/** Strict: a 30th of February, an hour 24 or a year outside 1970 to 2199 is no reading. */
function readLocal(text: string): Reading | null {
  const [, date, minute, second, offset = null] = READING.exec(text) ?? [];
  if (date === undefined || minute === undefined) return null;
  const localTime = `${date}T${minute}:${second ?? "00"}`;
  const asUtcMs = Date.parse(`${localTime}Z`);
  if (Number.isNaN(asUtcMs) || formatUtc(asUtcMs) !== localTime || localTime < "1970" || localTime >= "2200")
    return null;
  return { localTime, asUtcMs, precision: second === undefined ? "minute" : "second", offset };
}

function readOffset(text: string): number | null {
  const [, sign, hours, minutes] = /^([+-])(\d{1,2}):?(\d{2})$/.exec(text) ?? [];
  if (Number(minutes) > 59) return null;
  const offsetMinutes = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  return isOffset(offsetMinutes) ? offsetMinutes : null;
}

/** Every civil offset there is lies within these bounds and on a quarter of an hour. */
function isOffset(minutes: number): boolean {
  return minutes % 15 === 0 && minutes >= LEAST_OFFSET && minutes <= GREATEST_OFFSET;
}

function isOffsetOfCountry(minutes: number, instantMs: number, place: Place | null): boolean {
  const zones = zonesOfCountry(place?.country ?? "");
  return zones.length === 0 || zones.some((zone) => offsetAt(zone, instantMs) === minutes);
}

function timeByOffset(reading: Reading, offsetMinutes: number, zone: "offset" | "place"): ScanTime {
  return {
    occurredAt: reading.asUtcMs - offsetMinutes * MINUTE_MS,
    localTime: reading.localTime,
    utcOffset: formatOffset(offsetMinutes),
    zone,
    precision: reading.precision,
  };
}

function formatOffset(minutes: number): string {
  const absolute = Math.abs(minutes);
  const pad = (n: number) => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(absolute / 60))}:${pad(absolute % 60)}`;
}

function formatUtc(ms: number): string {
  return new Date(ms).toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length);
}
