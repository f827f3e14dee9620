import { timeOnDay } from "../../../domain/local-time.js";
import type { EddClaim } from "../../../domain/report.js";
import { textAt } from "../../../runtime/json.js";

/**
 * The estimate in Unified: the time frame, else the estimated time, of which only the day is taken, because it is a
 * point in the middle of nothing said. Midnight and the last minute of a day narrow nothing down. All are wall clocks at
 * the destination, a `Z` behind them notwithstanding.
 */
export function readEdd(shipment: unknown): EddClaim | null {
  const from = readMoment(textAt(shipment, "estimatedDeliveryTimeFrame", "estimatedFrom"));
  const through = readMoment(textAt(shipment, "estimatedDeliveryTimeFrame", "estimatedThrough"));
  if (from !== null || through !== null) return claim(from ?? through, through ?? from);
  return readEstimatedDay(textAt(shipment, "estimatedTimeOfDelivery"));
}

/** One day, from a text that begins with it; null when it is no day of the calendar. */
export function readEstimatedDay(text: string | null): EddClaim | null {
  const day = readMoment(text)?.day;
  return day === undefined ? null : { from: day, to: day, windowFrom: null, windowTo: null };
}

interface Moment {
  readonly day: string;
  readonly clock: string | null;
}

function claim(from: Moment | null, through: Moment | null): EddClaim | null {
  if (from === null || through === null || from.day > through.day) return null;
  const turned =
    from.day === through.day && from.clock !== null && through.clock !== null && from.clock > through.clock;
  const windowTo = turned ? null : through.clock;
  return { from: from.day, to: through.day, windowFrom: windowTo === null ? null : from.clock, windowTo };
}

function readMoment(text: string | null): Moment | null {
  const [, day, clock = null] = /^(\d{4}-\d\d-\d\d)(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d).*)?$/.exec(text ?? "") ?? [];
  if (day === undefined || timeOnDay(day) === null) return null;
  return { day, clock: clock === "00:00" || clock === "23:59" ? null : clock };
}
