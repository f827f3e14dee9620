import { timeAtInstant, timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { EddClaim } from "../../../domain/report.js";
import type { ScanTime } from "../../../domain/scan.js";
import { textAt } from "../../../runtime/json.js";

/**
 * When an event happened: `occurred_at` is an instant, `carrier_occurred_at` the wall clock of the same moment. Bodies of
 * 2019 have `event_date`. Midnight is a padded date. Where both read alike the clock may have been passed off as UTC,
 * so that only a place with known clocks can confirm the instant.
 */
export function readEventTime(event: unknown, place: Place | null): ScanTime {
  const stated = textAt(event, "occurred_at") ?? textAt(event, "event_date");
  const local = textAt(event, "carrier_occurred_at")?.replace(/Z$/, "") ?? null;
  if (local === null) return readTime(stated, place);
  if (isDay(local)) return timeOnDay(local) ?? UNTIMED;
  const instant = stated === null ? null : (timeWithOffset(stated)?.occurredAt ?? null);
  const isPlaced = place !== null && place.country !== null;
  const isDoubtful = !isPlaced && stated?.slice(0, MINUTE_CHARS) === local.slice(0, MINUTE_CHARS);
  const known = instant === null || isDoubtful ? null : timeAtInstant(instant, local, place);
  return known ?? timeAtPlace(local, place) ?? readTime(stated, place);
}

/** A single reading: an instant where it states an offset, else the clock at the place. Midnight is a padded date. */
export function readTime(text: string | null, place: Place | null): ScanTime {
  if (text === null) return UNTIMED;
  return (isDay(text) ? timeOnDay(text) : (timeWithOffset(text) ?? timeAtPlace(text, place))) ?? UNTIMED;
}

/** The day of a date that may be padded with any time (`YYYY-MM-DD`); null when it is no day of the calendar. */
export function readDay(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d(?:[T ]|$)/.test(text)) return null;
  return timeOnDay(text)?.localTime?.slice(0, "YYYY-MM-DD".length) ?? null;
}

/**
 * The estimated delivery. A time of day is the end of the window where it is the destination's own clock; of one that was
 * converted to UTC only the day is taken, since nothing in the body says where the parcel goes.
 */
export function readEdd(information: unknown): EddClaim | null {
  const text = textAt(information, "estimated_delivery_date");
  const day = readDay(text);
  if (text === null || day === null) return null;
  const clock = /^.{10}[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:?\d\d)?$/.exec(text)?.[1] ?? null;
  return { from: day, to: day, windowFrom: null, windowTo: clock === "00:00" ? null : clock };
}

const MINUTE_CHARS = "YYYY-MM-DDTHH:mm".length;

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/.test(text);
}
