import { EventEmitter } from "node:events";
import { Logger as JobLogger, run, type TaskList } from "graphile-worker";
import type { Pool } from "pg";
import type { Logger } from "./logger.js";

/** Does one job. Throwing means: try again later, with growing pauses, up to 25 times. */
export type JobTask = (payload: unknown) => Promise<void>;

export interface JobRunnerOptions {
  readonly pool: Pool;
  readonly tasks: Readonly<Record<string, JobTask>>;
  /** Jobs at the same time. */
  readonly concurrency: number;
  readonly log: Logger;
}

export interface JobRunner {
  /** The names under which this runner holds jobs in the database. */
  readonly workerIds: () => readonly string[];
  /** Takes no new job, waits for those in hand. */
  stop(): Promise<void>;
}

/** Runs the jobs that transactions added (graphile-worker). Signals are left to the process. */
export async function startJobRunner({ pool, tasks, concurrency, log }: JobRunnerOptions): Promise<JobRunner> {
  const events = new EventEmitter();
  const workerIds: string[] = [];
  events.on("pool:create", ({ workerPool }: { workerPool: { id: string } }) => workerIds.push(workerPool.id));
  const taskList: TaskList = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, (payload: unknown) => task(payload)]),
  );
  const runner = await run({
    pgPool: pool,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    events,
    logger: toJobLogger(log),
  });
  // A pool that ends by itself is reported here; the heartbeat stops naming it and its jobs are taken back.
  runner.promise.catch((error: unknown) => log.error({ err: error }, "The job runner ended unexpectedly."));
  return {
    workerIds: () => workerIds,
    stop: () => runner.stop(),
  };
}

/** The library's chatter is ours at debug level; its warnings and errors keep theirs. */
function toJobLogger(log: Logger): JobLogger {
  return new JobLogger(() => (level, message) => {
    if (level === "error") log.error({}, message);
    else if (level === "warning") log.warn({}, message);
    else log.debug({}, message);
  });
}
