import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger } from "../../src/runtime/logger.js";
import { type Database, openDatabase } from "../../src/store/database.js";
import { openEmbedded } from "../../src/store/embedded/open-embedded.js";
import { migrate } from "../../src/store/migrate.js";

/** A PostgreSQL of one benchmark, as `waybill start` runs it: embedded, durable, and migrated. */
export interface BenchDatabase {
  readonly url: string;
  readonly db: Database;
  /** Of the server; its backends are its children. */
  readonly pid: number;
  /** Where it lies on the disk. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** Starts one in a new directory below that for temporary files; `stop` deletes it. */
export async function startBenchDatabase(poolSize = 10): Promise<BenchDatabase> {
  const directory = await mkdtemp(join(tmpdir(), "waybill-bench-"));
  const embedded = await openEmbedded({ dataDirectory: directory, log: silentLogger });
  const db = await openDatabase({ url: embedded.url, applicationName: "waybill-bench", poolSize, log: silentLogger });
  await migrate(db, Date.now());
  const { rows } = await db.pool.query<{ directory: string }>(`select current_setting('data_directory') as directory`);
  const [firstLine] = (await readFile(join(rows[0]?.directory ?? "", "postmaster.pid"), "utf8")).split("\n");
  const pid = Number(firstLine);
  const forget = endWithUs(pid);
  return {
    url: embedded.url,
    db,
    pid,
    directory,
    async stop() {
      await db.close();
      forget();
      await embedded.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Ends the server when this process ends without `stop`: a store's server outlives a process that was broken off, a benchmark's must
 * not. Returns how to leave it alone again.
 */
function endWithUs(server: number): () => void {
  const end = () => {
    try {
      process.kill(server, "SIGINT");
    } catch {
      // It has ended already.
    }
  };
  const interrupt = () => process.exit(130);
  process.once("exit", end).once("SIGINT", interrupt).once("SIGTERM", interrupt);
  return () => void process.off("exit", end).off("SIGINT", interrupt).off("SIGTERM", interrupt);
}
