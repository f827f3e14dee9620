import type { EddClaim } from "../../../domain/report.js";
import { type JsonRecord, textAt } from "../../../runtime/json.js";
import { dateTimesOf, type PrintedTime, readPrintedTime } from "./read-times.js";

/**
 * When FedEx says it will deliver: an appointment before all else, then the estimate, then the commitment, with the window
 * where one is given; without any of them the end of the standard transit time, as a day.
 */
export function readEdd(result: JsonRecord): EddClaim | null {
  const times = dateTimesOf(result);
  const appointment = times.get("APPOINTMENT_DELIVERY");
  if (appointment !== undefined) return onDay(appointment.date, appointment.clock, null);

  const estimate = times.get("ESTIMATED_DELIVERY") ?? times.get("COMMITMENT") ?? null;
  const begins = windowEdge(result, "estimatedDeliveryTimeWindow", "begins");
  const ends = windowEdge(result, "estimatedDeliveryTimeWindow", "ends");
  const last = ends ?? estimate ?? begins;
  if (last !== null) return withWindow(last, begins);

  const standard = windowEdge(result, "standardTransitTimeWindow", "ends");
  return standard && onDay(standard.date, null, null);
}

/** Often `window` is an empty object, or has only an end. */
function windowEdge(result: JsonRecord, window: string, edge: "begins" | "ends"): PrintedTime | null {
  return readPrintedTime(textAt(result, window, "window", edge));
}

function withWindow(last: PrintedTime, begins: PrintedTime | null): EddClaim {
  if (begins === null || begins.date > last.date) return onDay(last.date, null, last.clock);
  if (begins.date < last.date)
    return { from: begins.date, to: last.date, windowFrom: begins.clock, windowTo: last.clock };
  const isForward = begins.clock === null || last.clock === null || begins.clock < last.clock;
  return onDay(last.date, isForward ? begins.clock : null, last === begins ? null : last.clock);
}

function onDay(date: string, windowFrom: string | null, windowTo: string | null): EddClaim {
  return { from: date, to: date, windowFrom, windowTo };
}
