import type { JSX } from "preact";
import type { ScanTime } from "../domain/scan.js";
import type { Sentences } from "../domain/sentences/sentences-for.js";

/**
 * When a scan happened, on the clock of its place as the carrier printed it. A clock whose zone nobody knows says so; an
 * instant without a clock is told in UTC.
 */
export function TimeStamp({
  time,
  today,
  sentences,
}: {
  readonly time: ScanTime;
  readonly today: string | null;
  readonly sentences: Sentences;
}): JSX.Element {
  const { phrase, dates } = sentences;
  const reading = time.localTime ?? utcReading(time.occurredAt);
  if (reading === null) return <span>{phrase("timeNotGiven", {})}</span>;
  const [day = "", clock = ""] = reading.split("T");
  const dayText = dates.shortDay(day, today);
  if (time.precision === "day") return <time dateTime={day}>{dayText}</time>;
  const offset = time.localTime === null ? "Z" : (time.utcOffset ?? "");
  const clockText = dates.clock(clock);
  return (
    <>
      <time dateTime={`${reading}${offset}`}>
        {dayText}, {time.localTime === null ? phrase("timeInUtc", { time: clockText }) : clockText}
      </time>
      {time.zone === "unknown" && <span class="caveat"> ({phrase("localTimeNotConfirmed", {})})</span>}
    </>
  );
}

function utcReading(instantMs: number | null): string | null {
  return instantMs === null ? null : new Date(instantMs).toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length);
}
