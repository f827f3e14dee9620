import type { Place } from "../../../domain/place.js";
import type { Scan, ScanTime } from "../../../domain/scan.js";
import { textAt } from "../../../runtime/json.js";
import { readCode, readDigits } from "./fields.js";
import { meaningOf, type UpsStatus } from "./meaning.js";

/** The status of an activity; `digitsField` is `statusCode` in a poll and `descriptionCode` in a push. */
export function readStatus(status: unknown, digitsField: "statusCode" | "descriptionCode"): UpsStatus {
  return {
    type: readCode(status, "type"),
    code: readCode(status, "code"),
    statusCode: readDigits(status, digitsField),
    text: textAt(status, "description") ?? textAt(status, "simplifiedTextDescription") ?? "",
  };
}

/**
 * The status of `currentStatus`. Its `code` is the three-digit code in most bodies and the two-letter code in others:
 * the same field name, two different code lists.
 */
export function readHeadlineStatus(headline: unknown): UpsStatus {
  const status = readStatus(headline, "statusCode");
  if (status.statusCode !== "" || !/^\d{3}$/.test(status.code)) return status;
  return { ...status, code: "", statusCode: status.code };
}

/** A scan of UPS; null when the activity names neither a code nor a word for what happened. */
export function scanOf(status: UpsStatus, place: Place | null, time: ScanTime): Scan | null {
  const scanCode = scanCodeOf(status);
  if (scanCode === "") return null;
  return {
    carrier: "ups",
    scanCode,
    carrierCode: [status.type, status.code, status.statusCode].filter((part) => part !== "").join("/"),
    carrierText: status.text,
    place,
    meaning: meaningOf(status),
    ...time,
  };
}

/**
 * What makes it the same scan by push and by poll: type and code, because a push may lack the three digits; else the
 * three digits; else the words, which are then all there is.
 */
function scanCodeOf({ type, code, statusCode, text }: UpsStatus): string {
  if (code !== "") return type === "" ? code : `${type}/${code}`;
  return statusCode === "" ? [type, text.toLowerCase()].filter((part) => part !== "").join("/") : statusCode;
}
