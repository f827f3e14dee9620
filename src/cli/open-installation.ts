import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { type Clock, systemClock } from "../runtime/clock.js";
import { type Config, ConfigError, readConfig } from "../runtime/config.js";
import type { HttpClient } from "../runtime/http-client.js";
import { createHttpClient } from "../runtime/http-client-undici.js";
import { createIdSource, type NewId } from "../runtime/ids.js";
import { createLogger, type Logger } from "../runtime/logger.js";
import type { KeyRing } from "../runtime/sealing.js";
import { loadKeyRing, SecretKeyError } from "../runtime/secret-key.js";
import type { Database } from "../store/database.js";
import { CommandError } from "./command-error.js";

/** How a command reaches PostgreSQL. `client`: the embedded one that a running `waybill` keeps. `supervisor`: our own. */
export type DatabaseRole = "server" | "client" | "supervisor";

/** What the operator's commands work with. Whoever opened it closes it. */
export interface Installation {
  readonly config: Config;
  /** The environment that the configuration was read from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly db: Database;
  readonly databaseRole: DatabaseRole;
  /** The keys of this installation; the secret key is made when there is none yet. */
  readonly loadRing: () => Promise<KeyRing>;
  readonly newId: NewId;
  readonly now: Clock;
  readonly http: HttpClient;
  readonly log: Logger;
  /** Who does it, for the audit log: `cli:<account>`. */
  readonly actor: string;
}

/** What must hold before the work begins. `reachable`: the schema may be behind, as for `migrate` and `doctor`. */
export type Readiness = "migrated" | "reachable";

/**
 * Opens the installation, does the work and closes everything, whatever came of it.
 * @throws CommandError when settings, secret key or database cannot be used, or migrations are pending
 */
export type UseInstallation = <Result>(
  work: (installation: Installation) => Promise<Result>,
  readiness?: Readiness,
) => Promise<Result>;

/** A command opens few connections: the running processes need them more. */
const POOL_SIZE = 4;
const MAX_ANSWER_BYTES = 5 * 1024 * 1024;

/** The installation that this process's environment describes. */
export const useInstallation: UseInstallation = (work, readiness) => installationOf(process.env)(work, readiness);

/** The installation that an environment describes. PostgreSQL and its client are loaded only when it is used. */
export function installationOf(env: Installation["env"]): UseInstallation {
  return (work, readiness = "migrated") => runWithInstallation(env, work, readiness);
}

async function runWithInstallation<Result>(
  env: Installation["env"],
  work: (installation: Installation) => Promise<Result>,
  readiness: Readiness,
): Promise<Result> {
  const config = readSettings(env);
  const log = createLogger({ level: config.logLevel === "debug" ? "debug" : "error", fields: { command: "cli" } });
  const { db, databaseRole, close } = await openDatabaseOf(config, log);
  const http = createHttpClient({
    userAgent: "waybill",
    defaultTimeoutMs: config.httpTimeoutSeconds * 1000,
    maxBytes: MAX_ANSWER_BYTES,
  });
  try {
    if (readiness === "migrated") await requireMigrated(db);
    return await work({
      config,
      env,
      db,
      databaseRole,
      loadRing: () => loadKeyRing(config, config.dataDir).catch(toCommandError),
      newId: createIdSource({ now: systemClock, randomBytes }),
      now: systemClock,
      http,
      log,
      actor: actorOf(),
    });
  } catch (error) {
    const { isDatabaseUnavailable } = await import("../store/database.js");
    if (!isDatabaseUnavailable(error)) throw error;
    throw new CommandError(
      "The database went away in the middle of it. See that it runs, look whether this was done, and try again.",
    );
  } finally {
    await http.close();
    await close();
  }
}

/** The settings of this environment. @throws CommandError with one sentence per fault */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Config {
  try {
    return readConfig(env);
  } catch (error) {
    return toCommandError(error);
  }
}

/** @throws CommandError which names `waybill migrate` when the schema is behind this release */
export async function requireMigrated(db: Database): Promise<void> {
  const { listPendingMigrations } = await import("../store/migrate.js");
  const pending = await listPendingMigrations(db).catch(toCommandError);
  if (pending.length === 0) return;
  const what = pending.length === 1 ? "1 migration is" : `${pending.length} migrations are`;
  throw new CommandError(`The database is not ready: ${what} pending. Run: waybill migrate`);
}

interface OpenedDatabase {
  readonly db: Database;
  readonly databaseRole: DatabaseRole;
  readonly close: () => Promise<void>;
}

async function openDatabaseOf(config: Config, log: Logger): Promise<OpenedDatabase> {
  const { openDatabase } = await import("../store/database.js");
  const poolSize = Math.min(POOL_SIZE, config.databasePoolSize);
  const open = (url: string) => openDatabase({ url, applicationName: "waybill-cli", poolSize, log });
  if (config.databaseUrl !== null) {
    const db = await open(config.databaseUrl).catch(toCommandError);
    return { db, databaseRole: "server", close: () => db.close() };
  }
  const { openEmbedded } = await import("../store/embedded/open-embedded.js");
  const embedded = await openEmbedded({ dataDirectory: config.dataDir, log }).catch(toCommandError);
  try {
    const db = await open(embedded.url);
    const close = async () => {
      try {
        await db.close();
      } finally {
        await embedded.stop();
      }
    };
    return { db, databaseRole: embedded.role, close };
  } catch (error) {
    await embedded.stop();
    return toCommandError(error);
  }
}

/** Errors that already are a sentence for the operator; the rest go on. Those of the database are told by name, since its client is loaded late. */
export function toCommandError(error: unknown): never {
  const told =
    error instanceof ConfigError ||
    error instanceof SecretKeyError ||
    (error instanceof Error && ["DatabaseError", "ListenError", "BackupError"].includes(error.name));
  throw told ? new CommandError(error.message) : error;
}

function actorOf(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    // An account without a name, as containers like to have.
    return `cli:${process.getuid?.() ?? "unknown"}`;
  }
}
