import type { HttpResponse } from "../../../runtime/http-client.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import { CarrierCallError, refusedNumber, type SubscriptionAnswer, subscribedNumber } from "../contract.js";

export const MAX_SUBSCRIPTION_BYTES = 256 * 1024;

/** One subscription of Unified Push, as far as DHL says. */
interface Subscription {
  readonly id: string | null;
  /** `pending`: DHL has not yet had its answer from us, or an account waits for approval. */
  readonly state: "pending" | "running" | "failed";
  /** Ms since the epoch; null when it lasts. */
  readonly expiresAt: number | null;
  /** In capitals. */
  readonly shipmentIds: readonly string[];
}

/**
 * Reads a subscription from an answer. Its scope says where it stands: `subscription.created`, `.validate`, `.activate`,
 * `.ready`. A word that we do not know is no promise to push, so it counts as pending.
 * @throws CarrierCallError `unreadable`, or `rejected` when it has run out already
 */
export function readSubscription(response: HttpResponse, nowMs: number): Subscription {
  const reading = readJson(response.body, MAX_SUBSCRIPTION_BYTES);
  const body = reading.ok ? recordAt(reading.value) : null;
  const id = readId(body);
  const word = (textAt(body, "scope") ?? textAt(body, "status") ?? "").toLowerCase().replace(/^.*\./, "");
  if (id === null && word === "")
    throw new CarrierCallError("unreadable", "DHL answered with something that is no subscription.");
  const expiresAt = readTime(textAt(body, "expires"));
  if (expiresAt !== null && expiresAt <= nowMs)
    throw new CarrierCallError("rejected", "DHL's subscription has run out.");
  const shipmentIds = listAt(body, "shipmentIDs")
    .map((number) => textAt({ number }, "number"))
    .filter((number) => number !== null)
    .map((number) => number.toUpperCase());
  return { id, state: stateOf(word), expiresAt, shipmentIds };
}

/** What a subscription means for numbers that are to be in it. `reference`: its id. */
export function answersOf(
  { state, expiresAt, shipmentIds }: Subscription,
  numbers: readonly string[],
  reference: string,
): SubscriptionAnswer[] {
  return numbers.map((number) => {
    if (state === "failed") return refusedNumber(number, "DHL reports that the subscription failed.");
    if (shipmentIds.length > 0 && !shipmentIds.includes(number.toUpperCase()))
      return refusedNumber(number, "DHL left this number out of the subscription.");
    const answer = subscribedNumber(number, { reference, expiresAt });
    return state === "running" ? answer : { ...answer, outcome: "pending" };
  });
}

/** Whether a text can be the id of a subscription; it goes into a path. */
export function isSubscriptionId(text: string): boolean {
  return /^[\w-]{1,100}$/.test(text);
}

/** DHL gives the id by itself, or at the end of the subscription's own address. */
function readId(body: unknown): string | null {
  const id = textAt(body, "id") ?? textAt(body, "subscriptionId");
  if (id !== null && isSubscriptionId(id)) return id;
  return /\/subscription\/([\w-]{1,100})\/?$/.exec(textAt(body, "self") ?? "")?.[1] ?? null;
}

function stateOf(word: string): Subscription["state"] {
  if (/^(?:ready|live|active|running|push)$/.test(word)) return "running";
  return /^(?:fail(?:ed|ure)|error|rejected|denied|expired|deleted|cancell?ed|inactive)$/.test(word)
    ? "failed"
    : "pending";
}

/** A time without zone is read as the earliest that it can mean (UTC+14), so that nothing ends before it is renewed. */
function readTime(text: string | null): number | null {
  const isLocal = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text ?? "");
  const time = Date.parse(isLocal ? `${text}+14:00` : (text ?? ""));
  return Number.isFinite(time) ? time : null;
}
