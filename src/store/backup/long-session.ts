import type pg from "pg";
import { allowSilence, type Database } from "../database.js";

/**
 * Runs `work` on a connection of its own that may take its time, and writes values as text the same way on every server.
 * The connection is thrown away afterwards, with its locks and whatever was under way on it.
 */
export async function withLongSession<Result>(
  { pool }: Pick<Database, "pool">,
  work: (session: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const session = await pool.connect();
  try {
    allowSilence(session);
    await session.query(
      `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set client_encoding = 'UTF8';
       set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set bytea_output = 'hex'; set extra_float_digits = 1`,
    );
    return await work(session);
  } finally {
    session.release(true);
  }
}
