import type { Config } from "../runtime/config.js";
import type { Logger } from "../runtime/logger.js";
import { type Database, openDatabase } from "../store/database.js";
import { openEmbedded } from "../store/embedded/open-embedded.js";

/** The database that a configuration asks for, and how this process stands to it. */
export interface OpenedStore {
  readonly db: Database;
  /** `server`: somebody else's PostgreSQL. `supervisor` or `client`: the embedded one, kept by us or by another process. */
  readonly role: "server" | "supervisor" | "client";
  close(): Promise<void>;
}

/** Opens `DATABASE_URL`, or without one the embedded PostgreSQL of the data directory. */
export async function openStore(
  config: Config,
  applicationName: string,
  poolSize: number,
  log: Logger,
): Promise<OpenedStore> {
  const embedded = config.databaseUrl === null ? await openEmbedded({ dataDirectory: config.dataDir, log }) : null;
  try {
    const db = await openDatabase({ url: embedded?.url ?? config.databaseUrl ?? "", applicationName, poolSize, log });
    return {
      db,
      role: embedded?.role ?? "server",
      async close() {
        await db.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
