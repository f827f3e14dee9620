import type { EddClaim } from "../domain/report.js";
import type { NormalizedEvent, NormalizedTracking } from "./normalize-body.js";
import { plainText, table } from "./table.js";

/** A tracking for people: one line of what is so, the estimate, and the timeline, newest first, in local time. */
export function describeTracking(tracking: NormalizedTracking): string[] {
  const { trackingNumber, carrier, status, subStatus, edd, serviceLevel, events } = tracking;
  const state = status === null ? "no status yet" : `${status}/${subStatus ?? status}`;
  const rows = events.map((event) => [...timeCells(event), meaningOf(event), placeOf(event), wordsOf(event)]);
  return [
    `${plainText(trackingNumber)}  ${carrier}  ${state}`,
    ...(serviceLevel === null ? [] : [`service: ${plainText(serviceLevel)}`]),
    ...(edd === null ? [] : [`expected: ${describeEdd(edd)}`]),
    ...(rows.length === 0
      ? ["no scans"]
      : ["", ...table(["local time", "zone", "status", "place", "carrier's words"], rows)]),
  ];
}

/** `2026-03-04`, `2026-03-04 to 2026-03-06`, with the window of the day behind it. */
export function describeEdd({ from, to, windowFrom, windowTo }: EddClaim): string {
  const days = from === to ? from : `${from} to ${to}`;
  if (windowFrom !== null && windowTo !== null) return `${days}, ${windowFrom} to ${windowTo}`;
  if (windowTo !== null) return `${days}, by ${windowTo}`;
  return windowFrom === null ? days : `${days}, from ${windowFrom}`;
}

/** The wall clock of the place and how it is known to relate to UTC. A day without a time is no midnight. */
function timeCells({ localTime, occurredAt, utcOffset, zone, precision }: NormalizedEvent): [string, string] {
  const wallClock = localTime ?? occurredAt;
  if (wallClock === null) return ["no time", ""];
  if (precision === "day") return [wallClock.slice(0, "YYYY-MM-DD".length), ""];
  const text = wallClock.slice(0, "YYYY-MM-DDTHH:mm".length).replace("T", " ");
  if (localTime === null) return [text, "UTC"];
  return [text, zone === "unknown" || utcOffset === null ? "zone unknown" : utcOffset];
}

function meaningOf({ status, subStatus }: NormalizedEvent): string {
  return status === null ? "-" : `${status}/${subStatus ?? status}`;
}

function placeOf({ place }: NormalizedEvent): string {
  return [place?.city, place?.region, place?.country].filter(Boolean).join(", ");
}

function wordsOf({ carrierCode, carrierText }: NormalizedEvent): string {
  return [carrierCode, carrierText].filter((part) => part !== "").join(" ");
}
