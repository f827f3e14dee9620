import type { Scan } from "../../../domain/scan.js";
import { textAt } from "../../../runtime/json.js";
import { readCode, readPlace, readWords } from "./fields.js";
import { meaningOf } from "./meaning.js";
import { readScanTime } from "./scan-time.js";

/** A tracking event as a scan; null when it names neither a code nor a word for what happened. */
export function readEvent(event: unknown): Scan | null {
  const code = readCode(event, "eventCode");
  const text = readWords(event, "eventType") ?? "";
  if (code === "" && text === "") return null;
  const place = readPlace(event, {
    city: "eventCity",
    region: "eventState",
    postalCode: "eventZIP",
    country: "eventCountry",
  });
  return {
    carrier: "usps",
    // Without a code the words are all there is to tell scans of the same minute apart.
    scanCode: code === "" ? text.toLowerCase() : code,
    carrierCode: code,
    carrierText: text,
    place,
    meaning: meaningOf({ code, text, signed: textAt(event, "name") !== null }),
    ...readScanTime(event, place),
  };
}
