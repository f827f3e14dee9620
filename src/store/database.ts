import { Socket } from "node:net";
import pg from "pg";
import type { Logger } from "../runtime/logger.js";
import { type Subscription, startListener } from "./listener.js";

/** What query files need: a pool or a client in a transaction. */
export interface Queryable {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[]; readonly rowCount: number | null }>;
}

/** The database of one process. */
export interface Database {
  readonly pool: pg.Pool;
  /**
   * Runs `work` in one READ COMMITTED transaction on one connection: committed when it resolves, rolled back when it
   * throws. Nothing outside PostgreSQL is undone.
   */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /** Hears notifications on a connection of its own that comes back by itself; `onReconnect` tells that some may be lost. */
  listen(subscription: Subscription): void;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly poolSize: number;
  readonly log: Logger;
}

/** A database that cannot be used; the message says what to do. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

const OLDEST_SERVER = 150_000;
const STATEMENT_MS = 60_000;
/**
 * A connection that owes an answer for this long is dead: the server itself ends a statement sooner. It has vanished without
 * a word, or hangs, and would keep its place in the pool for ever.
 */
const SILENCE_MS = STATEMENT_MS + 5_000;
const KEEP_ALIVE_MS = 30_000;

/**
 * Connects and makes sure that the server is one we can use.
 * @throws DatabaseError when it cannot be reached or is older than PostgreSQL 15
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const config: pg.PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    types: { getTypeParser },
  };
  const pool = new pg.Pool({
    ...config,
    max: options.poolSize,
    idleTimeoutMillis: 30_000,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    // Short statements: compiling one costs more than it can save.
    options: "-c timezone=UTC -c jit=off",
  });
  // A connection that dies while idle is replaced by the pool; without a listener the process would die with it.
  pool.on("error", (error) => options.log.warn({ err: error }, "An idle database connection was lost."));
  // A connection that dies in use fails its query, which is where it is dealt with.
  pool.on("connect", (client) => {
    client.on("error", () => undefined);
    endWhenSilent(client);
  });
  await checkServer(pool);
  const listener = startListener(config, options.log);
  return {
    pool,
    transaction: (work) => runTransaction(pool, work),
    listen: (subscription) => listener.subscribe(subscription),
    async close() {
      await listener.close();
      await pool.end();
    },
  };
}

/** Whether an error means that the database is away or busy rather than that we asked nonsense: worth another try. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  // Classes of PostgreSQL's appendix A: connection, transaction rollback (deadlock), resources, operator intervention, system.
  if (/^(08|40|53|57|58)/.test(code) && code.length === 5) return true;
  if (["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND"].includes(code)) return true;
  // A server's socket that is not there; any other missing file is a fault of ours.
  if (code === "ENOENT" && "syscall" in error && error.syscall === "connect") return true;
  // What `pg` says without a code when a connection breaks, none is to be had, or an answer does not come.
  return /connection terminated|timeout exceeded when trying to connect|timeout expired|connection ended|not queryable|query read timeout/i.test(
    error.message,
  );
}

/**
 * Queries over the pool that fail as unavailable when they are not answered within `limitMs`. The connection is thrown away then, so
 * that a server which hangs does not fill the pool with those who wait for it. The server may still do what it was asked.
 */
export function withAnswerLimit(pool: Pick<pg.Pool, "query">, limitMs: number): Queryable {
  return {
    query<Row extends object>(text: string, values: readonly unknown[] = []) {
      const config = { text, values: [...values], query_timeout: limitMs };
      return pool.query<Row>(config);
    },
  };
}

/** For a session whose statements may take longer than any that a request waits for. */
export function allowSilence(client: pg.ClientBase): void {
  socketOf(client)?.setTimeout(0);
}

/**
 * Ends a connection that owes an answer and has said nothing for too long. An idle one may be silent. Nobody else may listen to the
 * socket: COPY takes its listeners over.
 */
function endWhenSilent(client: pg.ClientBase): void {
  const socket = socketOf(client);
  socket?.setTimeout(SILENCE_MS, () => {
    if ((client as pg.ClientBase & { readonly readyForQuery?: boolean }).readyForQuery !== false) return;
    socket.destroy(Object.assign(new Error("The database did not answer in time."), { code: "ETIMEDOUT" }));
  });
}

/** TLS sockets are sockets too; a stream of somebody's own is not. */
function socketOf(client: pg.ClientBase): Socket | null {
  const { stream } = (client as pg.ClientBase & { readonly connection: pg.Connection }).connection;
  return stream instanceof Socket ? stream : null;
}

async function runTransaction<Result>(pool: pg.Pool, work: (tx: Queryable) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    // A connection that could not even roll back is thrown away.
    client.release(broken);
  }
}

async function checkServer(pool: pg.Pool): Promise<void> {
  try {
    const { rows } = await pool.query<{ version: number; name: string }>(
      `select current_setting('server_version_num')::int as version, current_setting('server_version') as name`,
    );
    const server = rows[0];
    if (server === undefined || server.version < OLDEST_SERVER) {
      throw new DatabaseError(
        `The database server is PostgreSQL ${server?.name ?? "of an unknown version"}; Waybill needs 15 or newer.`,
      );
    }
  } catch (error) {
    await pool.end();
    if (error instanceof DatabaseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(
      `The database cannot be reached (${reason}). Check DATABASE_URL and that the server is running.`,
    );
  }
}

const DATE = 1082;
const TIMESTAMPTZ = 1184;
const INT8 = 20;

/**
 * Dates stay the text they are (`YYYY-MM-DD`): as a JavaScript Date they would move with the time zone. Our int8 values
 * (ids by identity, millisecond keys, counts) stay far below 2^53 and become numbers; one that does not throws.
 */
function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
  if (oid === DATE) return (value) => value;
  if (oid === INT8) return toSafeNumber;
  if (oid === TIMESTAMPTZ && format !== "binary") return toDate;
  return format === "binary" ? pg.types.getTypeParser(oid, "binary") : pg.types.getTypeParser(oid);
}

/** Our sessions write UTC, which the engine reads by itself; anything else (`infinity`, years before Christ) is left to the driver. */
function toDate(value: string): unknown {
  return UTC_TIME.test(value)
    ? new Date(`${value.slice(0, "YYYY-MM-DD".length)}T${value.slice("YYYY-MM-DD ".length, -"+00".length)}Z`)
    : pg.types.getTypeParser(TIMESTAMPTZ)(value);
}

const UTC_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/;

function toSafeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError("A number from the database is too large to be exact.");
  return number;
}
