import type { Report } from "../../../domain/report.js";
import { readJson, recordAt, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { isErrorEnvelope, readNotices, readUnknown } from "./notices.js";
import { readTracking } from "./read-tracking.js";
import { NO_RESOURCE, type Resource, readResource } from "./resource.js";

/** Largest body taken. A parcel has tens of events of half a kilobyte. */
export const SHIPENGINE_MAX_BYTES = 1024 * 1024;

/** A push that is about something else than a parcel: batches, rates, reports, connected carriers. */
const NOTHING: Report = { trackings: [], notices: [] };

/**
 * Reads an answer about one number (`tracking_information`), or an error body where that is about the number.
 * @throws UnreadableBodyError
 */
export function parseAnswer(body: Uint8Array): Report {
  const answer = parseJson(body);
  if (!isErrorEnvelope(answer)) return reportOf(answer, NO_RESOURCE);
  const notices = readNotices(answer);
  if (notices.length === 0)
    throw new UnreadableBodyError("The body is an error of the ShipEngine API, not a report about a number.");
  return { trackings: [], notices };
}

/**
 * Reads a push: an envelope with the resource's address and kind around `tracking_information`. One of another kind is
 * genuine and says nothing about any parcel.
 * @throws UnreadableBodyError
 */
export function parsePush(body: Uint8Array): Report {
  const envelope = parseJson(body);
  const [url, type] = [textAt(envelope, "resource_url"), textAt(envelope, "resource_type")?.toUpperCase() ?? null];
  if (type !== null && type !== "API_TRACK" && /^API_[A-Z_]{1,60}$/.test(type) && url !== null) return NOTHING;
  if (recordAt(envelope, "data") === null || (type !== null && type !== "API_TRACK"))
    throw new UnreadableBodyError("The body is JSON, but no push of ShipEngine about any tracking number.");
  return reportOf(recordAt(envelope, "data"), readResource(url));
}

function reportOf(information: unknown, resource: Resource): Report {
  const tracking = readTracking(information, resource);
  if (tracking === null)
    throw new UnreadableBodyError("The body is JSON, but no ShipEngine report about any tracking number.");
  const notice = readUnknown(information, tracking);
  return notice === null ? { trackings: [tracking], notices: [] } : { trackings: [], notices: [notice] };
}

function parseJson(body: Uint8Array): unknown {
  const reading = readJson(body, SHIPENGINE_MAX_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  return reading.value;
}
