import type { Report } from "../../../domain/report.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { MAX_DETAILS_BYTES } from "./fetch-details.js";
import { readNumberErrors } from "./notices.js";
import { readPush } from "./read-push.js";
import { readShipments } from "./read-shipments.js";

/**
 * Reads a UPS body, whichever way it came: an answer of the Track API, its error body where that is about the number,
 * or a push of Track Alert v1 or v2.
 * @throws UnreadableBodyError
 */
export function parseUps(body: Uint8Array): Report {
  const reading = readJson(body, MAX_DETAILS_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  const report = readReport(reading.value);
  if (report.trackings.length + report.notices.length > 0) return report;
  throw new UnreadableBodyError("The body is a UPS report that says nothing about any number.");
}

function readReport(body: unknown): Report {
  if (recordAt(body, "trackResponse") !== null) return readShipments(body);
  const errors = listAt(body, "response", "errors");
  if (errors.length > 0) return readErrors(errors);
  if (textAt(body, "trackingNumber") !== null && recordAt(body, "activityStatus") !== null) return readPush(body);
  throw new UnreadableBodyError("The body is JSON, but neither a UPS track report nor a UPS push.");
}

function readErrors(errors: readonly unknown[]): Report {
  const notices = readNumberErrors(errors);
  if (notices.length > 0) return { trackings: [], notices };
  const code = textAt(errors[0], "code")
    ?.replaceAll(/[^\w.-]/g, "")
    .slice(0, 20);
  throw new UnreadableBodyError(`The body is an error of the UPS API (code ${code || "unknown"}), not a report.`);
}
