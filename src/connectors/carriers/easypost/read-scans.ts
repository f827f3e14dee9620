import { timeAtPlace, timeOnDay, UNTIMED } from "../../../domain/local-time.js";
import type { Place } from "../../../domain/place.js";
import type { Scan, ScanTime } from "../../../domain/scan.js";
import { listAt, textAt } from "../../../runtime/json.js";
import { meaningOf } from "./meaning.js";
import { readPlace } from "./place.js";

const MAX_WORD_CHARS = 60;

/**
 * The `tracking_details` of a tracker. EasyPost gives a scan no id, and the carrier's own code (`carrier_code`) only now and
 * then, so status and detail identify it together with its minute. An entry that says nothing at all is left out.
 */
export function readScans(tracker: unknown): Scan[] {
  return listAt(tracker, "tracking_details").flatMap((detail) => {
    const text = textAt(detail, "message") ?? textAt(detail, "description") ?? "";
    const place = readPlace(detail, "tracking_location");
    return readScan(detail, text, place, readScanTime(textAt(detail, "datetime"), place)) ?? [];
  });
}

/**
 * The status of the tracker itself as a scan: once more the newest one, and the only one where there are no others. It
 * has no time: `updated_at` is when EasyPost looked. Null when it says that nothing is known.
 */
export function readHeadline(tracker: unknown): Scan | null {
  const scan = readScan(tracker, "", null, UNTIMED);
  return scan?.meaning.kind === "information" ? null : scan;
}

function readScan(said: unknown, text: string, place: Place | null, time: ScanTime): Scan | null {
  const status = wordAt(said, "status");
  const detail = wordAt(said, "status_detail");
  const code = detail === "" ? status : `${status}/${detail}`;
  if (code === "" && text === "") return null;
  return {
    carrier: "easypost",
    scanCode: code === "" ? `text:${text.toLowerCase()}` : code,
    carrierCode: code,
    carrierText: text,
    place,
    meaning: meaningOf(status, detail, text),
    relayed: true,
    ...time,
  };
}

/** A word of EasyPost's vocabulary; `""` when missing. */
function wordAt(value: unknown, field: string): string {
  return textAt(value, field)?.toLowerCase().slice(0, MAX_WORD_CHARS) ?? "";
}

/**
 * EasyPost states the local offset where it knows the place and UTC elsewhere; of UTC the instant is taken and no wall clock,
 * however it is written. Where it states none at all, the clock is the one at the place.
 */
function readScanTime(text: string | null, place: Place | null): ScanTime {
  if (text === null) return UNTIMED;
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return timeOnDay(text) ?? UNTIMED;
  return timeAtPlace(text.replace(/[+-]00:?00$/, "Z"), place) ?? UNTIMED;
}
