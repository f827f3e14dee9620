import type { Notice, NoticeKind, Report, Tracking } from "../../../domain/report.js";
import { type JsonRecord, listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { FEDEX_MAX_BYTES } from "./fetch-trackings.js";
import { readTracking } from "./read-tracking.js";

/**
 * Reads a FedEx report: the answer of the Track API or the body of an Advanced Integrated Visibility push, which hold
 * the same `completeTrackResults`. A number that FedEx has used several times comes as several trackings, the
 * newest shipment first, each with its own `carrierUniqueId` and `shipDate`.
 * @throws UnreadableBodyError
 */
export function parseFedexReport(body: Uint8Array): Report {
  const reading = readJson(body, FEDEX_MAX_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  const output = recordAt(reading.value, "output");
  if (output === null || !Array.isArray(output["completeTrackResults"])) throw notAReport(reading.value);

  const trackings: Tracking[] = [];
  const notices: Notice[] = [];
  for (const perNumber of listAt(output, "completeTrackResults")) {
    const uses: Tracking[] = [];
    for (const result of listAt(perNumber, "trackResults")) {
      const trackingNumber = numberOf(perNumber, result);
      const trackResult = recordAt(result);
      if (trackingNumber === null || trackResult === null) continue;
      const notice = readNotice(trackingNumber, trackResult);
      if (notice === null) uses.push(readTracking(trackingNumber, trackResult));
      else notices.push(notice);
    }
    trackings.push(...uses.sort(byNewestShipment));
  }
  return { trackings, notices };
}

function notAReport(value: unknown): UnreadableBodyError {
  const code = textAt(listAt(value, "errors")[0], "code");
  if (code === null || !/^[A-Z.]{3,80}$/.test(code))
    return new UnreadableBodyError("The body is no FedEx tracking report.");
  return new UnreadableBodyError(`The body is a FedEx error (${code}), no tracking report.`);
}

/** The number that was asked about; the result may name it in another form. */
function numberOf(perNumber: unknown, result: unknown): string | null {
  const number = textAt(perNumber, "trackingNumber") ?? textAt(result, "trackingNumberInfo", "trackingNumber");
  return number?.replaceAll(/[\s-]/g, "").toUpperCase() || null;
}

/** An error beside scans is filler; alone it is FedEx's answer about this number, in a call that succeeded. */
function readNotice(trackingNumber: string, result: JsonRecord): Notice | null {
  const carrierCode = textAt(result, "error", "code");
  if (carrierCode === null || listAt(result, "scanEvents").length > 0) return null;
  return {
    trackingNumber,
    kind: noticeKind(carrierCode),
    carrierCode,
    carrierText: textAt(result, "error", "message") ?? "",
  };
}

function noticeKind(code: string): NoticeKind {
  if (/EMPTY|INVALID|LENGTH|FORMAT/i.test(code)) return "invalid_number";
  if (/AUTH|ACCOUNT|PERMISSION/i.test(code)) return "not_ours";
  if (/EXPIRED|ARCHIVED|TOOOLD/i.test(code)) return "too_old";
  return "not_found";
}

/** By ship date, else by the newest scan, so that the shipment of today comes before the one two years ago. */
function byNewestShipment(a: Tracking, b: Tracking): number {
  const left = a.shipDate ?? newestDay(a);
  const right = b.shipDate ?? newestDay(b);
  return left < right ? 1 : left > right ? -1 : 0;
}

function newestDay(tracking: Tracking): string {
  return tracking.scans.reduce(
    (newest, { localTime }) => (localTime !== null && localTime > newest ? localTime : newest),
    "",
  );
}
