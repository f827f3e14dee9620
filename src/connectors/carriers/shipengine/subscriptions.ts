import type { Credentials } from "../../../runtime/credentials.js";
import {
  type CarrierSubscriptions,
  hookObstacle,
  refusedNumber,
  type SubscribeContext,
  type SubscriptionReport,
  subscribedNumber,
  type TrackQuery,
} from "../contract.js";
import { callShipEngine, failureOf } from "./call.js";
import { toCarrierCode } from "./carrier-codes.js";
import { settingOf } from "./credentials.js";
import { type NumberParameters, onlyQuery, parametersOf } from "./fetch-tracking.js";
import { noticeIn } from "./notices.js";
import { ensureWebhook } from "./webhook.js";

const ASKED_AGAIN_AFTER_MS = 3 * 24 * 60 * 60_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Subscribing with ShipEngine: `POST /tracking/start` per number, which may be repeated, and one webhook for them all. A
 * subscription has no id, and ShipEngine says that it stops by itself when a parcel is delivered or meets an exception. It
 * does not say that it has stopped, so it is taken to end after a few days and asked for again.
 */
export const SHIPENGINE_SUBSCRIPTIONS: CarrierSubscriptions = {
  batchSize: () => 1,
  obstacle,
  subscribe,
  unsubscribe,
};

function obstacle(credentials: Credentials, hookUrl: string): string | null {
  const key = settingOf(credentials, "apiKey");
  if (key === "") return "ShipEngine takes subscriptions with an API key only: set apiKey.";
  if (key.startsWith("TEST_"))
    return "ShipEngine pushes nothing for a TEST_ key: set a production key, or leave these numbers to polling.";
  return hookObstacle("ShipEngine", hookUrl, settingOf(credentials, "baseUrl"));
}

async function subscribe(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionReport> {
  const query = onlyQuery(queries);
  const parameters = parametersOf(query, context);
  await ensureWebhook(context);
  const response = await post("/tracking/start", parameters, context);
  if (isDone(response.status)) {
    const expiresAt = context.now() + ASKED_AGAIN_AFTER_MS;
    return { jobId: null, numbers: [subscribedNumber(query.trackingNumber, { expiresAt })] };
  }
  const notice = noticeIn(response);
  if (notice === null) throw failureOf(response, context.now(), "ShipEngine refused the subscription");
  const reason = `ShipEngine will not track this number (${notice.carrierCode}).`;
  return { jobId: null, numbers: [refusedNumber(query.trackingNumber, reason)] };
}

/** Ends what can be ended: without its carrier ShipEngine does not know a number, and was never asked for it. */
async function unsubscribe(
  subscriptions: Parameters<NonNullable<CarrierSubscriptions["unsubscribe"]>>[0],
  context: SubscribeContext,
): Promise<void> {
  for (const subscription of subscriptions) {
    if (toCarrierCode(subscription.carrier, context.credentials) === null) continue;
    const response = await post("/tracking/stop", parametersOf(subscription, context), context);
    const isGone = response.status === 404 || noticeIn(response) !== null;
    if (!isDone(response.status) && !isGone)
      throw failureOf(response, context.now(), "ShipEngine refused to end the subscription");
  }
}

function post(path: string, query: NumberParameters, context: SubscribeContext) {
  return callShipEngine({ method: "POST", path, query, maxBytes: MAX_ANSWER_BYTES }, context);
}

/** 204 by its documents. */
function isDone(status: number): boolean {
  return status === 204 || status === 200;
}
