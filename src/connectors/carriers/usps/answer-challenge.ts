import { exactTextAt, readJson, recordAt } from "../../../runtime/json.js";
import type { PushRequest } from "../contract.js";

const MAX_BODY_BYTES = 8 * 1024;
const MAX_CHALLENGE_LENGTH = 1_000;

/**
 * What a new listener has to say back: USPS posts a message with a `challenge` and expects it echoed (Subscriptions -
 * Tracking v3; the exact form of the answer is unconfirmed). Null for anything else, so that a push is never taken for one.
 */
export function answerUspsChallenge({ rawBody }: PushRequest): { readonly challenge: string } | null {
  const reading = readJson(rawBody, MAX_BODY_BYTES);
  const body = reading.ok ? recordAt(reading.value) : null;
  if (body === null || Object.hasOwn(body, "payload")) return null;
  const challenge = exactTextAt(body, MAX_CHALLENGE_LENGTH, "challenge");
  return challenge === null ? null : { challenge };
}
