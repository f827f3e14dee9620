import type { Queryable } from "../database.js";

/**
 * The name under which a backup holds the jobs that wait. They are rows of the outbox: what was news is in the transitions,
 * but that somebody is still to be told is in the job alone, so they are kept. Who holds one is not: that process is gone.
 */
export const WAITING_JOBS = "graphile_worker.jobs";

/** What of a job is kept; in words of our own, since the library's tables change with its releases. */
export const JOB_COLUMNS = [
  "task",
  "queue",
  "payload",
  "priority",
  "run_at",
  "attempts",
  "max_attempts",
  "last_error",
  "key",
  "flags",
  "created_at",
] as const;

/** Gives the jobs with the columns of `JOB_COLUMNS`. */
export const SELECT_JOBS = `select t.identifier as task, q.queue_name as queue, j.payload, j.priority, j.run_at, j.attempts,
    j.max_attempts, j.last_error, j.key, j.flags, j.created_at
  from graphile_worker._private_jobs j
  join graphile_worker._private_tasks t on t.id = j.task_id
  left join graphile_worker._private_job_queues q on q.id = j.job_queue_id`;

const SCRATCH = "waybill_restored_jobs";

/** Makes the scratch table into which the jobs of a backup are copied. Returns its name. It ends with the transaction. */
export async function prepareJobs(tx: Queryable): Promise<string> {
  await tx.query(
    `create temp table ${SCRATCH} (task text, queue text, payload json, priority smallint, run_at timestamptz, attempts smallint,
       max_attempts smallint, last_error text, key text, flags jsonb, created_at timestamptz) on commit drop`,
  );
  return SCRATCH;
}

/** Puts the copied jobs in the place of all that were there. */
export async function replaceJobs(tx: Queryable): Promise<void> {
  await tx.query(`delete from graphile_worker._private_jobs`);
  await tx.query(
    `insert into graphile_worker._private_tasks (identifier) select distinct task from ${SCRATCH} on conflict do nothing`,
  );
  await tx.query(
    `insert into graphile_worker._private_job_queues (queue_name)
     select distinct queue from ${SCRATCH} where queue is not null on conflict do nothing`,
  );
  await tx.query(
    `insert into graphile_worker._private_jobs
       (task_id, job_queue_id, payload, priority, run_at, attempts, max_attempts, last_error, key, flags, created_at)
     select t.id, q.id, s.payload, s.priority, s.run_at, s.attempts, s.max_attempts, s.last_error, s.key, s.flags, s.created_at
     from ${SCRATCH} s join graphile_worker._private_tasks t on t.identifier = s.task
     left join graphile_worker._private_job_queues q on q.queue_name = s.queue
     order by s.created_at, s.key`,
  );
}
