import { localTimeIn, timeAtPlace, timeOnDay } from "../../../domain/local-time.js";
import type { EddClaim } from "../../../domain/report.js";
import { zoneOf } from "../../../domain/zones.js";
import { textAt } from "../../../runtime/json.js";
import { readPlace } from "./place.js";

/**
 * The day of the estimate: the carrier's local date, else EasyPost's timestamp. A timestamp of midnight UTC is a date
 * written out; any other is an instant, whose day is known only where the zone of the destination is. The time of day
 * (`est_delivery_time_local`) is left out: it does not say whether it begins or ends anything.
 */
export function readEdd(tracker: unknown): EddClaim | null {
  const day = dayOf(textAt(tracker, "carrier_detail", "est_delivery_date_local")) ?? dayOfTimestamp(tracker);
  return day === null ? null : { from: day, to: day, windowFrom: null, windowTo: null };
}

function dayOfTimestamp(tracker: unknown): string | null {
  const text = textAt(tracker, "est_delivery_date") ?? "";
  const date = dayOf(text);
  if (date === null || /^.{10}(?:T00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?)?$/.test(text)) return date;
  const time = timeAtPlace(text, null);
  if (time === null) return null;
  const isUtc = /(?:Z|\+00:?00)$/.test(text);
  if (!isUtc || time.occurredAt === null) return date;
  const zone = zoneOf(readPlace(tracker, "carrier_detail", "destination_tracking_location"));
  return zone === null ? null : localTimeIn(zone, time.occurredAt).slice(0, "YYYY-MM-DD".length);
}

/** The day that a text begins with; null when it is no day of the calendar. */
function dayOf(text: string | null): string | null {
  if (text === null || !/^\d{4}-\d\d-\d\d(?:$|[T ])/.test(text)) return null;
  return timeOnDay(text)?.localTime?.slice(0, "YYYY-MM-DD".length) ?? null;
}
