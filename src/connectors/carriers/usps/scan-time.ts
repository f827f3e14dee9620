import { timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { ScanTime } from "../../../domain/scan.js";
import { textAt } from "../../../runtime/json.js";

/**
 * When an event happened. `eventTimestamp` is wall clock, also where a `Z` stands behind it, and `GMTOffset` makes an instant
 * of it. `GMTTimestamp` is not believed: its date is not carried over midnight (18:31 at -06:00 is printed as 00:31 of
 * the same day). Only its seconds are taken, which the wall clock lacks. Without an offset the place decides, and
 * midnight is no time of day.
 */
export function readScanTime(event: unknown, place: Place | null): ScanTime {
  const stamp = textAt(event, "eventTimestamp")?.replace(/(?:\.\d+)?Z?$/, "") ?? "";
  const [, date, clock, seconds = "00", statedInside] = STAMP.exec(stamp) ?? [];
  if (date === undefined) return UNTIMED;
  if (clock === undefined) return timeOnDay(date) ?? UNTIMED;
  const offset = statedInside ?? readOffset(textAt(event, "GMTOffset"));
  if (offset === null && `${clock}:${seconds}` === "00:00:00") return timeOnDay(date) ?? UNTIMED;
  const exact = seconds === "00" ? secondsOf(textAt(event, "GMTTimestamp"), clock, offset) : seconds;
  const local = `${date}T${clock}${exact === null ? "" : `:${exact}`}`;
  return (offset === null ? null : timeWithOffset(local, offset)) ?? timeAtPlace(local, place) ?? UNTIMED;
}

const STAMP = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?([+-]\d\d:\d\d)?)?$/;

/** `-05:00`, `-7:00`, `-0500` or `-5` as `±H:mm`. */
function readOffset(text: string | null): string | null {
  const [, sign = "", hours, minutes = "00"] = /^([+-]?)(\d{1,2})(?::?(\d\d))?$/.exec(text ?? "") ?? [];
  return hours === undefined ? null : `${sign === "" ? "+" : sign}${hours}:${minutes}`;
}

/** The seconds of a GMT reading that shows the same minute as the wall clock; null when it shows another or none. */
function secondsOf(gmt: string | null, clock: string, offset: string | null): string | null {
  const [, minute, second] = /(?:^|[T ])\d\d:(\d\d):(\d\d)/.exec(gmt ?? "") ?? [];
  if (minute === undefined || second === undefined || offset === null) return null;
  const shown = Number(clock.slice(3)) - (offset.startsWith("-") ? -1 : 1) * Number(offset.slice(-2));
  return Number(minute) === (shown + 60) % 60 ? second : null;
}
