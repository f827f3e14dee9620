import { timeAtInstant, timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { ScanTime } from "../../../domain/scan.js";
import { readClock, readDay } from "./edd.js";

/** The time fields of an activity, as UPS wrote them. */
export interface UpsTimeFields {
  /** `YYYYMMDD`, wall clock of the place. */
  readonly localDate: string | null;
  /** `HHMMSS` */
  readonly localTime: string | null;
  readonly gmtDate: string | null;
  /** `HH:MM:SS` in polls, `HHMMSS` in pushes, without leading zero in the specification's example. */
  readonly gmtTime: string | null;
  /** `-08:00` in polls, `-08.00` in pushes. */
  readonly gmtOffset: string | null;
}

/**
 * When an activity happened. The GMT reading fixes the instant and, with the wall clock beside it, the offset. UPS's own
 * examples hold GMT readings that no clock in that country can show: there the stated offset decides, and failing that
 * the zone of the place. A wall clock alone is never taken for UTC.
 */
export function readScanTime(fields: UpsTimeFields, place: Place | null): ScanTime {
  const local = joined(fields.localDate, fields.localTime);
  const gmt = joined(fields.gmtDate, fields.gmtTime);
  const offset = fields.gmtOffset?.replace(".", ":") ?? null;
  const instantMs = gmt === null ? Number.NaN : Date.parse(`${gmt}Z`);
  if (local === null) return timeWithoutClock(fields, instantMs, offset);

  const byInstant = timeAtInstant(instantMs, local, place);
  if (byInstant?.zone === "offset") return byInstant;
  const byOffset = offset === null ? null : timeWithOffset(local, offset);
  const checked = byOffset?.occurredAt == null ? null : timeAtInstant(byOffset.occurredAt, local, place);
  return checked ?? byInstant ?? timeAtPlace(local, place) ?? UNTIMED;
}

function timeWithoutClock(fields: UpsTimeFields, instantMs: number, offset: string | null): ScanTime {
  const inUtc = timeAtInstant(instantMs);
  if (inUtc === null) {
    const day = readDay(fields.localDate);
    return (day === null ? null : timeOnDay(day)) ?? UNTIMED;
  }
  return (offset === null ? null : wallClock(instantMs, offset)) ?? inUtc;
}

/** An instant as the wall clock of a stated offset, so that it is the same scan as the one that prints the clock. */
function wallClock(instantMs: number, offset: string): ScanTime | null {
  const asUtc = new Date(instantMs).toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length);
  const shifted = timeWithOffset(asUtc, offset);
  if (shifted?.occurredAt == null) return null;
  const local = new Date(2 * instantMs - shifted.occurredAt).toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length);
  return timeWithOffset(local, offset);
}

function joined(date: string | null, time: string | null): string | null {
  const day = readDay(date);
  const clock = readClock(time);
  return day === null || clock === null ? null : `${day}T${clock}`;
}
