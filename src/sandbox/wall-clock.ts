/** What a clock on the wall shows: `YYYY-MM-DD`, `HH:mm:ss`, `-06:00`. */
export interface WallClock {
  readonly date: string;
  readonly time: string;
  readonly offset: string;
}

/** The wall clock of an IANA zone at an instant (ms since the epoch). */
export function wallClock(atMs: number, zone: string): WallClock {
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  return {
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}:${part("second")}`,
    offset: part("timeZoneName").replace("GMT", "") || "+00:00",
  };
}

/** Making a formatter costs far more than using one; there are only as many as zones in `towns.ts`. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "longOffset",
  });
  formatters.set(zone, formatter);
  return formatter;
}
