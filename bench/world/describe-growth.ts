import type { Database } from "../../src/store/database.js";
import type { Growth } from "./world-writer.js";

/** What was written, how fast, and how large the database has become. */
export async function describeGrowth({ pool }: Database, growth: Growth): Promise<string> {
  const { rows } = await pool.query<{ bytes: number; memory: string }>(
    `select pg_database_size(current_database()) as bytes, current_setting('shared_buffers') as memory`,
  );
  const count = (value: number) => Math.round(value).toLocaleString("en");
  const { orders, parcels, openParcels, scans } = growth;
  return `Written by COPY, indexes in place: ${count(orders)} orders, ${count(parcels)} parcels (${count(openParcels)} open), ${count(scans)} scans, ${count(growth.rows)} rows in all, in ${count(growth.seconds)} s (${count(growth.rows / growth.seconds)} rows a second). Then vacuumed and analysed. The database is ${((rows[0]?.bytes ?? 0) / 1e9).toFixed(1)} GB, PostgreSQL's memory (shared_buffers) ${rows[0]?.memory}.`;
}
