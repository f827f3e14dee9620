import { redactText } from "./redact-text.js";
import { isTellingName } from "./telling-names.js";

const REDACTED = "[redacted]";
const MAX_DEPTH = 6;
const MAX_ENTRIES = 50;
const MAX_VALUES = 400;
const MAX_CHARACTERS = 16_000;

/** What an error may say besides message and stack. Never its other fields: a database error carries whole rows. */
const ERROR_FIELDS = "code kind status statusCode sent syscall severity schema table column constraint".split(" ");

/**
 * A plain, JSON-ready copy of log fields: values under telling names replaced, every text searched (`redactText`), errors
 * as `{ type, message, stack, cause }`, bytes as their count, and depth, entries and total text bounded.
 */
export function redactFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = copyValue(fields, newWalk(), 0);
  return isRecord(copy) ? copy : {};
}

interface Walk {
  valuesLeft: number;
  charactersLeft: number;
  readonly ancestors: Set<object>;
}

function newWalk(): Walk {
  return { valuesLeft: MAX_VALUES, charactersLeft: MAX_CHARACTERS, ancestors: new Set() };
}

function copyValue(value: unknown, walk: Walk, depth: number): unknown {
  if (walk.valuesLeft <= 0 || walk.charactersLeft <= 0) return "[left out]";
  walk.valuesLeft -= 1;
  switch (typeof value) {
    case "string":
      return copyText(value, walk);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "bigint":
      return value.toString().slice(0, 100);
    case "boolean":
    case "undefined":
      return value;
    case "object":
      return value === null ? null : copyObject(value, walk, depth);
    default:
      return `[${typeof value}]`;
  }
}

function copyText(text: string, walk: Walk): string {
  const clean = redactText(text, Math.min(4_000, walk.charactersLeft));
  walk.charactersLeft -= clean.length;
  return clean;
}

function copyObject(value: object, walk: Walk, depth: number): unknown {
  if (walk.ancestors.has(value)) return "[circular]";
  if (depth >= MAX_DEPTH) return "[too deep]";
  walk.ancestors.add(value);
  try {
    if (value instanceof Error) return copyError(value, walk, depth);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
    if (value instanceof URL) return copyText(value.href, walk);
    if (value instanceof Uint8Array || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map)
      return copyEntries(
        [...value.entries()].map(([key, entry]) => [String(key), entry]),
        walk,
        depth,
      );
    if (value instanceof Set) return copyList([...value], walk, depth);
    if (Array.isArray(value)) return copyList(value, walk, depth);
    return copyEntries(Object.entries(value), walk, depth);
  } catch {
    // A getter of a foreign object threw. A log line must never be the reason for a failure.
    return "[unreadable]";
  } finally {
    walk.ancestors.delete(value);
  }
}

function copyEntries(
  entries: readonly (readonly [string, unknown])[],
  walk: Walk,
  depth: number,
): Record<string, unknown> {
  const copy: Record<string, unknown> = Object.create(null);
  // Header lists of HTTP libraries: `{ name: "authorization", value: "…" }`.
  const hasTellingLabel = entries.some(
    ([key, label]) => /^(name|key|header|field)$/i.test(key) && typeof label === "string" && isTellingName(label),
  );
  for (const [key, value] of entries.slice(0, MAX_ENTRIES)) {
    const isTelling = isTellingName(key) || (hasTellingLabel && key.toLowerCase() === "value");
    copy[redactText(key, 100)] = isTelling && holdsData(value) ? REDACTED : copyValue(value, walk, depth + 1);
  }
  if (entries.length > MAX_ENTRIES) copy["…"] = `[${entries.length - MAX_ENTRIES} more]`;
  return copy;
}

/** Also reads `[name, value]` pairs and Node's flat list of raw headers, where a telling text announces the next one. */
function copyList(list: readonly unknown[], walk: Walk, depth: number): unknown[] {
  const copy = list.slice(0, MAX_ENTRIES).map((value, position) => {
    const before = position > 0 ? list[position - 1] : undefined;
    const isTelling = typeof before === "string" && before.length <= 60 && !/\s/.test(before) && isTellingName(before);
    return isTelling && holdsData(value) ? REDACTED : copyValue(value, walk, depth + 1);
  });
  return list.length > MAX_ENTRIES ? [...copy, `[${list.length - MAX_ENTRIES} more]`] : copy;
}

function copyError(error: Error, walk: Walk, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = { type: redactText(error.name, 100), message: copyText(error.message, walk) };
  for (const field of ERROR_FIELDS) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === "string") copy[field] = redactText(value, 200);
    if (typeof value === "number" || typeof value === "boolean") copy[field] = value;
  }
  if (error.stack !== undefined) copy.stack = copyText(error.stack, walk);
  if (error.cause !== undefined) copy.cause = copyValue(error.cause, walk, depth + 1);
  if (error instanceof AggregateError) copy.errors = copyList(error.errors.slice(0, 5), walk, depth + 1);
  return copy;
}

/** Whether a secret is set is worth knowing, hence truth values and emptiness stay. */
function holdsData(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && typeof value !== "boolean";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
