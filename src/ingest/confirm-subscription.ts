import type { HttpClient, HttpRequest } from "../runtime/http-client.js";
import type { Logger } from "../runtime/logger.js";
import { withRetry } from "../runtime/retry.js";

/** The carrier may still be reading our answer when the first call comes, and says so by refusing it. */
const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

export interface ConfirmOptions {
  readonly http: HttpClient;
  readonly log: Logger;
  /** Ends the waiting when the process stops; the carrier asks again, or the operator subscribes again. */
  readonly signal: AbortSignal;
  readonly sleep?: (delayMs: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * Makes the call by which a carrier learns that we meant it when we subscribed, a few times if it must be. Never throws:
 * what came of it is in the log, without the secret that the request carries. True when the carrier took it.
 */
export async function confirmSubscription(
  connectionId: string,
  request: HttpRequest,
  { http, log, signal, sleep }: ConfirmOptions,
): Promise<boolean> {
  try {
    await withRetry(
      async () => {
        const { status } = await http({ ...request, signal });
        if (status < 200 || status >= 300) throw new Error(`The carrier answered ${status}.`);
      },
      {
        decide: () => ({ retry: !signal.aborted }),
        maxAttempts: MAX_ATTEMPTS,
        baseDelayMs: FIRST_WAIT_MS,
        maxDelayMs: LONGEST_WAIT_MS,
        signal,
        ...(sleep && { sleep }),
      },
    );
    log.info({ connectionId }, "A push subscription was confirmed.");
    return true;
  } catch (error) {
    log.error({ err: error, connectionId }, "A push subscription could not be confirmed: nothing will be pushed.");
    return false;
  }
}
