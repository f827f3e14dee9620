import type { Credentials } from "../../../runtime/credentials.js";
import type { HttpResponse } from "../../../runtime/http-client.js";
import {
  type CarrierSubscriptions,
  callCarrier,
  callWithToken,
  checkBatch,
  hookObstacle,
  refusedNumber,
  type SubscribeContext,
  type SubscriptionReport,
  subscribedNumber,
  type TrackQuery,
} from "../contract.js";
import { obtainAccessToken } from "./access-token.js";
import { headersOf } from "./call.js";
import { baseUrlOf } from "./credentials.js";
import { MAX_SUBSCRIPTION_BYTES, readSubscription } from "./read-subscription.js";

/** One more and UPS rejects them all (Track Alert, VSS220). */
const BATCH_SIZE = 100;
const LASTS_MS = 14 * 86_400_000;
/** What Track Alert takes: 1Z numbers, and those of Roadie in two lengths. */
const NUMBER = /^(?:1Z[0-9A-Z]{16}|1R[0-9A-Z]{14}(?:[0-9A-Z]{12})?)$/;

/**
 * Track Alert of UPS: up to 100 numbers a call, each for 14 days, with a verdict on every number. It has no call that ends
 * the subscription of a package.
 */
export const upsSubscriptions: CarrierSubscriptions = { batchSize: () => BATCH_SIZE, obstacle, subscribe };

function obstacle(credentials: Credentials, hookUrl: string): string | null {
  const covers = credentials.pushCovers?.trim() || "numbers";
  if (covers !== "numbers" && covers !== "account") return "Set pushCovers to numbers or account.";
  const version = versionOf(credentials);
  if (version !== "v1" && version !== "v2") return "Set pushVersion to v1 or v2, or leave it empty.";
  const type = typeOf(credentials);
  if (type !== "standard" && type !== "enhanced") return "Set pushType to standard or enhanced.";
  if (covers === "account" || version === "v2") {
    if (covers === "account" && version === "v1")
      return "UPS pushes a whole account by Track Alert v2 only: set pushVersion to v2.";
    if (!credentials.pushClientId?.trim() || !credentials.pushClientSecret?.trim())
      return "Set pushClientId and pushClientSecret, and enter both at UPS as the credentials of your app's webhook.";
  } else {
    if (!credentials.pushSecret?.trim())
      return "Set pushSecret to a long random text, which UPS will send with every push.";
    if (type === "enhanced")
      return "UPS has enhanced pushes in Track Alert v2 only: set pushVersion to v2 or pushType to standard.";
  }
  return hookObstacle("UPS", hookUrl, baseUrlOf(credentials));
}

async function subscribe(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionReport> {
  checkBatch("UPS", queries, BATCH_SIZE);
  const numbers = queries.map((query) => query.trackingNumber);
  if (context.credentials.pushCovers?.trim() === "account")
    return { jobId: null, numbers: numbers.map((number) => subscribedNumber(number)) };
  const others = numbers
    .filter((number) => !NUMBER.test(number))
    .map((number) => refusedNumber(number, "UPS pushes numbers that begin with 1Z, and those of Roadie, only."));
  const asked = numbers.filter((number) => NUMBER.test(number));
  if (asked.length === 0) return { jobId: null, numbers: others };
  const askedAt = context.now();
  const response = await callWithToken(context, obtainAccessToken, (token) =>
    callCarrier("UPS", context, {
      method: "POST",
      url: `${baseUrlOf(context.credentials)}/api/track/${versionOf(context.credentials)}/subscription/${typeOf(context.credentials)}/package`,
      headers: { ...headersOf(token, context), "content-type": "application/json" },
      body: JSON.stringify(bodyOf(asked, context)),
      maxBytes: MAX_SUBSCRIPTION_BYTES,
    }),
  );
  return { jobId: null, numbers: [...others, ...verdicts(response, asked, askedAt, context)] };
}

function verdicts(response: HttpResponse, asked: readonly string[], askedAt: number, context: SubscribeContext) {
  const { valid, invalid } = readSubscription(response, asked, context.now());
  return asked.flatMap((number) => {
    if (invalid.has(number)) return [refusedNumber(number, "UPS calls this number invalid for Track Alert.")];
    return valid.has(number) ? [subscribedNumber(number, { expiresAt: askedAt + LASTS_MS })] : [];
  });
}

/** UPS takes no other locale here, whatever it takes elsewhere (Track Alert, VSS310). */
function bodyOf(trackingNumberList: readonly string[], { credentials, hookUrl }: SubscribeContext) {
  const common = { locale: "en_US", countryCode: "US", trackingNumberList };
  if (versionOf(credentials) === "v2") return common;
  const credential = credentials.pushSecret?.trim() ?? "";
  return { ...common, destination: { url: hookUrl, credentialType: "Bearer", credential } };
}

function versionOf(credentials: Credentials): string {
  return credentials.pushVersion?.trim() || (credentials.pushClientId?.trim() ? "v2" : "v1");
}

function typeOf(credentials: Credentials): string {
  return credentials.pushType?.trim() || "standard";
}
