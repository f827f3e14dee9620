import pino from "pino";
import { redactFields } from "./redact.js";
import { redactText } from "./redact-text.js";

export type LogLevel = "debug" | "info" | "warn" | "error";

export const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Facts of one log line. An error goes under `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes one JSON line per call: the facts as fields, then one sentence. Secrets and personal data never come out. */
export interface Logger {
  debug(fields: LogFields, sentence: string): void;
  info(fields: LogFields, sentence: string): void;
  warn(fields: LogFields, sentence: string): void;
  error(fields: LogFields, sentence: string): void;
  /** A logger whose lines all carry these fields. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel | "silent";
  /** Takes whole lines. Default: standard error, written at once so that the last words of a dying process arrive. */
  readonly destination?: { write(line: string): void };
  /** Written into every line, e.g. `{ role: "ingest" }`. */
  readonly fields?: LogFields;
}

/** Names that the line itself uses. A field of that name gets an underscore rather than a say in it. */
const OWN_NAMES = ["level", "time", "pid", "msg"];
const MAX_SENTENCE_CHARACTERS = 2_000;

/** A logger that writes JSON lines with `level`, `time` (ISO 8601, UTC), `pid`, the fields and `msg`. */
export function createLogger(options: LoggerOptions): Logger {
  const sink = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination ?? pino.destination({ fd: 2, sync: true }),
  );
  return over(sink, cleanFields(options.fields ?? {}));
}

/** A logger that writes nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLogger };

function over(sink: pino.Logger, base: LogFields): Logger {
  const write = (level: LogLevel, fields: LogFields, sentence: string) => {
    if (!sink.isLevelEnabled(level)) return;
    sink[level]({ ...base, ...cleanFields(fields) }, redactText(sentence, MAX_SENTENCE_CHARACTERS));
  };
  return {
    debug: (fields, sentence) => write("debug", fields, sentence),
    info: (fields, sentence) => write("info", fields, sentence),
    warn: (fields, sentence) => write("warn", fields, sentence),
    error: (fields, sentence) => write("error", fields, sentence),
    child: (fields) => over(sink, { ...base, ...cleanFields(fields) }),
  };
}

function cleanFields(fields: LogFields): LogFields {
  const clean = redactFields(fields);
  for (const name of OWN_NAMES) {
    if (!(name in clean)) continue;
    clean[`${name}_`] = clean[name];
    delete clean[name];
  }
  return clean;
}
