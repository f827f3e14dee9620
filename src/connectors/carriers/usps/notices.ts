import type { Notice, NoticeKind } from "../../../domain/report.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { readNumber, readWords } from "./fields.js";

const MAX_ERROR_BYTES = 64 * 1024;

/** Codes that USPS uses about one number, in a 400, a 404 or inside a 200. All its other codes are about the call. */
const NUMBER_CODES: ReadonlyMap<string, NoticeKind> = new Map([
  // Nothing scanned yet, and perhaps never: USPS does not tell the two apart.
  ["150001", "not_found"],
  // The same two in the older shape.
  ["-2147219283", "not_found"],
  ["-2147219302", "not_found"],
]);

/**
 * What an error body says about the number asked for; empty when it is about the call. It seldom repeats the number.
 * USPS lets an app track only pieces of mailers that allow it (API Access Control) and documents no code for the others:
 * a refusal that speaks of the mailer is about the number, any other about the credentials.
 */
export function readNotices(body: unknown): Notice[] {
  const error = recordAt(body, "error");
  const said = errorsOf(error);
  const known = said.find((one) => NUMBER_CODES.has(codeOf(one)));
  const about = known ?? (mentions(said, /insufficient oauth scope/i) ? undefined : foreign(said));
  if (about === undefined) return [];
  const trackingNumber = readNumber(body, "trackingNumber") ?? "";
  const carrierText = readWords(about, "title") ?? readWords(error, "message") ?? "";
  const kind = NUMBER_CODES.get(codeOf(about)) ?? "not_ours";
  return [{ trackingNumber, kind, carrierCode: codeOf(about), carrierText }];
}

/** Whether the body of a refusal speaks about the number asked for. */
export function statesNotice(body: Uint8Array): boolean {
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok && readNotices(reading.value).length > 0;
}

/** The codes in an error body. USPS writes them as digits; anything else might echo what we sent. */
export function errorCodesOf(body: Uint8Array): string[] {
  const reading = readJson(body, MAX_ERROR_BYTES);
  if (!reading.ok) return [];
  const codes = errorsOf(recordAt(reading.value, "error")).slice(0, -1).map(codeOf);
  return [...new Set(codes)].filter((code) => /^-?\d{1,12}$/.test(code));
}

/** Whether USPS refused a token because its app was not granted the scope of the call. */
export function lacksScope(body: Uint8Array): boolean {
  const reading = readJson(body, MAX_ERROR_BYTES);
  return reading.ok && mentions(errorsOf(recordAt(reading.value, "error")), /insufficient oauth scope/i);
}

/** The first of several errors in one body, the single ones before the one that sums them up. */
function errorsOf(error: unknown): readonly unknown[] {
  return [...listAt(error, "errors").slice(0, 5), error];
}

function foreign(said: readonly unknown[]): unknown {
  return said.find((one) => mentions([one], /\bmailer ?ids?\b|\bMIDs?\b/i));
}

function mentions(said: readonly unknown[], words: RegExp): boolean {
  return said.some((one) => ["message", "title", "detail"].some((field) => words.test(textAt(one, field) ?? "")));
}

function codeOf(said: unknown): string {
  return textAt(said, "code") ?? "";
}
