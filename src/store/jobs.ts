import { toColumns } from "./columns.js";
import type { Queryable } from "./database.js";

/** A job to be done after the transaction that adds it commits. Jobs with one key become one. */
export interface NewJob {
  readonly task: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly runAt?: Date;
}

/**
 * Adds jobs in the caller's transaction (a transactional outbox), sorted by key. A waiting job with the same key is
 * replaced; one that is running is left alone and another is queued behind it.
 */
export async function addJobs(db: Queryable, jobs: readonly NewJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const rows = [...new Map(jobs.map((job) => [job.key, job])).values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map((job) => ({ ...job, payload: JSON.stringify(job.payload), runAt: job.runAt ?? null }));
  await db.query(
    `select count(*) from graphile_worker.add_jobs(array(
       select row(t.task, t.payload::json, null, t.run_at, null, t.key, null, null)::graphile_worker.job_spec
       from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as t (task, payload, key, run_at)
     ))`,
    toColumns(rows, ["task", "payload", "key", "runAt"]),
  );
}
