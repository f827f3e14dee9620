import { homedir } from "node:os";
import type { z } from "zod";
import { CONFIG_FIELDS, type ConfigField, type Surroundings } from "./config-fields.js";
import { nearestName } from "./nearest-name.js";
import { redactText } from "./redact-text.js";

type Fields = typeof CONFIG_FIELDS;
type FieldKey = keyof Fields;
type ValueOf<F> = F extends { readonly default: null; readonly parse: infer P }
  ? z.output<P> | null
  : F extends { readonly parse: infer P }
    ? z.output<P>
    : never;

/** Where a setting comes from. */
export type ConfigSource = "environment" | "default";

/** All settings, typed and frozen. Secrets are in it: it is never logged as a whole. */
export type Config = { readonly [K in FieldKey]: ValueOf<Fields[K]> } & {
  readonly sources: Readonly<Record<FieldKey, ConfigSource>>;
};

/** Settings that cannot be used: one sentence per fault, each saying what to do; none holds a secret. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly faults: readonly string[]) {
    super(faults.join("\n"));
  }
}

/**
 * Reads all settings from environment variables. An empty variable counts as absent. Names that begin with
 * `WAYBILL_TEST_` belong to the tests and are ignored.
 * @throws ConfigError which lists every fault at once
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  system: { readonly uid: number | null; readonly homeDirectory: string } = thisSystem(),
): Config {
  const faults = unknownNames(env);
  const values: Record<string, unknown> = {};
  const sources: Record<string, ConfigSource> = {};
  for (const [key, field] of fieldEntries()) {
    const text = env[field.name] ?? "";
    sources[key] = text === "" ? "default" : "environment";
    const effective = text === "" ? defaultOf(field, { env, ...system }) : text;
    const parsed = effective === null ? null : field.parse.safeParse(effective);
    if (parsed?.success === false) faults.push(badValue(field, effective ?? "", sources[key]));
    else values[key] = freeze(parsed?.data ?? null);
  }
  const config = { ...values, sources: Object.freeze(sources) } as Config;
  if (faults.length === 0) faults.push(...contradictions(config));
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(config);
}

/** One row of `waybill config`. */
export interface ConfigRow {
  readonly name: string;
  /** As one would write it; `set` or `not set` for a secret, `` for what is not set. */
  readonly value: string;
  /** As written, or the rule by which it is worked out. */
  readonly default: string;
  readonly doc: string;
  readonly source: ConfigSource;
}

/** What is set and why, without any secret, in the order of the schema. */
export function describeConfig(config: Config): readonly ConfigRow[] {
  return fieldEntries().map(([key, field]) => ({
    name: field.name,
    value: field.secret ? (isSet(config[key]) ? "set" : "not set") : String(config[key] ?? ""),
    default: describeDefault(field),
    doc: field.doc,
    source: config.sources[key],
  }));
}

/** The default of a setting in words. */
export function describeDefault({ default: fallback }: Pick<ConfigField<unknown>, "default">): string {
  return typeof fallback === "string" ? fallback : (fallback?.rule ?? "");
}

function fieldEntries(): readonly (readonly [FieldKey, ConfigField<unknown>])[] {
  return Object.entries(CONFIG_FIELDS) as (readonly [FieldKey, ConfigField<unknown>])[];
}

function unknownNames(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = fieldEntries().map(([, { name }]) => name);
  return Object.keys(env)
    .filter((name) => name.startsWith("WAYBILL_") && !name.startsWith("WAYBILL_TEST_") && !known.includes(name))
    .sort()
    .map((name) => {
      const nearest = nearestName(name, known);
      const advice =
        nearest === null ? "Remove it; docs/configuration.md lists all settings." : `Did you mean ${nearest}?`;
      return `${name.slice(0, 80)} is no setting of Waybill. ${advice}`;
    });
}

function badValue(field: ConfigField<unknown>, text: string, source: ConfigSource): string {
  if (source === "default")
    return `${field.name} must be set here: its default does not work out. Set it to ${field.expects}.`;
  const shown = field.secret
    ? "what it holds now is something else (not shown: it is a secret)"
    : `it is ${JSON.stringify(redactText(text, 60))} now`;
  return `Set ${field.name} to ${field.expects}: ${shown}.`;
}

/** Faults that show only when settings are seen together. */
function contradictions(config: Config): string[] {
  const { heartbeatSeconds, workerDeadAfterSeconds, keepOrdersDays, keepTimelinesDays } = config;
  const faults: string[] = [];
  const least = 2 * heartbeatSeconds;
  if (workerDeadAfterSeconds < least) {
    faults.push(
      `Set WAYBILL_WORKER_DEAD_AFTER_SECONDS to at least ${least}, twice WAYBILL_HEARTBEAT_SECONDS: with ${workerDeadAfterSeconds} a living worker would be taken for dead.`,
    );
  }
  if (keepOrdersDays < keepTimelinesDays) {
    faults.push(
      `Set WAYBILL_KEEP_ORDERS_DAYS to at least ${keepTimelinesDays}, as WAYBILL_KEEP_TIMELINES_DAYS: a timeline goes with its order at the latest.`,
    );
  }
  return faults;
}

function defaultOf({ default: fallback }: ConfigField<unknown>, surroundings: Surroundings): string | null {
  return typeof fallback === "object" && fallback !== null ? fallback.of(surroundings) : fallback;
}

function isSet(value: unknown): boolean {
  return value !== null && !(Array.isArray(value) && value.length === 0);
}

function freeze(value: unknown): unknown {
  return Array.isArray(value) ? Object.freeze(value) : value;
}

function thisSystem() {
  return { uid: process.getuid?.() ?? null, homeDirectory: homedir() };
}
