import { timeAtPlace, timeOnDay, timeWithOffset, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { ScanTime } from "../../../domain/scan.js";
import { zoneOf } from "../../../domain/zones.js";

/** The two ends of a shipment's way, for scans that do not say where they happened. */
export interface Ends {
  readonly origin: Place | null;
  readonly destination: Place | null;
}

/**
 * The time of a scan in Unified: a wall clock where the scan happened, whose instant is known when that place has one
 * zone. A scan without a place happened somewhere between the ends of the way, so its zone is known only where both lie in
 * it. The `Z` that some divisions print behind the same wall clock is not believed, and with it no instant is known.
 */
export function readScanTime(timestamp: string | null, place: Place | null, ends: Ends): ScanTime {
  if (timestamp === null) return UNTIMED;
  if (/^\d{4}-\d\d-\d\d$/.test(timestamp)) return timeOnDay(timestamp) ?? UNTIMED;
  if (/z$/i.test(timestamp)) return timeAtPlace(timestamp.slice(0, -1), null) ?? UNTIMED;
  return timeAtPlace(timestamp, place ?? commonPlace(ends)) ?? UNTIMED;
}

/** The time of a scan in MyDHL: date and time apart, with the offset beside them where it was asked for. */
export function readSplitTime(
  date: string | null,
  time: string | null,
  offset: string | null,
  place: Place | null,
): ScanTime {
  if (date === null) return UNTIMED;
  if (time === null) return timeOnDay(date) ?? UNTIMED;
  const local = `${date}T${time}`;
  return (offset === null ? null : timeWithOffset(local, offset)) ?? timeAtPlace(local, place) ?? UNTIMED;
}

function commonPlace({ origin, destination }: Ends): Place | null {
  const zone = zoneOf(origin);
  return zone !== null && zone === zoneOf(destination) ? origin : null;
}
