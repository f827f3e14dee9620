import { randomBytes } from "node:crypto";
import { createIntake } from "../ingest/intake.js";
import type { Clock } from "../runtime/clock.js";
import type { Config } from "../runtime/config.js";
import { createHttpClient } from "../runtime/http-client-undici.js";
import { createIdSource } from "../runtime/ids.js";
import { createLifecycle, type Lifecycle } from "../runtime/lifecycle.js";
import type { Logger } from "../runtime/logger.js";
import { createMetrics } from "../runtime/metrics.js";
import { loadKeyRing } from "../runtime/secret-key.js";
import { storeCarrierMessages } from "../store/carrier-messages.js";
import { type Database, DatabaseError, withAnswerLimit } from "../store/database.js";
import { LONG_LIVED_APPLICATION } from "../store/embedded/probe-server.js";
import { emptyDatabase, listPendingMigrations, migrate } from "../store/migrate.js";
import { findFreePort } from "./free-port.js";
import { type OpenedStore, openStore } from "./open-store.js";
import { startHttp } from "./start-http.js";
import { startNormalizer } from "./start-normalizer.js";
import { startNotifier } from "./start-notifier.js";
import { startPoller } from "./start-poller.js";
import { startSubscriber } from "./start-subscriber.js";
import { startUpkeep } from "./start-upkeep.js";
import { readVersion } from "./version.js";
import type { Workshop } from "./workshop.js";

const MIB = 1024 * 1024;
const MAX_ANSWER_BYTES = 5 * MIB;
/** An insert that is not answered within this is given up, with its connection, for a database that hangs. */
const STORE_WITHIN_MS = 15_000;

export interface StartOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly now: Clock;
  /**
   * `require`: refuse when migrations are pending. `anew`: empty the database and migrate, for the demo alone, whose
   * embedded database is its own.
   */
  readonly migrations: "require" | "anew";
}

/** A running Waybill. */
export interface RunningWaybill {
  /** Where it listens, `http://127.0.0.1:<port>`; null when none of its roles has a door. */
  readonly url: string | null;
  readonly publicUrl: string;
  readonly db: Database;
  readonly workshop: Workshop;
  readonly lifecycle: Lifecycle;
}

const DOOR_ROLES = ["ingest", "page", "api"] as const;

/**
 * Starts every role of the configuration in this process. On failure everything that was started is stopped again.
 * @throws DatabaseError, ListenError or SecretKeyError with a sentence for the operator
 */
export async function startWaybill(options: StartOptions): Promise<RunningWaybill> {
  const { config, log, now } = options;
  const lifecycle = createLifecycle({ log, now, deadlineMs: config.shutdownSeconds * 1000 });
  try {
    return await startParts(options, lifecycle);
  } catch (error) {
    await lifecycle.stop("the start failed");
    throw error;
  }
}

async function startParts(
  { config, log, now, migrations }: StartOptions,
  lifecycle: Lifecycle,
): Promise<RunningWaybill> {
  const store = await openStore(config, LONG_LIVED_APPLICATION, config.databasePoolSize, log);
  lifecycle.onStop("database", () => store.close());
  const { db } = store;
  if (migrations === "anew") await beginAnew(store, now);
  else await requireMigrated(db);

  const newId = createIdSource({ now, randomBytes });
  const hasDoors = DOOR_ROLES.some((role) => config.roles.includes(role));
  const port = config.port === 0 && hasDoors ? await findFreePort(config.host) : config.port;
  const workshop: Workshop = {
    config,
    publicUrl: config.sources.publicUrl === "default" ? `http://127.0.0.1:${port}` : config.publicUrl,
    db,
    ring: await loadKeyRing(config, config.dataDir),
    newId,
    now,
    log,
    metrics: createMetrics({ version: await readVersion(), processMetrics: true }),
    lifecycle,
    workerId: newId("wrk"),
  };
  const limited = withAnswerLimit(db.pool, STORE_WITHIN_MS);
  const intake = createIntake({
    store: (messages) => {
      workshop.metrics.intakeBatchSize.observe({}, messages.length);
      return storeCarrierMessages(limited, messages);
    },
    newId,
    now,
    maxBatch: config.ingestMaxBatch,
    maxWaiting: config.ingestMaxWaiting,
    maxWaitingBytes: config.ingestMaxWaitingMb * MIB,
  });
  lifecycle.onStop("intake", () => intake.drain());
  const http = createHttpClient({
    userAgent: `Waybill/${await readVersion()}`,
    defaultTimeoutMs: config.httpTimeoutSeconds * 1000,
    maxBytes: MAX_ANSWER_BYTES,
  });
  lifecycle.onStop("http client", () => http.close());

  if (config.roles.includes("sweep")) startUpkeep(workshop);
  if (config.roles.includes("normalize")) startNormalizer(workshop);
  if (config.roles.includes("notify")) await startNotifier(workshop);
  if (config.roles.includes("poll")) startPoller(workshop, intake, http);
  if (config.roles.includes("poll")) startSubscriber(workshop, http);
  const url = hasDoors ? await startHttp(workshop, intake, http, port) : null;
  log.info({ url: url ?? "none", roles: config.roles.join(","), database: store.role }, "Waybill is running.");
  return { url, publicUrl: workshop.publicUrl, db, workshop, lifecycle };
}

async function requireMigrated(db: Database): Promise<void> {
  const pending = await listPendingMigrations(db);
  if (pending.length > 0)
    throw new DatabaseError(`The database is not ready: ${pending.join(", ")} pending. Run \`waybill migrate\` first.`);
}

/** The demo's orders have fixed numbers, so what an earlier one left goes; the cluster stays, which is quicker. */
async function beginAnew({ db, role }: OpenedStore, now: Clock): Promise<void> {
  if (role !== "supervisor")
    throw new DatabaseError("Another demo is running here. Stop it, or set WAYBILL_DATA_DIR to another directory.");
  await emptyDatabase(db);
  await migrate(db, now());
}
