import type { Clock } from "../../runtime/clock.js";
import type { Hook } from "../parcel.js";
import { keep, type SubscriptionDesk } from "../subscription-desk.js";

/** A batch of numbers to add to the webhook project or to take out of it. */
export interface FedexJob {
  readonly id: string;
  readonly action: "ADD" | "DELETE";
  readonly results: readonly { readonly trackingNumber: string; readonly isValid: boolean }[];
  readonly submittedAt: number;
  /** How often its state was asked for. */
  asked: number;
  isWorkedOff: boolean;
}

export type FedexJobState = "SUBMITTED" | "INPROGRESS" | "COMPLETED" | "FAILED";

/** A webhook project of FedEx's portal: its address and token, and the numbers that it hears of. */
export interface FedexDesk extends SubscriptionDesk {
  /** What the portal's form says: where to push, and the security token. Null: no webhook. */
  setHook(hook: Extract<Hook, { kind: "fedex" }> | null): void;
  submit(action: FedexJob["action"], trackingNumbers: readonly string[]): FedexJob;
  /** The state of a job, which moves on as it is asked for or with time; null for an unknown job. */
  ask(jobId: string): { readonly job: FedexJob; readonly state: FedexJobState } | null;
  find(jobId: string): FedexJob | null;
}

/** Express has 12 digits, Ground 15, Ground Economy 20 or 22. */
const NUMBER = /^(?:\d{12}|\d{15}|\d{20}|\d{22})$/;
const STATES: readonly FedexJobState[] = ["SUBMITTED", "INPROGRESS"];
/** A job that nobody asks about is worked off after this long. */
const LONGEST_MS = 60_000;

export function createFedexDesk(now: Clock, newToken: () => string): FedexDesk {
  let hook: Extract<Hook, { kind: "fedex" }> | null = null;
  const jobs = new Map<string, FedexJob>();
  const numbers = new Map<string, { readonly since: number }>();

  /** What a job asks for happens when it is completed, not before. */
  function work(job: FedexJob): void {
    if (job.isWorkedOff) return;
    job.isWorkedOff = true;
    const { action, results } = job;
    for (const { trackingNumber, isValid } of results) {
      if (action === "DELETE") numbers.delete(trackingNumber);
      else if (isValid) keep(numbers, trackingNumber, { since: now() });
    }
  }

  function stateOf({ asked, submittedAt, results, action }: FedexJob): FedexJobState {
    const underWay = now() < submittedAt + LONGEST_MS ? STATES[asked] : undefined;
    // A job without one number that will do fails; one with some is completed, and its details say which.
    return underWay ?? (action === "ADD" && results.every(({ isValid }) => !isValid) ? "FAILED" : "COMPLETED");
  }

  /** The numbers of the project once every job that is over was worked off. */
  function current(): ReadonlyMap<string, { readonly since: number }> {
    for (const job of jobs.values())
      if (stateOf(job) === "COMPLETED" && job.submittedAt + LONGEST_MS <= now()) work(job);
    return numbers;
  }

  return {
    setHook(given) {
      hook = given;
    },
    submit(action, trackingNumbers) {
      const results = trackingNumbers.map((trackingNumber) => ({
        trackingNumber,
        isValid: action === "DELETE" ? current().has(trackingNumber) : NUMBER.test(trackingNumber),
      }));
      const job: FedexJob = { id: newToken(), action, results, submittedAt: now(), asked: 0, isWorkedOff: false };
      keep(jobs, job.id, job);
      return job;
    },
    ask(jobId) {
      const job = jobs.get(jobId);
      if (job === undefined) return null;
      const state = stateOf(job);
      job.asked += 1;
      if (state === "COMPLETED") work(job);
      return { job, state };
    },
    find: (jobId) => jobs.get(jobId) ?? null,
    targets: (trackingNumber) => (hook !== null && current().has(trackingNumber) ? [{ hook }] : []),
    list: () =>
      [...current().keys()].map((trackingNumber) => ({
        id: null,
        trackingNumber,
        state: "ADDED",
        active: hook !== null,
        hookUrl: hook?.url ?? null,
        expiresAt: null,
      })),
    expire(trackingNumber) {
      const ended = [...current().keys()].filter((number) => trackingNumber === null || number === trackingNumber);
      for (const number of ended) numbers.delete(number);
      return ended.length;
    },
  };
}
