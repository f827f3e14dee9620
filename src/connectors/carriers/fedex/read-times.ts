import { timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { ScanTime } from "../../../domain/scan.js";
import { type JsonRecord, listAt, textAt } from "../../../runtime/json.js";

/**
 * The time of a scan. FedEx states an offset with most. Without one, midnight is a padded date; any other reading
 * is the clock at the place. What is no date at all leaves the scan untimed.
 */
export function readScanTime(text: string | null, place: Place | null): ScanTime {
  if (text === null) return UNTIMED;
  // Some answers have a blank before the offset.
  const compact = text.replace(/ (?=[+-]|Z$)/, "");
  const stated = timeWithOffset(compact);
  if (stated !== null) return stated;
  const clock = compact.slice(0, "YYYY-MM-DDTHH:mm:ss".length);
  const isDay = /^\d{4}-\d\d-\d\d(T00:00(:00)?)?$/.test(clock);
  return (isDay ? timeOnDay(clock) : timeAtPlace(clock, place)) ?? UNTIMED;
}

/** A date and, unless it is midnight (FedEx's way of writing a date alone), a time of day as printed. */
export interface PrintedTime {
  /** As it came, offset included. */
  readonly text: string;
  /** `YYYY-MM-DD` */
  readonly date: string;
  /** `HH:mm` */
  readonly clock: string | null;
}

/**
 * Reads a date as printed. The offsets behind these dates are those of Memphis rather than of the place, so that
 * only the wall clock can be believed.
 */
export function readPrintedTime(text: string | null): PrintedTime | null {
  const date = text === null ? undefined : timeOnDay(text)?.localTime?.slice(0, "YYYY-MM-DD".length);
  if (text === null || date === undefined) return null;
  const clock = /^.{10}[T ]((?:[01]\d|2[0-3]):[0-5]\d)/.exec(text)?.[1] ?? null;
  return { text, date, clock: clock === "00:00" ? null : clock };
}

/** The `dateAndTimes` of a result by type. */
export function dateTimesOf(result: JsonRecord): ReadonlyMap<string, PrintedTime> {
  const times = new Map<string, PrintedTime>();
  for (const entry of listAt(result, "dateAndTimes")) {
    const type = textAt(entry, "type");
    const time = readPrintedTime(textAt(entry, "dateTime"));
    if (type !== null && time !== null) times.set(type, time);
  }
  return times;
}
