import type { Queryable } from "./database.js";

/** Tells everybody that this process is alive, and under which names its job runner holds jobs. */
export async function beatWorker(
  db: Queryable,
  worker: { readonly id: string; readonly roles: readonly string[]; readonly jobWorkerIds: readonly string[] },
): Promise<void> {
  await db.query(
    `insert into workers (id, roles, job_worker_ids) values ($1, $2, $3)
     on conflict (id) do update set beat_at = now(), job_worker_ids = excluded.job_worker_ids`,
    [worker.id, worker.roles.join(","), worker.jobWorkerIds],
  );
}

/** Takes the process off the list when it stops in order. What it had in hand is finished by then. */
export async function removeWorker(db: Queryable, id: string): Promise<void> {
  await db.query(`delete from workers where id = $1`, [id]);
}

/**
 * Gives the jobs of dead processes back at once. The job library would hold them for four hours. A job counts as
 * abandoned when it has been locked for longer than a heartbeat may be missing, by a name that no living process claims.
 */
export async function releaseAbandonedJobs(db: Queryable, deadAfterSeconds: number): Promise<number> {
  const { rows } = await db.query<{ names: string[] | null }>(
    `select array_agg(distinct j.locked_by) as names from graphile_worker._private_jobs j
     where j.locked_at < now() - make_interval(secs => $1)
       and not exists (
         select from workers w where w.beat_at > now() - make_interval(secs => $1) and j.locked_by = any(w.job_worker_ids)
       )`,
    [deadAfterSeconds],
  );
  const names = rows[0]?.names ?? [];
  if (names.length > 0) await db.query(`select graphile_worker.force_unlock_workers($1::text[])`, [names]);
  await dropReplacedJobs(db);
  return names.length;
}

/**
 * A job that is running when its key is added again loses the key to its successor and may never run again; if its worker
 * dies, the library keeps the empty row for ever. The successor does the work. A job that failed for good keeps its key.
 */
async function dropReplacedJobs(db: Queryable): Promise<void> {
  await db.query(
    `delete from graphile_worker._private_jobs where key is null and locked_at is null and attempts >= max_attempts and last_error is null`,
  );
}

/** Forgets processes that have been silent for a day. */
export async function forgetDeadWorkers(db: Queryable): Promise<void> {
  await db.query(`delete from workers where beat_at < now() - interval '1 day'`);
}
