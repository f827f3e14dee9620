import type { Report } from "../../../domain/report.js";
import { type JsonRecord, listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { EASYPOST_MAX_BYTES } from "./call.js";
import { readTracker } from "./read-tracker.js";
import { errorCodeOf, readNumberRefusal } from "./refusals.js";

/** The most trackers read from one body; a page of EasyPost's list has at most a hundred. */
const MAX_TRACKERS = 500;

/**
 * Reads a body of EasyPost, whichever way it came: a tracker, a list of them, the event of a push, or an error where that
 * is about the number. EasyPost sends every webhook all kinds of events; one that is about no tracker is a report about
 * no parcel.
 * @throws UnreadableBodyError
 */
export function parseEasypost(body: Uint8Array): Report {
  const reading = readJson(body, EASYPOST_MAX_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  const said = recordAt(reading.value);
  if (said === null) throw notAReport();
  if (isEvent(said)) return readEvent(said);
  const refusal = readNumberRefusal(said);
  if (refusal !== null) return { trackings: [], notices: [refusal.notice] };
  if (Array.isArray(said.trackers)) return readList(said);
  const tracking = readTracker(said);
  if (tracking === null) throw notAReport(errorCodeOf(said));
  return { trackings: [tracking], notices: [] };
}

function isEvent(said: JsonRecord): boolean {
  return textAt(said, "object") === "Event" || (textAt(said, "description") !== null && Object.hasOwn(said, "result"));
}

function readEvent(event: JsonRecord): Report {
  const { result } = event;
  const description = textAt(event, "description");
  const isAboutTracker = description?.startsWith("tracker.") === true || textAt(result, "object") === "Tracker";
  if (isAboutTracker) {
    const tracking = readTracker(result);
    if (tracking === null) throw new UnreadableBodyError("The event is about a tracker, but holds none.");
    return { trackings: [tracking], notices: [] };
  }
  if (description === null) throw new UnreadableBodyError("The event does not say what it is about.");
  return { trackings: [], notices: [] };
}

/** One tracker that cannot be read does not hide the others; a list of nothing else is no report. */
function readList(said: JsonRecord): Report {
  const trackers = listAt(said, "trackers").slice(0, MAX_TRACKERS);
  const trackings = trackers.flatMap((tracker) => readTracker(tracker) ?? []);
  if (trackings.length === 0 && trackers.length > 0) throw notAReport();
  return { trackings, notices: [] };
}

function notAReport(code: string | null = null): UnreadableBodyError {
  return new UnreadableBodyError(
    code === null
      ? "The body is JSON, but no EasyPost tracker, list of trackers or event."
      : `The body is an error of the EasyPost API (${code}), not a report.`,
  );
}
