import { EventEmitter } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Logger as JobLogger, run, type TaskList } from "graphile-worker";
import type { Pool } from "pg";
import type { Logger } from "./logger.js";
import { createPatientPool } from "./patient-pool.js";
import { createWorkTracker } from "./work-tracker.js";

/** A stop has a shorter deadline of its own. */
const LONGEST_JOB_MS = 600_000;

/** Does one job. Throwing means: try again later, with growing pauses, up to 25 times. */
export type JobTask = (payload: unknown) => Promise<void>;

export interface JobRunnerOptions {
  readonly pool: Pool;
  readonly tasks: Readonly<Record<string, JobTask>>;
  /** Jobs at the same time. */
  readonly concurrency: number;
  /** Tells an absent database, which is waited for, from a fault of ours. */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly log: Logger;
}

export interface JobRunner {
  /** The names under which this runner holds jobs in the database. */
  readonly workerIds: () => readonly string[];
  /** Takes no new job, waits for those in hand. */
  stop(): Promise<void>;
}

/**
 * Runs the jobs that transactions added (graphile-worker). Signals are left to the process. While the database is away it rests, and
 * what became of a job that was in hand is written when it is back.
 */
export async function startJobRunner(options: JobRunnerOptions): Promise<JobRunner> {
  const { tasks, concurrency, isUnavailable, log } = options;
  const events = new EventEmitter();
  const inHand = createWorkTracker();
  const workerIds: string[] = [];
  events.on("pool:create", ({ workerPool }: { workerPool: { id: string } }) => workerIds.push(workerPool.id));
  const taskList: TaskList = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, (payload: unknown) => inHand.track(task(payload))]),
  );
  const patient = createPatientPool(options.pool, {
    isUnavailable,
    pause: (ms) => pause(ms, undefined, { ref: false }),
  });
  const runner = await run({
    pgPool: patient.pool,
    taskList,
    concurrency,
    noHandleSignals: true,
    pollInterval: 1000,
    events,
    logger: toJobLogger(log),
  });
  let isStopping = false;
  const reportEnd = (error: unknown) => {
    if (!isStopping) log.error({ err: error }, "The job runner ended unexpectedly.");
  };
  runner.promise.then(() => reportEnd(null), reportEnd);
  return {
    workerIds: () => workerIds,
    async stop() {
      isStopping = true;
      const stopped = runner.stop();
      // While the database is away the library would wait for it. Its jobs are taken back when this process is not heard of.
      const left = patient.giveUp().then(() => inHand.drain(LONGEST_JOB_MS));
      await Promise.race([stopped, left]);
    },
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
