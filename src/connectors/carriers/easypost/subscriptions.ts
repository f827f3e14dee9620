import type { Credentials } from "../../../runtime/credentials.js";
import { readJson, textAt } from "../../../runtime/json.js";
import {
  CarrierCallError,
  type CarrierSubscriptions,
  checkBatch,
  hookObstacle,
  refusedNumber,
  type SubscribeContext,
  type SubscriptionAnswer,
  subscribedNumber,
  type TrackQuery,
} from "../contract.js";
import { callEasypost, EASYPOST_MAX_BYTES, failureOf, isSuccess, mayConcernNumber, requireJson } from "./call.js";
import { baseUrlOf } from "./credentials.js";
import { ensureWebhook } from "./ensure-webhook.js";
import { askableQuery, createTracker } from "./fetch-tracker.js";
import { numberRefusalIn } from "./refusals.js";

/**
 * EasyPost pushes every tracker that was made, to the webhooks of the account. So a subscription is a tracker, its reference
 * the tracker's id. It lasts until it is deleted.
 */
export const easypostSubscriptions: CarrierSubscriptions = {
  batchSize: () => 1,
  obstacle: obstacleOf,
  subscribe: async (queries, context) => ({ jobId: null, numbers: [await subscribeOne(queries, context)] }),
  unsubscribe: async (subscriptions, context) => {
    checkBatch("EasyPost", subscriptions, 1);
    for (const { reference } of subscriptions) await deleteTracker(reference, context);
  },
};

function obstacleOf(credentials: Credentials, hookUrl: string): string | null {
  if (!credentials.webhookSecret?.trim())
    return "The connection has no webhookSecret: make up a long random text and set it with waybill connections update.";
  return hookObstacle("EasyPost", hookUrl, baseUrlOf(credentials));
}

async function subscribeOne(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionAnswer> {
  const query = askableQuery(queries);
  await ensureWebhook(context);
  const response = await createTracker(query, context);
  const { trackingNumber } = query;
  const refusal = mayConcernNumber(response) ? numberRefusalIn(response.body) : null;
  if (refusal !== null) return refusedNumber(trackingNumber, refusal.reason);
  if (!isSuccess(response)) throw failureOf(response, context.now(), "EasyPost refused to follow the number");
  const reading = readJson(requireJson(response), EASYPOST_MAX_BYTES);
  const reference = reading.ok ? trackerId(textAt(reading.value, "id")) : null;
  if (reference === null) throw new CarrierCallError("unreadable", "EasyPost answered without the id of a tracker.");
  return subscribedNumber(trackingNumber, { reference });
}

/** A tracker that is gone is no error. */
async function deleteTracker(reference: string | null, context: SubscribeContext): Promise<void> {
  const id = trackerId(reference);
  if (id === null) return;
  const response = await callEasypost("DELETE", `/trackers/${id}`, context);
  if (!isSuccess(response) && response.status !== 404)
    throw failureOf(response, context.now(), "EasyPost refused to end following the number");
}

function trackerId(text: string | null): string | null {
  return text !== null && /^[\w-]{1,80}$/.test(text) ? text : null;
}
