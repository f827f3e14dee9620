import type { Notice, NoticeKind, Tracking } from "../../../domain/report.js";
import type { HttpResponse } from "../../../runtime/http-client.js";
import { type JsonRecord, listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { readCode } from "./fields.js";

const MAX_ERROR_BYTES = 64 * 1024;
const MAX_ERRORS = 10;

/**
 * Error codes that are about one number, for which the account has no carrier that ShipEngine could ask. Other numbers of the
 * same account may well be tracked.
 */
const FOREIGN_CODES: ReadonlySet<string> = new Set([
  "carrier_not_connected",
  "carrier_not_supported",
  "carrier_disconnected",
  "tracking_not_supported",
]);
/** Codes that find fault with a field: about the number where they name it. */
const FIELD_CODES: ReadonlySet<string> = new Set([
  "invalid_identifier",
  "invalid_field_value",
  "invalid_string_length",
  "field_value_required",
]);

/** What an error body says about the number asked for; empty when it is about the call. It never repeats the number. */
export function readNotices(body: unknown): Notice[] {
  for (const error of errorsOf(body)) {
    const kind = kindOf(error);
    if (kind === null) continue;
    const carrierText = textAt(error, "message") ?? "";
    return [{ trackingNumber: "", kind, carrierCode: codeOf(error), carrierText }];
  }
  return [];
}

/** The notice in a body that reads like an answer and tells nothing: status unknown, and no event. Else null. */
export function readUnknown(information: unknown, tracking: Tracking): Notice | null {
  const [status, detail] = [readCode(information, "status_code"), readCode(information, "status_detail_code")];
  if (tracking.scans.length > 0 || !(status === "UN" || NOTHING_TOLD.has(detail))) return null;
  return {
    trackingNumber: tracking.trackingNumber,
    kind: detail === "TRACKING_EXPIRED" ? "too_old" : "not_found",
    carrierCode: [status, detail].filter((code) => code !== "").join("/"),
    carrierText: textAt(information, "status_description") ?? "",
  };
}

const NOTHING_TOLD: ReadonlySet<string> = new Set(["CARRIER_STATUS_NOT_MAPPED", "TRACKING_EXPIRED"]);

/** What a refusal says about the number asked for; null when it is about the call. */
export function noticeIn({ status, body }: Pick<HttpResponse, "status" | "body">): Notice | null {
  if (![400, 404, 409, 422].includes(status)) return null;
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok ? (readNotices(reading.value)[0] ?? null) : null;
}

/** One error of an envelope, as far as a failed call depends on it. */
export interface StatedError {
  /** Our pick of ShipEngine's words: lower case letters only, so that nothing we sent can be in it. */
  readonly code: string;
  /** `carrier` where ShipEngine passes on what the carrier said. */
  readonly source: string;
  readonly type: string;
}

/** The errors in the body of a refused call. */
export function statedErrors(body: Uint8Array): readonly StatedError[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  if (!reading.ok) return [];
  return errorsOf(reading.value).map((error) => ({
    code: codeOf(error),
    source: wordOf(textAt(error, "error_source")),
    type: wordOf(textAt(error, "error_type")),
  }));
}

/** Whether a body is the envelope in which ShipEngine says that a call failed. */
export function isErrorEnvelope(body: unknown): boolean {
  return errorsOf(body).length > 0;
}

function errorsOf(body: unknown): readonly JsonRecord[] {
  return listAt(body, "errors")
    .slice(0, MAX_ERRORS)
    .flatMap((listed) => {
      const error = recordAt(listed);
      return error === null || textAt(error, "error_code") === null ? [] : [error];
    });
}

function kindOf(error: JsonRecord): NoticeKind | null {
  const code = codeOf(error);
  if (FOREIGN_CODES.has(code)) return "not_ours";
  const isAboutNumber = /\btracking[ _]?number\b/i.test(
    `${textAt(error, "field_name") ?? ""} ${textAt(error, "message") ?? ""}`,
  );
  if (FIELD_CODES.has(code) && isAboutNumber) return "invalid_number";
  return code === "not_found" && (isAboutNumber || textAt(error, "error_source") === "carrier") ? "not_found" : null;
}

function codeOf(error: JsonRecord): string {
  return wordOf(textAt(error, "error_code"));
}

function wordOf(text: string | null): string {
  return /^[a-z]+(?:_[a-z]+){0,6}$/.test(text ?? "") ? (text ?? "").slice(0, 60) : "";
}
