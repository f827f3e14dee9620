import type { Report } from "../../../domain/report.js";
import { readJson, recordAt, textAt } from "../../../runtime/json.js";
import { UnreadableBodyError } from "../contract.js";
import { USPS_MAX_BYTES } from "./fetch-tracking.js";
import { readNotices } from "./notices.js";
import { readPiece } from "./read-piece.js";
import { modernPieces } from "./web-tools.js";

/** The most pieces read from one body. USPS sends one; a list is taken as well. */
const MAX_PIECES = 500;

/**
 * Reads a USPS body, whichever way it came: an answer of the Tracking API, its error body where that is about the number, a
 * push with the answer or a single event as JSON text in `payload`, or the older `TrackResults`.
 * @throws UnreadableBodyError
 */
export function parseUsps(body: Uint8Array): Report {
  const outer = parseJson(body);
  const said = unwrapped(outer);
  const pieces = (Array.isArray(said) ? said.slice(0, MAX_PIECES) : [said]).flatMap(piecesOf);
  const report: Report = {
    trackings: pieces.flatMap((piece) => readPiece(piece) ?? []),
    notices: pieces.flatMap(readNotices),
  };
  if (report.trackings.length + report.notices.length > 0) return report;
  throw new UnreadableBodyError(whyUnreadable(said));
}

function parseJson(body: Uint8Array): unknown {
  const reading = readJson(body, USPS_MAX_BYTES);
  if (!reading.ok) throw new UnreadableBodyError(reading.problem);
  return reading.value;
}

/** What is in the envelope of a push; a body that is no push as it is. */
function unwrapped(body: unknown): unknown {
  const payload = recordAt(body)?.payload;
  if (typeof payload !== "string") return recordAt(body, "payload") ?? (Array.isArray(payload) ? payload : body);
  try {
    return JSON.parse(payload);
  } catch {
    throw new UnreadableBodyError("The payload of the push is not JSON, or was cut off.");
  }
}

function piecesOf(said: unknown): readonly unknown[] {
  return recordAt(said, "TrackResults") === null ? [said] : modernPieces(said).slice(0, MAX_PIECES);
}

function whyUnreadable(said: unknown): string {
  if (recordAt(said, "error") !== null || textAt(said, "error") !== null) {
    const code = textAt(said, "error", "code")?.replaceAll(/\D/g, "").slice(0, 10);
    return `The body is an error of the USPS API (code ${code || "unknown"}), not a report.`;
  }
  return "The body is JSON, but no USPS report about any tracking number.";
}
