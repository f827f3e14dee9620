import { setTimeout as sleepFor } from "node:timers/promises";

/** What to do about a failed attempt. `afterMs`: the other side asked us to wait that long. */
export type RetryDecision = { readonly retry: false } | { readonly retry: true; readonly afterMs?: number | null };

export interface RetryOptions {
  /** The one place where an error's kind becomes retry or give up. */
  readonly decide: (error: unknown) => RetryDecision;
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** The first wait is random between 0 and this; it doubles with every attempt. */
  readonly baseDelayMs: number;
  /** No wait is longer. Who is asked to wait longer gives up at once: to come back early would be rude. */
  readonly maxDelayMs: number;
  readonly signal?: AbortSignal;
  readonly sleep?: (delayMs: number, signal?: AbortSignal) => Promise<void>;
  /** 0 up to but not including 1. */
  readonly random?: () => number;
}

/**
 * Runs `attempt` (told its number, from 1) until it succeeds, `decide` says no, the attempts are used up or `signal`
 * aborts; then throws the last error. Waits are exponential with full jitter, so that many callers spread out.
 */
export async function withRetry<T>(attempt: (attemptNumber: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { sleep = sleepUnlessAborted, random = Math.random } = options;
  const isAborted = () => options.signal?.aborted === true;
  for (let attemptNumber = 1; ; attemptNumber += 1) {
    try {
      return await attempt(attemptNumber);
    } catch (error) {
      const decision = options.decide(error);
      if (!decision.retry || attemptNumber >= options.maxAttempts || isAborted()) throw error;
      const askedMs = decision.afterMs ?? 0;
      if (askedMs > options.maxDelayMs) throw error;
      const ceilingMs = Math.min(options.maxDelayMs, options.baseDelayMs * 2 ** (attemptNumber - 1));
      const delayMs = Math.min(options.maxDelayMs, askedMs + Math.floor(random() * ceilingMs));
      await sleep(delayMs, options.signal);
      if (isAborted()) throw error;
    }
  }
}

const MAX_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * How long an answer asks us to wait, in ms: `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3). At most a day;
 * 0 when the date has passed; null when there is no such header or it cannot be read. Header names are lower case.
 */
export function retryAfterMs(headers: Readonly<Record<string, string | undefined>>, nowMs: number): number | null {
  const text = headers["retry-after"]?.trim() ?? "";
  const waitMs = /^\d{1,15}$/.test(text) ? Number(text) * 1000 : millisecondsUntil(text, nowMs);
  return waitMs === null ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, waitMs));
}

/** Only dates that begin with a weekday, as HTTP dates do: `Date.parse` would read far too much as a date. */
function millisecondsUntil(text: string, nowMs: number): number | null {
  if (!/^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .{10,40}$/i.test(text)) return null;
  // The oldest of the three forms of an HTTP date (asctime) names no zone; all three are UTC.
  const at = Date.parse(/GMT$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : at - nowMs;
}

async function sleepUnlessAborted(delayMs: number, signal?: AbortSignal): Promise<void> {
  await sleepFor(delayMs, undefined, signal && { signal }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}
