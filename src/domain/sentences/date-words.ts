import type { EddClaim } from "../report.js";
import type { PhraseKey, PhraseValues } from "./catalogue.js";

/** Says a phrase of the catalogue. */
export type SayPhrase = <K extends PhraseKey>(key: K, values: PhraseValues<K>) => string;

/** Dates and clocks in the words of one locale. Calendar days are `YYYY-MM-DD`, clocks `HH:mm`; nothing has a zone. */
export interface DateWords {
  /** `Tuesday, June 9`; "today" when it is; with the year when `today` is known and in another year. */
  readonly day: (date: string, today: string | null) => string;
  /** `Tue, Jun 9`, never relative. */
  readonly shortDay: (date: string, today: string | null) => string;
  /** `2:05 PM` */
  readonly clock: (time: string) => string;
  /** A day, one of two days, or a range; on a single day with its window where there is one. */
  readonly estimate: (claim: EddClaim, today: string | null) => string;
}

/** Words for dates by `Intl`; the phrases around them come from the catalogue. */
export function dateWords(locale: string, say: SayPhrase): DateWords {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  const long = format({ weekday: "long", day: "numeric", month: "long" });
  const longWithYear = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const short = format({ weekday: "short", day: "numeric", month: "short" });
  const shortWithYear = format({ day: "numeric", month: "short", year: "numeric" });
  const weekday = format({ weekday: "long" });
  const dayAndMonth = format({ day: "numeric", month: "long" });
  const clockFormat = format({ hour: "numeric", minute: "2-digit" });

  const day = (date: string, today: string | null) => {
    if (date === today) return say("today", {});
    return (isInOtherYear(date, today) ? longWithYear : long).format(atMidnight(date));
  };
  const clock = (time: string) => clockFormat.format(atClock(time));

  const window = ({ windowFrom, windowTo }: EddClaim) => {
    if (windowFrom !== null && windowTo !== null && windowFrom < windowTo)
      return tight(clockFormat.formatRange(atClock(windowFrom), atClock(windowTo)));
    if (windowTo !== null) return say("byTime", { time: clock(windowTo) });
    return windowFrom === null ? null : say("fromTime", { time: clock(windowFrom) });
  };

  const estimate = (claim: EddClaim, today: string | null) => {
    const { from, to } = claim;
    if (from === to) {
      const hours = window(claim);
      return hours === null ? day(to, today) : say("dateAndWindow", { date: day(to, today), window: hours });
    }
    const range = tight(dayAndMonth.formatRange(atMidnight(from), atMidnight(to)));
    if (!areNeighbours(from, to)) return range;
    return say("eitherDay", { first: weekday.format(atMidnight(from)), second: weekday.format(atMidnight(to)), range });
  };

  return {
    day,
    shortDay: (date, today) => (isInOtherYear(date, today) ? shortWithYear : short).format(atMidnight(date)),
    clock,
    estimate,
  };
}

const DAY_MS = 86_400_000;

function atMidnight(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function atClock(time: string): number {
  return Date.parse(`2000-01-01T${time.slice(0, "HH:mm".length)}:00Z`);
}

function areNeighbours(from: string, to: string): boolean {
  return atMidnight(to) - atMidnight(from) === DAY_MS;
}

function isInOtherYear(date: string, today: string | null): boolean {
  return today !== null && date.slice(0, 4) !== today.slice(0, 4);
}

/** CLDR puts thin or plain spaces around the dash of a short range; without them it stays on one line. */
function tight(range: string): string {
  return range.replace(/(?<=\d)[\s\u2009\u202f]*–[\s\u2009\u202f]*(?=\d+(\s|$|:))/gu, "–");
}
