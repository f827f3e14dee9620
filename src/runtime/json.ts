/**
 * Narrow reading of JSON that somebody else wrote. Nothing here throws, whatever the types in the body are: a field
 * that is not what was expected reads as missing.
 */

/** A JSON object whose fields are not known yet. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** What came of reading a body: its value, or one sentence saying why there is none. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** Longer texts are cut: no carrier writes more into one field, and a page has to show it. */
const MAX_TEXT_CHARS = 1_000;
/** Longer lists are cut. A parcel has tens of scans; this only bounds a hostile body. */
const MAX_LIST_ITEMS = 5_000;

/** Parses a body of at most `maxBytes`, with or without byte order mark. The sentence never quotes the body. */
export function readJson(body: Uint8Array, maxBytes: number): JsonReading {
  if (body.byteLength > maxBytes) return unread(`The body is larger than ${maxBytes} bytes.`);
  const text = DECODER.decode(body).trim();
  if (text === "") return unread("The body is empty.");
  if (text.startsWith("<")) return unread("The body is HTML or XML, not JSON.");
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return unread("The body is not JSON, or was cut off.");
  }
}

const DECODER = new TextDecoder();

/** Whether a body begins as a JSON object or list does; cheap enough to tell an error page from a report. */
export function startsLikeJson(body: Uint8Array): boolean {
  return /^\s*[[{]/.test(DECODER.decode(body.subarray(0, 1_024)));
}

/**
 * The text at a path of fields, on one line and trimmed; null when it is missing, blank or no text. A whole number reads
 * as its digits, because carriers are not of one mind whether `count` or a tracking number is text. Control
 * characters and broken surrogates become spaces (PostgreSQL refuses NUL).
 */
export function textAt(value: unknown, ...path: string[]): string | null {
  const found = valueAt(value, path);
  if (typeof found === "number") return Number.isSafeInteger(found) ? String(found) : null;
  if (typeof found !== "string") return null;
  const text = found.length > MAX_TEXT_CHARS ? found.slice(0, MAX_TEXT_CHARS) : found;
  const line = UNCLEAN.test(text) ? text.replaceAll(/[\p{Cc}\p{Cs}\s]+/gu, " ").trim() : text;
  return line === "" ? null : line;
}

/** Whatever is not plain printable ASCII with single blanks inside: most texts are, and need no second look. */
const UNCLEAN = /[^ -~]|^ | $| {2}/;

/** The text at a path of fields exactly as it stands, for tokens and ids; null when it is longer than `maxChars`. */
export function exactTextAt(value: unknown, maxChars: number, ...path: string[]): string | null {
  const found = valueAt(value, path);
  return typeof found === "string" && found !== "" && found.length <= maxChars ? found : null;
}

/** The list at a path of fields; empty when it is missing or no list. */
export function listAt(value: unknown, ...path: string[]): readonly unknown[] {
  const found = valueAt(value, path);
  if (!Array.isArray(found)) return [];
  return found.length > MAX_LIST_ITEMS ? found.slice(0, MAX_LIST_ITEMS) : found;
}

/** The object at a path of fields; null when it is missing or no object. */
export function recordAt(value: unknown, ...path: string[]): JsonRecord | null {
  const found = valueAt(value, path);
  return isRecord(found) ? found : null;
}

/** The finite number at a path of fields, also where it is written as text; else null. */
export function numberAt(value: unknown, ...path: string[]): number | null {
  const found = valueAt(value, path);
  const number = typeof found === "string" && found.trim() !== "" ? Number(found) : found;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** The boolean at a path of fields, also where it is written as text; else null. */
export function flagAt(value: unknown, ...path: string[]): boolean | null {
  const found = valueAt(value, path);
  if (typeof found === "boolean") return found;
  return found === "true" ? true : found === "false" ? false : null;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const field of path) {
    if (!isRecord(found) || !Object.hasOwn(found, field)) return undefined;
    found = found[field];
  }
  return found;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unread(problem: string): JsonReading {
  return { ok: false, problem };
}
