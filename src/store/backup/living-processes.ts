import type { Queryable } from "../database.js";
import { LONG_LIVED_APPLICATION } from "../embedded/probe-server.js";

/**
 * Whether `waybill start` uses a database now, on any machine: by its heartbeat, or because it is connected under its name
 * (one that is starting has no heartbeat yet).
 */
export async function isInUse(db: Queryable, deadAfterSeconds: number): Promise<boolean> {
  const { rows: found } = await db.query<{ beats: boolean; connected: boolean }>(
    `select to_regclass('workers') is not null as beats,
       exists (select from pg_stat_activity where datname = current_database() and application_name = $1
         and backend_type = 'client backend') as connected`,
    [LONG_LIVED_APPLICATION],
  );
  if (found[0]?.connected === true || found[0]?.beats !== true) return found[0]?.connected === true;
  const { rowCount } = await db.query(`select from workers where beat_at > now() - make_interval(secs => $1) limit 1`, [
    deadAfterSeconds,
  ]);
  return (rowCount ?? 0) > 0;
}
