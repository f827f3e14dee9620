import { isIP } from "node:net";
import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import {
  CarrierCallError,
  type CarrierSubscriptions,
  callCarrier,
  callWithToken,
  checkBatch,
  hookObstacle,
  isOnThisMachine,
  refusedNumber,
  type SubscribeContext,
  type SubscriptionAnswer,
  type SubscriptionReport,
  subscribedNumber,
  type TrackQuery,
} from "../contract.js";
import { obtainAccessToken } from "./access-token.js";
import { errorCodesOf, failureOf, headersOf } from "./call.js";
import { endpointOf, settingOf } from "./credentials.js";
import { isJobId, MAX_JOB_BYTES, type NumberResult, readJob, readResults } from "./read-job.js";

/** The most numbers of one request (Advanced Integrated Visibility Tracking Number Subscription). */
const BATCH_SIZE = 1_000;
/** FedEx takes no longer address for a webhook. */
const MAX_HOOK_CHARS = 200;

/**
 * Advanced Integrated Visibility of FedEx. Numbers are added to a webhook project, mostly in a job; when the job has
 * completed its details say what became of every number. The project, with our address and its token, is made in FedEx's
 * portal. No end of a subscription is documented.
 */
export const fedexSubscriptions: CarrierSubscriptions = {
  batchSize: () => BATCH_SIZE,
  obstacle,
  subscribe,
  check,
  unsubscribe,
};

function obstacle(credentials: Credentials, hookUrl: string): string | null {
  const covers = settingOf(credentials, "pushCovers");
  if (covers !== "numbers" && covers !== "account") return "Set pushCovers to numbers or account.";
  if (settingOf(credentials, "pushToken") === "")
    return "Set pushToken to the security token of your Advanced Integrated Visibility webhook in the FedEx Developer Portal.";
  const missing = ["subscribePath", "jobStatusPath", "jobDetailsPath"].filter((path) => !settingOf(credentials, path));
  if (covers === "numbers" && missing.length > 0)
    return `Set ${missing.join(", ")} as the Tracking Number Subscription API documentation of your project shows them after login to the FedEx Developer Portal, or pushCovers to account.`;
  return hookObstacle("FedEx", hookUrl, settingOf(credentials, "baseUrl")) ?? hookRefusal(new URL(hookUrl));
}

/** FedEx's rules for the address of a webhook, beyond https. */
function hookRefusal(hook: URL): string | null {
  if (isOnThisMachine(hook)) return null;
  if (hook.href.length > MAX_HOOK_CHARS)
    return `FedEx takes addresses of up to ${MAX_HOOK_CHARS} characters: set WAYBILL_PUBLIC_URL to a shorter one.`;
  if (isIP(hook.hostname.replace(/^\[|\]$/g, "")) !== 0)
    return "FedEx pushes to a name and not to an IP address: set WAYBILL_PUBLIC_URL to one with a domain name.";
  return null;
}

async function subscribe(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionReport> {
  checkBatch("FedEx", queries, BATCH_SIZE);
  const numbers = queries.map((query) => query.trackingNumber);
  if (coversAccount(context)) return { jobId: null, numbers: numbers.map((number) => subscribedNumber(number)) };
  const response = await associate("ADD", numbers, context);
  if (!isDone(response)) throw failureOf(response, context.now(), REFUSED);
  const { jobId } = readJob(response.body, null);
  const results = readResults(response.body);
  if (jobId === null && !numbers.some((number) => results.has(number)))
    throw new CarrierCallError("unreadable", "FedEx answered with neither a job nor a word on any number.");
  const told = numbers.filter((number) => jobId !== null || results.has(number));
  return { jobId, numbers: told.map((number) => answerOf(number, results.get(number) ?? "pending")) };
}

async function check(
  jobId: string,
  queries: readonly TrackQuery[],
  context: SubscribeContext,
): Promise<SubscriptionReport> {
  const numbers = queries.map((query) => query.trackingNumber);
  const { state } = readJob(await look("jobStatusPath", jobId, context), jobId);
  if (state === null) throw new CarrierCallError("unreadable", "FedEx answered without the status of the job.");
  if (state === "failed") throw new CarrierCallError("rejected", "FedEx's job of adding the numbers failed.");
  if (state === "pending") return { jobId, numbers: numbers.map((number) => answerOf(number, "pending")) };
  // A completed job may have added only some of its numbers, or none.
  const results = readResults(await look("jobDetailsPath", jobId, context));
  if (!numbers.some((number) => results.has(number)))
    throw new CarrierCallError("unreadable", "FedEx's details of the job name none of its numbers.");
  return { jobId, numbers: numbers.map((number) => answerOf(number, results.get(number) ?? "left_out")) };
}

async function unsubscribe(
  ended: readonly { readonly trackingNumber: string }[],
  context: SubscribeContext,
): Promise<void> {
  if (coversAccount(context)) return;
  checkBatch("FedEx", ended, BATCH_SIZE);
  const numbers = ended.map((one) => one.trackingNumber);
  const response = await associate("DELETE", numbers, context);
  const isGone = errorCodesOf(response.body).some((code) => /NOT\.?FOUND/.test(code));
  if (!isDone(response) && !isGone) throw failureOf(response, context.now(), REFUSED);
}

const REFUSED = "FedEx refused the subscription";

/** Field names as FedEx's public page has them (action, tracking number details); the rest is behind the portal's login. */
function associate(
  action: "ADD" | "DELETE",
  numbers: readonly string[],
  context: SubscribeContext,
): Promise<HttpResponse> {
  const url = endpointOf(context.credentials, "subscribePath");
  const trackingNumberDetails = numbers.map((trackingNumber) => ({ trackingNumber }));
  return call({ method: "POST", url, body: JSON.stringify({ action, trackingNumberDetails }) }, context);
}

async function look(
  path: "jobStatusPath" | "jobDetailsPath",
  jobId: string,
  context: SubscribeContext,
): Promise<Uint8Array> {
  if (!isJobId(jobId)) throw new CarrierCallError("rejected", "FedEx has no job of such an id.");
  const response = await call({ method: "GET", url: endpointOf(context.credentials, path, jobId) }, context);
  if (!isDone(response)) throw failureOf(response, context.now(), "FedEx refused to tell of the job");
  return response.body;
}

function call(request: HttpRequest, context: SubscribeContext): Promise<HttpResponse> {
  return callWithToken(context, obtainAccessToken, (token) =>
    callCarrier("FedEx", context, { ...request, headers: headersOf(token, context), maxBytes: MAX_JOB_BYTES }),
  );
}

function answerOf(number: string, result: NumberResult | "left_out"): SubscriptionAnswer {
  if (result === "added") return subscribedNumber(number);
  if (result === "pending") return { ...subscribedNumber(number), outcome: "pending" };
  if (result === "left_out") return refusedNumber(number, "FedEx's job ended without a word on this number.");
  return refusedNumber(number, "FedEx did not add this number to the webhook project.");
}

function coversAccount({ credentials }: SubscribeContext): boolean {
  return settingOf(credentials, "pushCovers") === "account";
}

function isDone({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}
