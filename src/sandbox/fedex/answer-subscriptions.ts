import { listAt, readJson, textAt } from "../../runtime/json.js";
import type { LocalAnswer, LocalRequest } from "../local-server.js";
import type { FedexDesk, FedexJobState } from "./desk.js";

/**
 * Where Tracking Number Subscription is answered. FedEx shows the real paths only to customers who are logged in, so they
 * are settings here as in the product. `{jobId}` stands for the id of a job.
 */
export interface FedexSubscriptionPaths {
  readonly subscribe: string;
  readonly jobStatus: string;
  readonly jobDetails: string;
}

export const FEDEX_SUBSCRIPTION_PATHS: FedexSubscriptionPaths = {
  subscribe: "/aiv/v1/trackingnumbers",
  jobStatus: "/aiv/v1/jobs/{jobId}",
  jobDetails: "/aiv/v1/jobs/{jobId}/details",
};

type Refuse = (status: number, code: string, message: string) => LocalAnswer;

const MAX_NUMBERS = 1_000;
const MAX_BODY_BYTES = 256 * 1024;

/** What answers this request; null when it is about no subscription. */
export function subscriptionCall(
  request: LocalRequest,
  paths: FedexSubscriptionPaths,
  desk: FedexDesk,
  refuse: Refuse,
  newToken: () => string,
): (() => LocalAnswer) | null {
  const answer = (status: number, output: object): LocalAnswer => ({
    status,
    body: { transactionId: newToken(), output },
  });
  if (request.method === "POST" && request.path === paths.subscribe) return () => submit(request, desk, refuse, answer);
  if (request.method !== "GET") return null;
  const detailsOf = jobIdIn(request.path, paths.jobDetails);
  if (detailsOf !== null) {
    return () => {
      const job = desk.find(detailsOf);
      if (job === null) return refuse(404, "JOB.NOTFOUND", "The job cannot be found.");
      return answer(200, {
        jobId: job.id,
        action: job.action,
        trackingNumberDetails: job.results.map(({ trackingNumber, isValid }) =>
          isValid
            ? { trackingNumber, status: "SUCCESS" }
            : { trackingNumber, status: "FAILED", error: { code: "TRACKINGNUMBER.INVALID", message: "Not taken." } },
        ),
      });
    };
  }
  const statusOf = jobIdIn(request.path, paths.jobStatus);
  if (statusOf === null) return null;
  return () => {
    const asked = desk.ask(statusOf);
    return asked === null
      ? refuse(404, "JOB.NOTFOUND", "The job cannot be found.")
      : answer(200, { jobId: asked.job.id, jobStatus: asked.state });
  };
}

/** Nothing is decided yet when the request is answered. */
function submit(
  request: LocalRequest,
  desk: FedexDesk,
  refuse: Refuse,
  answer: (status: number, output: object) => LocalAnswer,
): LocalAnswer {
  const reading = readJson(request.body, MAX_BODY_BYTES);
  const body = reading.ok ? reading.value : null;
  const action = textAt(body, "action")?.toUpperCase();
  if (action !== "ADD" && action !== "DELETE") return refuse(400, "ACTION.INVALID", "The action is ADD or DELETE.");
  const numbers = listAt(body, "trackingNumberDetails").map((one) => textAt(one, "trackingNumber") ?? "");
  if (numbers.length === 0) return refuse(400, "TRACKINGNUMBER.EMPTY", "Please provide tracking numbers.");
  if (numbers.length > MAX_NUMBERS)
    return refuse(400, "TRACKINGNUMBER.LIMITEXCEEDED", `At most ${MAX_NUMBERS} tracking numbers per request.`);
  const job = desk.submit(action, numbers);
  const jobStatus: FedexJobState = "SUBMITTED";
  return answer(202, { jobId: job.id, jobStatus });
}

function jobIdIn(path: string, template: string): string | null {
  const [before = "", after = ""] = template.split("{jobId}");
  if (!path.startsWith(before) || !path.endsWith(after)) return null;
  const id = path.slice(before.length, path.length - after.length);
  return /^[\w-]+$/.test(id) ? id : null;
}
