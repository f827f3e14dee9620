import type { Credentials } from "../../../runtime/credentials.js";
import {
  type CarrierSubscriptions,
  checkBatch,
  hookObstacle,
  refusedNumber,
  type SubscribeContext,
  type SubscriptionAnswer,
  type SubscriptionReport,
  subscribedNumber,
  type TrackQuery,
} from "../contract.js";
import { settingOf } from "./credentials.js";
import { hasRoutingCode, mailerOf } from "./numbers.js";
import { endSubscription, establishSubscription } from "./subscription.js";

/** One call covers all numbers of a mailer; this only bounds what is worked off together. */
const MAILER_BATCH_SIZE = 1_000;
const NUMBER = /^[0-9A-Z]{10,34}$/;
const MIN_SECRET_CHARS = 32;
/**
 * USPS ends a subscription that was idle for 30 days, five days after it warned. That of a number is made anew before; that of
 * a mailer is found, or made anew where it has ended.
 */
const ASK_AGAIN_AFTER_MS = 25 * 86_400_000;

/** Subscriptions - Tracking of USPS: one for all parcels of a mailer, or one for each number of an own mailer. */
export const uspsSubscriptions: CarrierSubscriptions = { batchSize, obstacle, subscribe, unsubscribe };

function batchSize(credentials: Credentials): number {
  return settingOf(credentials, "mid") === "" ? 1 : MAILER_BATCH_SIZE;
}

function obstacle(credentials: Credentials, hookUrl: string): string | null {
  if (settingOf(credentials, "pushSecret").length < MIN_SECRET_CHARS)
    return `Set pushSecret to a random text of at least ${MIN_SECRET_CHARS} characters, with which USPS will sign its pushes.`;
  const mid = settingOf(credentials, "mid");
  if (mid !== "" && !/^(?:\d{6}|\d{9})$/.test(mid))
    return "Set mid to your mailer ID of six or nine digits, or leave it empty to subscribe number by number.";
  const scope = settingOf(credentials, "scope");
  if (scope !== "" && !/\bsubscriptions/.test(scope))
    return "Add subscriptions-tracking to scope, or leave scope empty to get all scopes that USPS granted to the app.";
  const email = settingOf(credentials, "notifyEmail");
  if (email !== "" && !/^[^\s@]+@[^\s@]+$/.test(email))
    return "Set notifyEmail to one e-mail address, or leave it empty.";
  return hookObstacle("USPS", hookUrl, settingOf(credentials, "baseUrl"));
}

async function subscribe(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionReport> {
  checkBatch("USPS", queries, batchSize(context.credentials));
  const mid = settingOf(context.credentials, "mid");
  const numbers = queries.map((query) => query.trackingNumber);
  const refused = numbers.flatMap((number) => {
    const reason = whyNeverPushed(number, mid);
    return reason === null ? [] : [refusedNumber(number, reason)];
  });
  const asked = numbers.filter((number) => whyNeverPushed(number, mid) === null);
  return { jobId: null, numbers: [...refused, ...(await ask(asked, mid, context))] };
}

/** What can be told from the number alone. */
function whyNeverPushed(number: string, mid: string): string | null {
  if (!NUMBER.test(number)) return "USPS takes numbers of 10 to 34 capitals and digits only.";
  if (hasRoutingCode(number))
    return "USPS pushes under the number without 420 and the ZIP Code in front of it: register it so.";
  const mailer = mailerOf(number);
  if (mid !== "" && mailer !== null && mailer !== mid)
    return `The number belongs to the mailer ${mailer}, and the connection subscribes the mailer ${mid} only.`;
  return null;
}

async function ask(numbers: readonly string[], mid: string, context: SubscribeContext): Promise<SubscriptionAnswer[]> {
  const [first] = numbers;
  if (first === undefined) return [];
  const expiresAt = context.now() + ASK_AGAIN_AFTER_MS;
  const reference = await establishSubscription(mid === "" ? { trackingNumber: first } : { MID: mid }, context);
  return numbers.map((number) =>
    reference === null
      ? refusedNumber(number, "USPS pushes numbers of your own mailer IDs only.")
      : subscribedNumber(number, { reference, expiresAt }),
  );
}

/** The subscription of a mailer serves all its parcels, so it stays. */
async function unsubscribe(
  ended: readonly { readonly trackingNumber: string; readonly reference: string | null }[],
  context: SubscribeContext,
): Promise<void> {
  if (settingOf(context.credentials, "mid") !== "") return;
  for (const { trackingNumber, reference } of ended)
    if (reference !== null) await endSubscription(reference, trackingNumber, context);
}
