import { stat, truncate } from "node:fs/promises";
import type { Logger } from "../../runtime/logger.js";
import { connectionUrl } from "./connection-file.js";
import { PassingFailure } from "./explain-failure.js";
import { findPostmaster, type Postmaster, startPostmaster } from "./postmaster.js";
import { probeServer } from "./probe-server.js";
import { isPostmasterOf } from "./process-mark.js";
import type { RunningServer } from "./start-server.js";

const LOOK_EVERY_MS = 1_000;
const LONGEST_PAUSE_LOOKS = 30;
const MAX_LOG_BYTES = 10 * 2 ** 20;

export interface ServerWatch {
  /** Ends the watch and gives the server as it is now. */
  end(): Promise<Postmaster>;
}

/**
 * Starts the server again, on the same port, when it died without being told to (killed by the system for want of
 * memory, say), and keeps its log small. Looks once a second: a server that was taken over is not our child, so nobody
 * tells us of its end.
 */
export function watchServer({ parts, postmaster, connection }: RunningServer, log: Logger): ServerWatch {
  let current = postmaster;
  let looking: Promise<void> | null = null;
  let failures = 0;
  let skip = 0;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, LOOK_EVERY_MS);
  timer.unref();

  return {
    async end() {
      clearInterval(timer);
      await looking;
      return current;
    },
  };

  async function look(): Promise<void> {
    if (skip-- > 0) return;
    skip = 0;
    try {
      if (isPostmasterOf(current.pid, parts.paths.cluster)) return await keepLogSmall();
      log.error({ postgresPid: current.pid }, "The embedded PostgreSQL has died; starting it again.");
      current = (await findRestarted()) ?? (await startPostmaster(parts, connection));
      failures = 0;
      log.info({ postgresPid: current.pid }, "The embedded PostgreSQL is back.");
    } catch (error) {
      failures += 1;
      skip = Math.min(2 ** failures, LONGEST_PAUSE_LOOKS);
      if (error instanceof PassingFailure)
        log.warn({ reason: error.kind }, "The embedded PostgreSQL cannot be started yet.");
      else log.error({ err: error }, "The embedded PostgreSQL could not be started.");
    }
  }

  /** Somebody may have started it by hand. */
  async function findRestarted(): Promise<Postmaster | null> {
    const found = await findPostmaster(parts.paths);
    if (found === null || found.port !== connection.port) return null;
    return (await probeServer(connectionUrl(connection))) === "ready" ? found : null;
  }

  /** The server appends, so it goes on at the new end. */
  async function keepLogSmall(): Promise<void> {
    const { size } = await stat(parts.paths.serverLog).catch(() => ({ size: 0 }));
    if (size > MAX_LOG_BYTES) await truncate(parts.paths.serverLog, 0);
  }
}
