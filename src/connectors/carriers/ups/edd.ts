import type { EddClaim } from "../../../domain/report.js";
import { textAt } from "../../../runtime/json.js";
import { itemsAt, readCode } from "./fields.js";

/**
 * The estimate in a poll body: the rescheduled date (RDD), else the scheduled one (SDD). Times are wall clock at the
 * destination. EDW, CDW and IDW are windows; CMT is a time until which; EOD and DEL narrow nothing down.
 */
export function readEdd(parcel: unknown): EddClaim | null {
  const day = deliveryDay(parcel, "RDD") ?? deliveryDay(parcel, "SDD");
  if (day === null) return null;
  const type = readCode(itemsAt(parcel, "deliveryTime")[0], "type");
  const [from, to] = clocksOf(itemsAt(parcel, "deliveryTime")[0], "startTime", "endTime");
  if (["EDW", "CDW", "IDW"].includes(type)) return claim(day, from, to);
  return claim(day, null, type === "CMT" ? to : null);
}

/** The estimate in a push. Its start and end are empty unless UPS estimates a window. */
export function readPushedEdd(push: unknown): EddClaim | null {
  const day = readDay(textAt(push, "scheduledDeliveryDate"));
  if (day === null) return null;
  const endOfDay = textAt(push, "deliveryTimeDescription")?.toLowerCase() === "end of day";
  const [from, to] = clocksOf(push, "deliveryStartTime", "deliveryEndTime");
  return endOfDay ? claim(day, null, null) : claim(day, from, to);
}

/** The day of one kind in `deliveryDate[]`, `YYYY-MM-DD`: `SDD`, `RDD`, or `DEL` for when it was delivered. */
export function deliveryDay(parcel: unknown, type: "SDD" | "RDD" | "DEL"): string | null {
  const dates = itemsAt(parcel, "deliveryDate").filter((date) => readCode(date, "type") === type);
  return readDay(textAt(dates.at(-1), "date"));
}

/** A UPS date `YYYYMMDD` as `YYYY-MM-DD`; null when it is no day of the calendar. */
export function readDay(text: string | null): string | null {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text ?? "") ?? [];
  if (year === undefined || month === undefined || day === undefined) return null;
  const at = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const iso = `${year}-${month}-${day}`;
  return Number(year) >= 1990 && at.toISOString().slice(0, 10) === iso ? iso : null;
}

/** A UPS time (`HHMMSS`, `HMMSS` or `HH:MM:SS`) as `HH:mm:ss`; null when it is no time of day. */
export function readClock(text: string | null): string | null {
  const digits = /^\d\d:\d\d:\d\d$/.test(text ?? "") ? (text ?? "").replaceAll(":", "") : (text ?? "").padStart(6, "0");
  const [, hour, minute, second] = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(digits) ?? [];
  return text === null || hour === undefined ? null : `${hour}:${minute}:${second}`;
}

function clocksOf(value: unknown, start: string, end: string): [string | null, string | null] {
  const clock = (field: string) => readClock(textAt(value, field))?.slice(0, 5) ?? null;
  return [clock(start), clock(end)];
}

/** A window that ends before it begins says nothing reliable: only the day is kept. */
function claim(day: string, windowFrom: string | null, windowTo: string | null): EddClaim {
  const turned = windowFrom !== null && windowTo !== null && windowFrom > windowTo;
  const start = windowTo === null || turned ? null : windowFrom;
  return { from: day, to: day, windowFrom: start, windowTo: turned ? null : windowTo };
}
