import { wallClock } from "../wall-clock.js";

/** An instant as USPS prints it in an event. */
export interface UspsTime {
  /** Local to the minute, `2026-11-22T18:23:00`. */
  readonly eventTimestamp: string;
  /** GMT's time of day with the seconds, but still the local day: USPS does not roll it over midnight. */
  readonly GMTTimestamp: string;
  /** `-06:00` */
  readonly GMTOffset: string;
}

export function uspsTime(atMs: number, zone: string): UspsTime {
  const { date, time, offset } = wallClock(atMs, zone);
  return {
    eventTimestamp: `${date}T${time.slice(0, 5)}:00`,
    GMTTimestamp: `${date}T${new Date(atMs).toISOString().slice(11, 19)}Z`,
    GMTOffset: offset,
  };
}

/** `4:05 pm on November 22, 2026`, as in the sentences. */
export function spokenTime(atMs: number, zone: string): string {
  const time = new Intl.DateTimeFormat("en-US", { timeZone: zone, hour: "numeric", minute: "2-digit" }).format(atMs);
  const day = new Intl.DateTimeFormat("en-US", { timeZone: zone, dateStyle: "long" }).format(atMs);
  return `${time.replaceAll(/\s+/g, " ").toLowerCase()} on ${day}`;
}
