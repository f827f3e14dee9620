import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, recordAt, textAt } from "../../../runtime/json.js";
import { CarrierCallError, type SubscribeContext } from "../contract.js";
import { settingOf } from "./credentials.js";
import { statesNotice } from "./notices.js";
import {
  bodyOf,
  createSubscription,
  deleteSubscription,
  type Filter,
  idAt,
  isDone,
  listSubscriptions,
  lookAtSubscription,
  readId,
  refusal,
} from "./subscription-calls.js";

/** What USPS calls a subscription that it pushes to no more, as after a while without answers from us. */
const STOPPED = /^(?:suspended|disabled|inactive|expired|deleted|cancell?ed)$/i;

/**
 * Makes a subscription, or finds the one that is there already: USPS has one for each address and filter, and refuses a
 * second. One that it suspended is made again, and so is any while the secret is being changed, and one of a single number, since
 * USPS ends what was idle for 30 days and to ask for it is not said to count. Returns its id; null when USPS will not push this
 * number to us.
 * @throws CarrierCallError
 */
export async function establishSubscription(filter: Filter, context: SubscribeContext): Promise<string | null> {
  const response = await createSubscription(filter, context);
  if (isDone(response)) return readId(response);
  const existing = await findExisting(response, filter, context);
  if (existing === null) {
    const isAboutNumber = "trackingNumber" in filter && [400, 403, 404].includes(response.status);
    if (isAboutNumber && statesNotice(response.body)) return null;
    throw refusal(response, context);
  }
  const standing = await lookAtSubscription(existing, context);
  if (standing !== null && standing.listenerUrl !== null && standing.listenerUrl !== context.hookUrl)
    throw new CarrierCallError("rejected", "USPS already pushes this to another address: end that subscription first.");
  // While the secret is being changed, one that is there may still sign with the last one; USPS does not say.
  const isChanging = settingOf(context.credentials, "previousPushSecret") !== "";
  const isOfOneNumber = "trackingNumber" in filter && standing?.mid === null;
  if (standing !== null && !STOPPED.test(standing.status) && !isChanging && !isOfOneNumber) return existing;
  if (standing !== null) await deleteSubscription(existing, standing, context);
  const again = await createSubscription(filter, context);
  if (isDone(again)) return readId(again);
  throw refusal(again, context);
}

/**
 * Ends the subscription of one number. One that is gone already, or is about more than this number, is left as it is.
 * @throws CarrierCallError
 */
export async function endSubscription(id: string, trackingNumber: string, context: SubscribeContext): Promise<void> {
  const standing = await lookAtSubscription(id, context);
  if (standing === null || standing.mid !== null) return;
  if (standing.trackingNumber !== null && standing.trackingNumber !== trackingNumber) return;
  await deleteSubscription(id, standing, context);
}

/** USPS names the subscription in its refusal; where it only says that there is one, it is looked for. */
async function findExisting(response: HttpResponse, filter: Filter, context: SubscribeContext): Promise<string | null> {
  if (![400, 409, 422].includes(response.status)) return null;
  const body = bodyOf(response);
  const said = [body, recordAt(body, "error"), ...listAt(body, "errors"), ...listAt(body, "error", "errors")];
  for (const one of said) {
    const id = idAt(one);
    if (id !== null) return id;
  }
  const isDuplicate = said.some((one) => /duplicate|already/i.test(textAt(one, "message") ?? ""));
  return response.status === 409 || isDuplicate ? lookFor(filter, context) : null;
}

async function lookFor(filter: Filter, context: SubscribeContext): Promise<string | null> {
  const response = await listSubscriptions(filter, context);
  if (response.status === 404) return null;
  if (response.status !== 200) throw refusal(response, context);
  const body = bodyOf(response);
  const found = [...listAt({ body }, "body"), ...listAt(body, "subscriptions")];
  return idAt(found.find((one) => textAt(one, "listenerURL") === context.hookUrl));
}
