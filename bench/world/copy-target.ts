import { once } from "node:events";
import { finished } from "node:stream/promises";
import pg from "pg";
import { type CopyStreamQuery, from as copyFrom } from "pg-copy-streams";
import { WORLD_TABLES, type WorldTable } from "./world-tables.js";

/** So much may be on its way to the server while rows are still being made. */
const AHEAD_BYTES = 4 * 2 ** 20;
const CHUNK_ROWS = 500;

/** One COPY into one table, on a connection of its own, so that the tables are written side by side. */
export class CopyTarget {
  rows = 0;
  readonly #client: pg.Client;
  readonly #stream: CopyStreamQuery;
  #waiting: string[] = [];
  #failed: Error | null = null;

  /**
   * Foreign keys are not checked while it runs, since rows of all tables arrive at once; `test/bench/world.db.test.ts` proves
   * that they hold.
   */
  static async open(url: string, table: WorldTable): Promise<CopyTarget> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("set session_replication_role = replica");
    return new CopyTarget(client, table);
  }

  private constructor(client: pg.Client, table: WorldTable) {
    this.#client = client;
    const columns = WORLD_TABLES[table].join(", ");
    this.#stream = client.query(copyFrom(`copy ${table} (${columns}) from stdin`, { highWaterMark: AHEAD_BYTES }));
    this.#stream.on("error", (error) => {
      this.#failed = error;
    });
  }

  push(line: string): void {
    this.#waiting.push(line);
    this.rows += 1;
  }

  /** Sends what was pushed; waits while the server is far behind. */
  async flush(force = false): Promise<void> {
    if (this.#failed !== null) throw this.#failed;
    if (this.#waiting.length === 0 || (!force && this.#waiting.length < CHUNK_ROWS)) return;
    const chunk = Buffer.from(`${this.#waiting.join("\n")}\n`);
    this.#waiting = [];
    if (!this.#stream.write(chunk)) await once(this.#stream, "drain");
  }

  /** Returns once the rows are committed. */
  async end(): Promise<void> {
    try {
      await this.flush(true);
      this.#stream.end();
      await finished(this.#stream);
    } finally {
      await this.#client.end();
    }
  }

  /** Throws away what was not committed. */
  async abandon(): Promise<void> {
    this.#stream.destroy();
    await this.#client.end().catch(() => undefined);
  }
}
