import type { Logger } from "../../runtime/logger.js";
import { DatabaseError } from "../database.js";
import type { ClusterPaths } from "./cluster-paths.js";
import {
  type Connection,
  connectionUrl,
  newConnection,
  readConnectionFile,
  writeConnectionFile,
} from "./connection-file.js";
import { PassingFailure } from "./explain-failure.js";
import { findFreePort } from "./free-port.js";
import { hasCluster, makeCluster } from "./make-cluster.js";
import { pause } from "./pause.js";
import {
  findPostmaster,
  type Postmaster,
  type ServerParts,
  setPassword,
  startPostmaster,
  stopPostmaster,
  waitUntilReady,
} from "./postmaster.js";
import { makeDatabase } from "./probe-server.js";
import { isPostmasterOf } from "./process-mark.js";
import { chooseServerAccount } from "./server-account.js";
import { prepareBinaries } from "./server-binaries.js";

/** A server that takes connections. */
export interface RunningServer {
  readonly parts: ServerParts;
  readonly postmaster: Postmaster;
  readonly connection: Connection;
}

const ATTEMPTS = 20;
const BETWEEN_ATTEMPTS_MS = 500;

/**
 * Brings up the server of a directory: takes over one that a killed supervisor left behind, else starts it, making the
 * cluster first if there is none. Only for the holder of the supervisor's lock.
 * @throws DatabaseError which says what is in the way
 */
export async function bringUpServer(paths: ClusterPaths, log: Logger): Promise<RunningServer> {
  const isThere = await hasCluster(paths);
  const account = await chooseServerAccount(paths);
  const binaries = await prepareBinaries(paths, account);
  const parts = { paths, binaries, account };
  const known = await readConnectionFile(paths);
  const adopted = isThere ? await adoptServer(parts, known, log) : null;
  const running = adopted ?? (await startServer(parts, isThere ? known : null, isThere, log));
  await makeDatabase(connectionUrl(running.connection, "postgres"), running.connection.database);
  return running;
}

/** Null when none runs. One that runs but does not let us in is stopped, and started again with a password we know. */
async function adoptServer(parts: ServerParts, known: Connection | null, log: Logger): Promise<RunningServer | null> {
  const postmaster = await findPostmaster(parts.paths);
  if (postmaster === null) return null;
  if (known !== null && postmaster.port > 0) {
    const connection = { ...known, port: postmaster.port };
    const answer = await waitUntilReady(connection, () => isPostmasterOf(postmaster.pid, parts.paths.cluster));
    if (answer === "ready") {
      await writeConnectionFile(parts.paths, connection);
      log.info(
        { postgresPid: postmaster.pid, port: postmaster.port },
        "Took over the embedded PostgreSQL that was running already.",
      );
      return { parts, postmaster, connection };
    }
  }
  log.warn(
    { postgresPid: postmaster.pid },
    "The embedded PostgreSQL that was running does not answer us; it is started anew.",
  );
  await stopPostmaster(parts, postmaster);
  return null;
}

async function startServer(
  parts: ServerParts,
  known: Connection | null,
  isThere: boolean,
  log: Logger,
): Promise<RunningServer> {
  const { paths } = parts;
  // The same port as last time where possible: clients that are attached find the server again.
  let connection = known ?? newConnection(0);
  connection = { ...connection, port: await findFreePort(connection.port) };
  // Written before the cluster is made: the password of a cluster that is there is never lost by a crash.
  if (!isThere) {
    await writeConnectionFile(paths, connection);
    log.info({ directory: paths.home }, "Making a new PostgreSQL database.");
    await makeCluster(paths, parts, connection);
  } else if (known === null) {
    await setPassword(parts, connection);
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      const postmaster = await startPostmaster(parts, connection);
      await writeConnectionFile(paths, connection);
      log.info(
        { postgresPid: postmaster.pid, port: postmaster.port, account: parts.account.name },
        "Started the embedded PostgreSQL.",
      );
      return { parts, postmaster, connection };
    } catch (error) {
      if (!(error instanceof PassingFailure)) throw error;
      if (error.kind === "port is taken") connection = { ...connection, port: await findFreePort() };
      else await pause(BETWEEN_ATTEMPTS_MS);
    }
  }
  throw new DatabaseError(
    `The embedded PostgreSQL in ${paths.home} cannot be started: processes of an earlier server still use its memory. End them (see ${paths.serverLog}).`,
  );
}
