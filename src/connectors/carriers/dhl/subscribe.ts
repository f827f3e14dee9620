import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpRequest, HttpResponse } from "../../../runtime/http-client.js";
import {
  CarrierCallError,
  type CarrierSubscriptions,
  callCarrier,
  checkBatch,
  failureKindOf,
  hookObstacle,
  refusedCall,
  refusedNumber,
  type SubscribeContext,
  type SubscriptionReport,
  type TrackQuery,
} from "../contract.js";
import { pushBaseUrlOf, pushHeaderOf, SERVICES } from "./credentials.js";
import { answersOf, isSubscriptionId, MAX_SUBSCRIPTION_BYTES, readSubscription } from "./read-subscription.js";

/** The most shipments of one subscription (Shipment Tracking - Unified Push v1). */
const BATCH_SIZE = 10;
/** DHL's own numbers are letters and digits, Freight's have hyphens. */
const NUMBER = /^[0-9A-Za-z][0-9A-Za-z-]{3,49}$/;
/** All that there are: a parcel goes through every one of them. */
const EVENTS = ["Pre-Transit", "Transit", "Delivered", "Failure", "Unknown"];

/**
 * Unified Push of DHL: a subscription for up to ten numbers. DHL first asks our address back (see `activationOf`), so a
 * new one is pending, under its own id as the job, until a look at it says that it runs.
 */
export const dhlSubscriptions: CarrierSubscriptions = {
  batchSize: () => BATCH_SIZE,
  obstacle,
  subscribe,
  check,
  unsubscribe,
};

function obstacle(credentials: Credentials, hookUrl: string): string | null {
  if (!credentials.pushToken?.trim())
    return "Set pushToken to a long random text, which DHL will send with every push.";
  if (!/^[A-Za-z0-9-]{1,64}$/.test(pushHeaderOf(credentials)))
    return "Set pushHeader to the name of a header, such as X-Api-Key.";
  const service = credentials.service?.trim() ?? "";
  if (service !== "" && !SERVICES.has(service))
    return "Set service to a DHL division, such as express, or leave it empty.";
  return hookObstacle("DHL", hookUrl, pushBaseUrlOf(credentials));
}

async function subscribe(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionReport> {
  checkBatch("DHL", queries, BATCH_SIZE);
  const numbers = queries.map((query) => query.trackingNumber);
  const odd = numbers
    .filter((number) => !NUMBER.test(number))
    .map((number) => refusedNumber(number, "DHL takes numbers of 4 to 50 letters, digits and hyphens only."));
  const asked = numbers.filter((number) => NUMBER.test(number));
  if (asked.length === 0) return { jobId: null, numbers: odd };
  const response = await call("", { method: "POST", body: JSON.stringify(bodyOf(asked, context)) }, context);
  if (response.status < 200 || response.status > 299) throw refusal(response, context);
  const subscription = readSubscription(response, context.now());
  if (subscription.id === null)
    throw new CarrierCallError("unreadable", "DHL answered the subscription without its id.");
  const jobId = subscription.state === "pending" ? subscription.id : null;
  return { jobId, numbers: [...odd, ...answersOf(subscription, asked, subscription.id)] };
}

function bodyOf(shipmentIDs: readonly string[], { credentials, hookUrl }: SubscribeContext): Record<string, unknown> {
  const token = credentials.pushToken?.trim() ?? "";
  const service = credentials.service?.trim() ?? "";
  return {
    hook: {
      uri: hookUrl,
      authentication: { type: "ApiKeyAuthentication", header: pushHeaderOf(credentials), token },
    },
    format: "Default",
    type: "Shipment",
    ...(service !== "" && { service }),
    events: EVENTS,
    shipmentIDs,
  };
}

async function check(
  jobId: string,
  queries: readonly TrackQuery[],
  context: SubscribeContext,
): Promise<SubscriptionReport> {
  const response = await callOne(jobId, "GET", context);
  if (response.status !== 200) throw refusal(response, context);
  const subscription = readSubscription(response, context.now());
  const numbers = queries.map((query) => query.trackingNumber).filter((number) => NUMBER.test(number));
  return {
    jobId: subscription.state === "pending" ? jobId : null,
    numbers: answersOf(subscription, numbers, jobId),
  };
}

/** Up to ten numbers share a subscription, and DHL takes none out: whoever ends it says that it serves no other. */
async function unsubscribe(
  ended: readonly { readonly reference: string | null }[],
  context: SubscribeContext,
): Promise<void> {
  const ids = new Set(ended.map((one) => one.reference).filter((id) => id !== null));
  for (const id of ids) {
    const deleted = await callOne(id, "DELETE", context);
    if (deleted.status > 299 && !isGone(deleted)) throw refusal(deleted, context);
  }
}

function callOne(id: string, method: "GET" | "DELETE", context: SubscribeContext): Promise<HttpResponse> {
  if (!isSubscriptionId(id)) throw new CarrierCallError("rejected", "DHL has no subscription of such an id.");
  return call(`/${id}`, { method }, context);
}

function call(
  below: string,
  request: Pick<HttpRequest, "method" | "body">,
  context: SubscribeContext,
): Promise<HttpResponse> {
  const { credentials } = context;
  return callCarrier("DHL", context, {
    ...request,
    url: `${pushBaseUrlOf(credentials)}/subscription${below}`,
    headers: {
      accept: "application/json",
      "DHL-API-Key": credentials.apiKey ?? "",
      ...(request.body !== undefined && { "content-type": "application/json" }),
    },
    maxBytes: MAX_SUBSCRIPTION_BYTES,
  });
}

function isGone({ status }: HttpResponse): boolean {
  return status === 404 || status === 410;
}

/** The codes of a DHL error repeat its HTTP status, and its texts may echo what we sent. */
function refusal(response: HttpResponse, context: SubscribeContext): CarrierCallError {
  return refusedCall("DHL refused the subscription", failureKindOf(response.status), response, [], context.now());
}
