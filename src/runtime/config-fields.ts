import { join } from "node:path";
import { z } from "zod";
import { LOG_LEVELS } from "./logger.js";
import { parseSecretKey } from "./secret-key-text.js";

/** What a default may depend on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null where the system has no user numbers. */
  readonly uid: number | null;
  readonly homeDirectory: string;
}

/** A default that is worked out. `rule` is how the documentation says it. */
export interface WorkedOutDefault {
  readonly rule: string;
  readonly of: (surroundings: Surroundings) => string;
}

/** One setting: an environment variable, what it is for, what it is when absent or empty, and how its text is read. */
export interface ConfigField<T> {
  readonly name: string;
  readonly doc: string;
  /** As one would write it. Null: not set, and then the value is null. */
  readonly default: string | WorkedOutDefault | null;
  /** Its value is never shown, logged or put into an error. */
  readonly secret: boolean;
  /** Ends the sentence "Set X to …". */
  readonly expects: string;
  readonly parse: z.ZodType<T, string>;
}

/** What one process may do. Default: all of it. */
export const ROLES = ["ingest", "normalize", "notify", "page", "api", "poll", "publish", "sweep"] as const;

const DEFAULT_PORT = "3000";

/** All settings of Waybill, the only list of them. The key is the name in code. */
export const CONFIG_FIELDS = {
  databaseUrl: field({
    name: "DATABASE_URL",
    doc: "PostgreSQL 15 or newer. Without it Waybill runs its own PostgreSQL in the data directory.",
    default: null,
    secret: true,
    expects: "a PostgreSQL address such as postgres://user:password@host:5432/waybill",
    parse: z
      .string()
      .max(2000)
      .refine((text) => URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)),
  }),
  databasePoolSize: field({
    name: "WAYBILL_DATABASE_POOL_SIZE",
    doc: "The most connections to PostgreSQL that one process opens.",
    default: "16",
    ...wholeNumber(2, 500),
  }),
  redisUrl: field({
    name: "REDIS_URL",
    doc: "Redis 6 or newer, in which all processes keep tracking pages together. Without it each keeps its own in memory.",
    default: null,
    secret: true,
    expects: "a Redis address such as redis://user:password@host:6379/0, or rediss:// for TLS",
    parse: z
      .string()
      .max(2000)
      .refine((text) => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol)),
  }),
  pageCacheOrders: field({
    name: "WAYBILL_PAGE_CACHE_ORDERS",
    doc: "Of how many orders one process remembers what their tracking pages show.",
    default: "20000",
    ...wholeNumber(1, 10_000_000),
  }),
  pageCacheMb: field({
    name: "WAYBILL_PAGE_CACHE_MB",
    doc: "The most memory that tracking pages take in one process, in MiB; half of it for what they show, half for the pages as printed.",
    default: "64",
    ...wholeNumber(1, 100_000),
  }),
  dataDir: field({
    name: "WAYBILL_DATA_DIR",
    doc: "Where the embedded PostgreSQL and the generated secret key live. Back it up.",
    default: {
      rule: "`/var/lib/waybill` for root, else `$XDG_DATA_HOME/waybill` or `~/.local/share/waybill`",
      of: defaultDataDir,
    },
    expects: "an absolute path",
    parse: z
      .string()
      .max(1000)
      .refine((text) => /^(\/|[A-Za-z]:[\\/])/.test(text)),
  }),
  host: field({
    name: "WAYBILL_HOST",
    doc: "The address to listen on. `0.0.0.0` listens on all, as a container needs.",
    default: "127.0.0.1",
    expects: "an IP address or a host name",
    parse: z
      .string()
      .max(253)
      .regex(/^[A-Za-z0-9.:_-]+$/),
  }),
  port: field({
    name: "PORT",
    doc: "The port to listen on. `0` takes any free one.",
    default: DEFAULT_PORT,
    ...wholeNumber(0, 65_535),
  }),
  publicUrl: field({
    name: "WAYBILL_PUBLIC_URL",
    doc: "The origin under which shoppers and carriers reach this installation; links in messages begin with it.",
    default: { rule: "`http://127.0.0.1:<PORT>`", of: defaultPublicUrl },
    expects: "an http or https origin without a path or a slash at its end, such as https://track.example.com",
    parse: z
      .string()
      .max(300)
      .regex(/^https?:\/\/[^/?#@\s]+$/i)
      .refine((text) => URL.canParse(text))
      .transform((text) => new URL(text).origin),
  }),
  secretKey: field({
    name: "WAYBILL_SECRET_KEY",
    doc: "The key that seals credentials and tracking links: `openssl rand -base64 32`. Without it one is made as `secret.key` in the data directory; set it where several machines share one database.",
    default: null,
    secret: true,
    expects: "32 bytes in base64 or hex, as `openssl rand -base64 32` prints them",
    parse: secretKeyText(),
  }),
  secretKeysOld: field({
    name: "WAYBILL_SECRET_KEYS_OLD",
    doc: "Earlier keys, separated by commas: what they sealed can still be opened, nothing new is sealed under them.",
    default: "",
    secret: true,
    expects: "up to 10 keys of 32 bytes in base64 or hex, separated by commas",
    parse: list(secretKeyText(), 10),
  }),
  roles: field({
    name: "WAYBILL_ROLES",
    doc: "What this process does, separated by commas.",
    default: ROLES.join(","),
    expects: `one or more of ${ROLES.join(", ")}, separated by commas`,
    parse: list(z.enum(ROLES), 20)
      .refine((roles) => roles.length > 0)
      .transform((roles) => [...new Set(roles)]),
  }),
  logLevel: field({
    name: "WAYBILL_LOG_LEVEL",
    doc: "The least important lines that are logged.",
    default: "info",
    ...oneOf(LOG_LEVELS),
  }),
  ingestMaxBatch: field({
    name: "WAYBILL_INGEST_MAX_BATCH",
    doc: "The most carrier messages stored by one insert.",
    default: "500",
    ...wholeNumber(1, 5000),
  }),
  ingestMaxWaiting: field({
    name: "WAYBILL_INGEST_MAX_WAITING",
    doc: "The most pushes that may wait to be stored; beyond it a carrier is answered 503 and tries again.",
    default: "5000",
    ...wholeNumber(1, 1_000_000),
  }),
  ingestMaxWaitingMb: field({
    name: "WAYBILL_INGEST_MAX_WAITING_MB",
    doc: "The most memory that the bodies of pushes take while they are read and wait to be stored, in MiB; beyond it a carrier is answered 503 and tries again.",
    default: "64",
    ...wholeNumber(8, 100_000),
  }),
  normalizeBatchSize: field({
    name: "WAYBILL_NORMALIZE_BATCH_SIZE",
    doc: "The most carrier messages normalised in one transaction, which holds 32 MiB of them at most.",
    default: "2000",
    ...wholeNumber(1, 5000),
  }),
  normalizeLoops: field({
    name: "WAYBILL_NORMALIZE_LOOPS",
    doc: "How many batches one process normalises side by side while there is a backlog: while one waits for the database, another is read.",
    default: "2",
    ...wholeNumber(1, 8),
  }),
  normalizeLeaseSeconds: field({
    name: "WAYBILL_NORMALIZE_LEASE_SECONDS",
    doc: "How long a worker may keep a batch before another takes it over.",
    default: "20",
    ...wholeNumber(5, 3600),
  }),
  newsMaxAgeHours: field({
    name: "WAYBILL_NEWS_MAX_AGE_HOURS",
    doc: "A scan older than this when it arrives is history: nobody is told.",
    default: "72",
    ...wholeNumber(1, 8760),
  }),
  sendConcurrency: field({
    name: "WAYBILL_SEND_CONCURRENCY",
    doc: "The most messages one process sends at the same time.",
    default: "4",
    ...wholeNumber(1, 100),
  }),
  onUnknown: field({
    name: "WAYBILL_ON_UNKNOWN",
    doc: "What to do with a message whose worker died while sending it: `keep` it as unknown for a person to decide, or `resend` it at the risk of telling twice.",
    default: "keep",
    ...oneOf(["keep", "resend"]),
  }),
  heartbeatSeconds: field({
    name: "WAYBILL_HEARTBEAT_SECONDS",
    doc: "How often a worker says that it is alive.",
    default: "5",
    ...wholeNumber(1, 300),
  }),
  workerDeadAfterSeconds: field({
    name: "WAYBILL_WORKER_DEAD_AFTER_SECONDS",
    doc: "A worker silent for this long is dead, and its jobs go to others. At least twice the heartbeat.",
    default: "15",
    ...wholeNumber(2, 3600),
  }),
  pollIntervalMinutes: field({
    name: "WAYBILL_POLL_INTERVAL_MINUTES",
    doc: "The base of all polling intervals: 60 takes them as docs/polling.md lists them, 30 asks twice as often.",
    default: "60",
    ...wholeNumber(1, 10_080),
  }),
  httpTimeoutSeconds: field({
    name: "WAYBILL_HTTP_TIMEOUT_SECONDS",
    doc: "The longest that a call to an outside system may take, body included.",
    default: "20",
    ...wholeNumber(1, 300),
  }),
  keepBodiesDays: field({
    name: "WAYBILL_KEEP_BODIES_DAYS",
    doc: "How long the raw bodies of carriers are kept, by whole months. What was made of them stays.",
    default: "90",
    ...wholeNumber(7, 36_500),
  }),
  keepQuietPollsDays: field({
    name: "WAYBILL_KEEP_QUIET_POLLS_DAYS",
    doc: "How long the answer to a poll is kept that brought nothing new.",
    default: "7",
    ...wholeNumber(1, 36_500),
  }),
  keepParkedDays: field({
    name: "WAYBILL_KEEP_PARKED_DAYS",
    doc: "How long a body that could not be read waits for a person.",
    default: "180",
    ...wholeNumber(7, 36_500),
  }),
  keepPersonalDataDays: field({
    name: "WAYBILL_KEEP_PERSONAL_DATA_DAYS",
    doc: "How long name, e-mail address, phone number, address and proof of delivery stay with an order after its end.",
    default: "180",
    ...wholeNumber(1, 36_500),
  }),
  keepTimelinesDays: field({
    name: "WAYBILL_KEEP_TIMELINES_DAYS",
    doc: "How long the parcels of an order stay after its end, with tracking numbers, scans and delivery dates.",
    default: "400",
    ...wholeNumber(30, 36_500),
  }),
  keepOrdersDays: field({
    name: "WAYBILL_KEEP_ORDERS_DAYS",
    doc: "How long an order stays after its end; then everything of it goes. At least as long as its timelines.",
    default: "730",
    ...wholeNumber(30, 36_500),
  }),
  keepMessageTextsDays: field({
    name: "WAYBILL_KEEP_MESSAGE_TEXTS_DAYS",
    doc: "How long the text of a message to a customer is kept.",
    default: "90",
    ...wholeNumber(1, 36_500),
  }),
  keepMessageLogDays: field({
    name: "WAYBILL_KEEP_MESSAGE_LOG_DAYS",
    doc: "How long the log says to whom a message went and what came of it.",
    default: "180",
    ...wholeNumber(7, 36_500),
  }),
  keepAuditLogDays: field({
    name: "WAYBILL_KEEP_AUDIT_LOG_DAYS",
    doc: "How long the audit log says who did what.",
    default: "730",
    ...wholeNumber(30, 36_500),
  }),
  keepCodeSightingsDays: field({
    name: "WAYBILL_KEEP_CODE_SIGHTINGS_DAYS",
    doc: "How long an unknown carrier code is listed after it was last seen.",
    default: "365",
    ...wholeNumber(7, 36_500),
  }),
  shutdownSeconds: field({
    name: "WAYBILL_SHUTDOWN_SECONDS",
    doc: "How long a stop may take to finish what is under way.",
    default: "20",
    ...wholeNumber(1, 600),
  }),
} as const;

function field<T, D extends ConfigField<T>["default"]>(
  of: Omit<ConfigField<T>, "secret" | "default"> & { readonly secret?: boolean; readonly default: D },
): ConfigField<T> & { readonly default: D } {
  return { secret: false, ...of };
}

function wholeNumber(min: number, max: number) {
  return {
    expects: `a whole number from ${min} to ${max}`,
    parse: z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
      .refine((number) => number >= min && number <= max),
  };
}

function oneOf<const T extends readonly string[]>(values: T) {
  const parse: z.ZodType<T[number], string> = z.string().refine((text): text is T[number] => values.includes(text));
  return { expects: `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`, parse };
}

function list<T>(item: z.ZodType<T, string>, max: number) {
  return z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    )
    .pipe(z.array(item).max(max));
}

function secretKeyText(): z.ZodType<Uint8Array, string> {
  return z.string().transform((text, context) => {
    const key = parseSecretKey(text.trim());
    if (key !== null) return key;
    context.addIssue("not a key");
    return z.NEVER;
  });
}

/** XDG Base Directory Specification: a relative `XDG_DATA_HOME` is to be ignored. */
function defaultDataDir({ env, uid, homeDirectory }: Surroundings): string {
  if (uid === 0) return "/var/lib/waybill";
  const xdg = env.XDG_DATA_HOME ?? "";
  return join(xdg.startsWith("/") ? xdg : join(homeDirectory, ".local", "share"), "waybill");
}

/** A bad `PORT` is its own fault and must not be reported twice. */
function defaultPublicUrl({ env }: Surroundings): string {
  const url = `http://127.0.0.1:${env.PORT || DEFAULT_PORT}`;
  return URL.canParse(url) ? new URL(url).origin : `http://127.0.0.1:${DEFAULT_PORT}`;
}
