import { createHash } from "node:crypto";
import { Problem } from "../runtime/problem.js";
import type { Database, Queryable } from "../store/database.js";
import { answerIdempotencyKey, claimIdempotencyKey } from "../store/idempotency.js";

/** An answer: its status and its JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const KEY = /^[\u0021-\u007e]{1,200}$/;

/**
 * Does `work` in one transaction, at most once per `Idempotency-Key`. The same key with the same request gets the first
 * answer again, as often as it asks.
 * @throws Problem 422 `idempotency_key_invalid`, 409 `idempotency_key_reused` when the key came with another request
 */
export async function answerOnce(
  db: Database,
  request: {
    readonly storeId: string;
    readonly key: string | undefined;
    readonly method: string;
    readonly path: string;
    readonly body: unknown;
  },
  work: (tx: Queryable) => Promise<Answer>,
): Promise<Answer> {
  const { storeId, key } = request;
  if (key === undefined) return db.transaction(work);
  if (!KEY.test(key))
    throw new Problem(
      422,
      "idempotency_key_invalid",
      "Idempotency-Key must be 1 to 200 printable characters without blanks.",
    );
  const requestHash = createHash("sha256")
    .update(JSON.stringify([request.method, request.path, request.body]))
    .digest();
  return db.transaction(async (tx) => {
    const claim = await claimIdempotencyKey(tx, { storeId, key, requestHash });
    if (claim.outcome === "other_request") {
      throw new Problem(
        409,
        "idempotency_key_reused",
        "This Idempotency-Key was used with another request. Use a new key for a new request.",
      );
    }
    if (claim.outcome === "answered") return { status: claim.status, body: claim.response };
    const answer = await work(tx);
    await answerIdempotencyKey(tx, storeId, key, answer.status, answer.body);
    return answer;
  });
}
