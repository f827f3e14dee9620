import { timeOnDay } from "../../../domain/local-time.js";
import type { EddClaim } from "../../../domain/report.js";
import { textAt } from "../../../runtime/json.js";

/**
 * The estimate of a body: the predicted day, else the expected, else the guaranteed one. All readings are wall clock at the
 * destination, also with a `Z` behind them. The window is the predicted one, or the time of day by which it should come.
 */
export function readEdd(piece: unknown): EddClaim | null {
  for (const field of DAY_FIELDS) {
    const text = textAt(piece, field);
    const day = readDay(text);
    if (day === null) continue;
    const end = readClock(textAt(piece, "predictedDeliveryWindowEndTime"));
    const start = end === null ? null : readClock(textAt(piece, "predictedDeliveryWindowStartTime"));
    return claim(day, start, end ?? timeOfDay(text) ?? readClock(textAt(piece, "endOfDay")));
  }
  return null;
}

const DAY_FIELDS = [
  "predictedDeliveryDate",
  "predictedDeliveryTimeStamp",
  "expectedDeliveryTimeStamp",
  "expectedDeliveryDate",
  "guaranteedDeliveryTimeStamp",
  "guaranteedDeliveryDate",
] as const;

/** A window that ends before it begins says nothing reliable: only the day is kept. */
function claim(day: string, windowFrom: string | null, windowTo: string | null): EddClaim {
  const turned = windowFrom !== null && windowTo !== null && windowFrom > windowTo;
  return { from: day, to: day, windowFrom: turned ? null : windowFrom, windowTo: turned ? null : windowTo };
}

function readDay(text: string | null): string | null {
  return /^\d{4}-\d\d-\d\d(?:[T ]|$)/.test(text ?? "")
    ? (timeOnDay(text ?? "")?.localTime?.slice(0, 10) ?? null)
    : null;
}

/** The time of day in a time stamp; a date padded with midnight has none. */
function timeOfDay(text: string | null): string | null {
  const clock = /[T ]/.test(text ?? "") ? readClock(text) : null;
  return clock === "00:00" ? null : clock;
}

/** `14:30`, `14:30:00`, `2:30 pm` or the end of a time stamp as `HH:mm`; null when it is no time of day. */
export function readClock(text: string | null): string | null {
  const [, hours, minutes, half] =
    /(?:^|[T ])(\d{1,2}):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?: ?([ap])\.?m\.?)?Z?$/i.exec(text ?? "") ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const printed = Number(hours);
  if (half !== undefined && (printed < 1 || printed > 12)) return null;
  const hour = half === undefined ? printed : (printed % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  return hour > 23 ? null : `${String(hour).padStart(2, "0")}:${minutes}`;
}
