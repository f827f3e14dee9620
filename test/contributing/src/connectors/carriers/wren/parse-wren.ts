import type { Notice, NoticeKind, Report } from "../../../domain/report.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { readNumber, readParcel } from "./read-parcel.js";

/** Twenty parcels with all their events come to a tenth of this. */
export const WREN_MAX_BYTES = 1024 * 1024;

/**
 * Reads a body of Wren: the answer to a poll (`parcels` and `refused`), or a push (one `parcel`).
 * @throws UnreadableBodyError
 */
export function parseWren(body: Uint8Array): Report {
  const reading = readJson(body, WREN_MAX_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  const parcels = [recordAt(reading.value, "parcel"), ...listAt(reading.value, "parcels")];
  const report: Report = {
    trackings: parcels.flatMap((parcel) => readParcel(parcel) ?? []),
    notices: listAt(reading.value, "refused").flatMap((refusal) => readNotice(refusal) ?? []),
  };
  if (report.trackings.length + report.notices.length > 0) return report;
  throw new UnreadableBodyError("The body is JSON, but no Wren report about any tracking number.");
}

/** Why Wren cannot tell about a number. Other reasons are no answer about it. */
const NOTICES: ReadonlyMap<string, NoticeKind> = new Map([
  ["NO_SUCH_PARCEL", "not_found"],
  ["ARCHIVED", "too_old"],
  ["OTHER_SENDER", "not_ours"],
  ["BAD_NUMBER", "invalid_number"],
]);

function readNotice(refusal: unknown): Notice | null {
  const trackingNumber = readNumber(refusal);
  const carrierCode = textAt(refusal, "code") ?? "";
  const kind = NOTICES.get(carrierCode);
  if (trackingNumber === null || kind === undefined) return null;
  return { trackingNumber, kind, carrierCode, carrierText: textAt(refusal, "message") ?? "" };
}
