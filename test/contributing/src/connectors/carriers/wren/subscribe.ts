import type { Credentials } from "../../../runtime/credentials.js";
import { listAt, readJson, recordAt, textAt } from "../../../runtime/json.js";
import {
  CarrierCallError,
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
import { callWren, failureOf } from "./call-wren.js";
import { settingOf } from "./credentials.js";
import { readNumber } from "./read-parcel.js";

/** The most numbers in one call (Parcel API, `POST /v1/watches`). */
const BATCH_SIZE = 50;
const MAX_BYTES = 256 * 1024;
const MIN_SECRET_CHARS = 32;

/** Watches of Wren: one for each number, for as long as Wren says. Asked for again, it is renewed. */
export const wrenSubscriptions: CarrierSubscriptions = {
  batchSize: () => BATCH_SIZE,
  obstacle,
  subscribe,
  unsubscribe,
};

function obstacle(credentials: Credentials, hookUrl: string): string | null {
  if (settingOf(credentials, "pushSecret").length < MIN_SECRET_CHARS)
    return `Set pushSecret to a random text of at least ${MIN_SECRET_CHARS} characters, with which Wren will sign its pushes.`;
  return hookObstacle("Wren", hookUrl, settingOf(credentials, "baseUrl"));
}

async function subscribe(queries: readonly TrackQuery[], context: SubscribeContext): Promise<SubscriptionReport> {
  checkBatch("Wren", queries, BATCH_SIZE);
  const body = {
    callback: context.hookUrl,
    secret: settingOf(context.credentials, "pushSecret"),
    numbers: queries.map((query) => query.trackingNumber),
  };
  const response = await callWren({ method: "POST", path: "/v1/watches", body, maxBytes: MAX_BYTES }, context);
  if (response.status !== 200) throw failureOf(response, "Wren refused the watches", context);
  const reading = readJson(response.body, MAX_BYTES);
  const answer = reading.ok ? recordAt(reading.value) : null;
  if (!Array.isArray(answer?.watches))
    throw new CarrierCallError("unreadable", "Wren answered without a list of watches.");
  return {
    jobId: null,
    numbers: [
      ...listAt(answer, "watches").flatMap((watch) => readWatch(watch) ?? []),
      ...listAt(answer, "refused").flatMap((refusal) => readRefusal(refusal) ?? []),
    ],
  };
}

function readWatch(watch: unknown): SubscriptionAnswer | null {
  const [number, reference] = [readNumber(watch), watchId(textAt(watch, "id"))];
  if (number === null || reference === null) return null;
  const expiresAt = Date.parse(textAt(watch, "until") ?? "");
  return subscribedNumber(number, { reference, expiresAt: Number.isNaN(expiresAt) ? null : expiresAt });
}

function readRefusal(refusal: unknown): SubscriptionAnswer | null {
  const number = readNumber(refusal);
  return number === null ? null : refusedNumber(number, "Wren pushes the numbers of your own account only.");
}

/** A watch that is gone is no error. */
async function unsubscribe(
  ended: readonly { readonly reference: string | null }[],
  context: SubscribeContext,
): Promise<void> {
  checkBatch("Wren", ended, BATCH_SIZE);
  for (const id of new Set(ended.map(({ reference }) => watchId(reference)).filter((id) => id !== null))) {
    const response = await callWren({ method: "DELETE", path: `/v1/watches/${id}`, maxBytes: MAX_BYTES }, context);
    const isGone = response.status === 404 || response.status === 410;
    if (response.status > 299 && !isGone) throw failureOf(response, "Wren refused to end a watch", context);
  }
}

/** An id goes into a path. */
function watchId(text: string | null): string | null {
  return text !== null && /^[\w-]{1,80}$/.test(text) ? text : null;
}
