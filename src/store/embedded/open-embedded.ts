import { chmod, mkdir, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { Logger } from "../../runtime/logger.js";
import { DatabaseError } from "../database.js";
import { type ClusterPaths, clusterPaths } from "./cluster-paths.js";
import { connectionUrl, readConnectionFile } from "./connection-file.js";
import { explainFailure } from "./explain-failure.js";
import { pause } from "./pause.js";
import { stopPostmaster } from "./postmaster.js";
import { isUsedByOthers, probeServer } from "./probe-server.js";
import { refuseForeignHome } from "./server-account.js";
import { bringUpServer } from "./start-server.js";
import { type SupervisorLock, takeSupervisorLock } from "./supervisor-lock.js";
import { watchServer } from "./watch-server.js";

export interface EmbeddedOptions {
  /** Absolute. Its folder `postgres` is made and kept by us. */
  readonly dataDirectory: string;
  readonly log: Logger;
}

/** A PostgreSQL server on this machine that takes connections. */
export interface EmbeddedDatabase {
  /** Holds the password: never logged. */
  readonly url: string;
  /** One process per directory starts, watches and stops the server; all others use it. A client may become supervisor. */
  readonly role: "supervisor" | "client";
  /**
   * The supervisor stops the server, unless another process that stays is connected: that one takes over. A client leaves
   * it alone. Call it after the pools are closed.
   */
  stop(): Promise<void>;
}

const ATTACH_WITHIN_MS = 330_000;
const BETWEEN_LOOKS_MS = 50;
const LOOK_EVERY_MS = 2_000;

/**
 * Gives the PostgreSQL of a data directory, which comes with Waybill. The first process that asks becomes its supervisor:
 * it makes the database if there is none, starts the server or takes over one whose supervisor was killed, and starts it
 * again when it dies. Any other process attaches by the connection file. When the supervisor ends, one of those that are
 * attached takes its place: a short command may have been the first to ask, and must not take the server along.
 * @throws DatabaseError with one sentence when that cannot be
 */
export async function openEmbedded({ dataDirectory, log }: EmbeddedOptions): Promise<EmbeddedDatabase> {
  let paths = clusterPaths(resolve(dataDirectory));
  try {
    await makeHome(paths);
    // A running server is recognised by the directory it was given, so a link must not give the directory a second name.
    paths = clusterPaths(await realpath(paths.dataDirectory));
    await refuseForeignHome(paths);
    for (let waitedMs = 0; waitedMs < ATTACH_WITHIN_MS; waitedMs += BETWEEN_LOOKS_MS) {
      const lock = await takeSupervisorLock(paths.home);
      if (lock !== null) return await supervise(paths, lock, log);
      const url = await tryAttach(paths);
      if (url !== null) return attach(paths, url, log);
      await pause(BETWEEN_LOOKS_MS);
    }
  } catch (error) {
    throw inOneSentence(error, paths);
  }
  throw new DatabaseError(
    `Another Waybill process runs the database in ${paths.home}, but the database does not answer. See ${paths.serverLog}.`,
  );
}

async function supervise(paths: ClusterPaths, lock: SupervisorLock, log: Logger): Promise<EmbeddedDatabase> {
  try {
    const running = await bringUpServer(paths, log);
    const watch = watchServer(running, log);
    let stopped: Promise<void> | null = null;
    const stop = async () => {
      const postmaster = await watch.end();
      // A short command may have been first to ask; what it leaves must not be torn from under those that stay.
      const leaves = await isUsedByOthers(connectionUrl(running.connection));
      if (!leaves) await stopPostmaster(running.parts, postmaster);
      await lock.release();
      log.info({}, leaves ? "Left the embedded PostgreSQL to those that use it." : "Stopped the embedded PostgreSQL.");
    };
    return {
      url: connectionUrl(running.connection),
      role: "supervisor",
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    await lock.release().catch(() => undefined);
    throw error;
  }
}

/** Uses the server of another process, and looks from time to time whether that process is still there. */
function attach(paths: ClusterPaths, url: string, log: Logger): EmbeddedDatabase {
  let own: EmbeddedDatabase | null = null;
  let looking: Promise<void> | null = null;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, LOOK_EVERY_MS);
  timer.unref();

  return {
    url,
    get role() {
      return own === null ? "client" : "supervisor";
    },
    async stop() {
      clearInterval(timer);
      await looking;
      await own?.stop();
    },
  };

  async function look(): Promise<void> {
    try {
      const lock = own === null ? await takeSupervisorLock(paths.home) : null;
      if (lock === null) return;
      own = await supervise(paths, lock, log);
      log.info({}, "The process that ran the embedded PostgreSQL has ended; this one runs it now.");
      if (own.url !== url) log.error({}, "The embedded PostgreSQL had to change its address: restart this process.");
    } catch (error) {
      log.error({ err: error }, "The embedded PostgreSQL could not be taken over.");
    }
  }
}

/** Null while there is nothing to attach to: the supervisor may be making the database just now. */
async function tryAttach(paths: ClusterPaths): Promise<string | null> {
  const connection = await readConnectionFile(paths);
  if (connection === null) return null;
  const url = connectionUrl(connection);
  return (await probeServer(url)) === "ready" ? url : null;
}

async function makeHome({ dataDirectory, home }: ClusterPaths): Promise<void> {
  // For root the server runs as another account, which must be able to pass through.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await mkdir(dataDirectory, { recursive: true, mode });
  // Not by the mode of mkdir alone: a strict umask would take the passage away.
  if ((await mkdir(home, { recursive: true, mode })) !== undefined) await chmod(home, mode);
}

function inOneSentence(error: unknown, paths: ClusterPaths): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "EACCES" || error.code === "EPERM") {
    return new DatabaseError(
      `This user may not write to ${paths.home} (${error.message.slice(0, 300)}). Set WAYBILL_DATA_DIR to a directory of its own.`,
    );
  }
  if (error.code === "ENOSPC" || error.code === "EDQUOT") return explainFailure("ENOSPC", paths);
  return error.code === "EROFS" ? explainFailure("Read-only file system", paths) : error;
}
