import { type JsonRecord, listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";

/** A thousand numbers with a few fields each. */
export const MAX_JOB_BYTES = 2 * 1024 * 1024;
/** How much of an answer is looked through; a whole batch needs about half. */
const MAX_RECORDS = 10_000;
const MAX_DEPTH = 6;

/** A job of adding numbers. `state` is null where the answer says nothing of it that we know. */
export interface Job {
  readonly jobId: string | null;
  readonly state: "pending" | "completed" | "failed" | null;
}

/** What became of one number in a job. */
export type NumberResult = "added" | "pending" | "not_added";

/**
 * Finds a job in an answer: the one of this id where it lists several, or the only one when `wanted` is null. FedEx shows the
 * shapes of its answers after login only, so the first record that names a job is taken, wherever it stands.
 */
export function readJob(body: Uint8Array, wanted: string | null): Job {
  const jobs = recordsIn(body).filter((record) => jobIdOf(record) !== null);
  const job = wanted === null ? jobs[0] : jobs.find((record) => jobIdOf(record) === wanted);
  const jobId = jobIdOf(job);
  return { jobId, state: stateOf(statusOf(job)) };
}

/** What an answer says of numbers, wherever in it. */
export function readResults(body: Uint8Array): ReadonlyMap<string, NumberResult> {
  const results = new Map<string, NumberResult>();
  for (const record of recordsIn(body)) {
    const number = textAt(record, "trackingNumber") ?? textAt(record, "trackingNumberInfo", "trackingNumber");
    // A record of a number may have another one inside it that names the number only.
    if (number !== null && (results.get(number) ?? "pending") === "pending") results.set(number, resultOf(record));
  }
  return results;
}

/** Whether a text can be the id of a job; it goes into an address. FedEx documents no form of it. */
export function isJobId(text: string): boolean {
  return /^[\w-][\w.:-]{0,99}$/.test(text);
}

function jobIdOf(record: JsonRecord | undefined): string | null {
  const id = textAt(record, "jobId") ?? textAt(record, "jobID");
  return id !== null && isJobId(id) ? id : null;
}

function statusOf(record: JsonRecord | undefined): string {
  const word = textAt(record, "jobStatus") ?? textAt(record, "currentJobStatus") ?? textAt(record, "status");
  return (word ?? "").toUpperCase().replaceAll(/[ _-]/g, "");
}

function stateOf(status: string): Job["state"] {
  if (["SUBMITTED", "ACCEPTED", "QUEUED", "INPROGRESS"].includes(status)) return "pending";
  if (status === "COMPLETED") return "completed";
  return status === "FAILED" ? "failed" : null;
}

/** A number that is in the project already is as good as added; a word that we do not know decides nothing. */
function resultOf(record: JsonRecord): NumberResult {
  const code = textAt(record, "error", "code") ?? textAt(listAt(record, "errors")[0], "code");
  if (code !== null) return /DUPLICATE|ALREADY/i.test(code) ? "added" : "not_added";
  const status = statusOf(record);
  if (/^(?:SUCCESS(?:FUL|FULLY)?|SUCCEEDED|ADDED|ACTIVE|ASSOCIATED|COMPLETED?|DUPLICATE)$/.test(status)) return "added";
  return /^(?:FAIL(?:ED|URE)?|ERROR|INVALID|REJECTED|NOTADDED)$/.test(status) ? "not_added" : "pending";
}

/** All records of an answer, outer ones first, within bounds; none when it is no JSON. */
function recordsIn(body: Uint8Array): JsonRecord[] {
  const reading = readJson(body, MAX_JOB_BYTES);
  const found: JsonRecord[] = [];
  let level: readonly unknown[] = reading.ok ? [reading.value] : [];
  for (let depth = 0; depth < MAX_DEPTH && level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const value of level) {
      const record = recordAt({ value }, "value");
      if (record !== null) found.push(record);
      if (found.length >= MAX_RECORDS) return found;
      const inner = record === null ? listAt({ value }, "value") : Object.values(record);
      for (const one of inner) if (typeof one === "object" && one !== null) next.push(one);
    }
    level = next;
  }
  return found;
}
