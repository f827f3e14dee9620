import { describe, expect, test } from "vitest";
import { type RetryDecision, type RetryOptions, retryAfterMs, withRetry } from "./retry.js";

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);

/** Fails with `failures` in turn, then succeeds; gives the waits that were made. */
async function run(failures: readonly string[], options: Partial<RetryOptions> = {}) {
  const waits: number[] = [];
  let attempts = 0;
  const result = await withRetry(
    (attemptNumber) => {
      attempts = attemptNumber;
      const failure = failures[attemptNumber - 1];
      return failure === undefined ? Promise.resolve("done") : Promise.reject(new Error(failure));
    },
    {
      decide: (error): RetryDecision => ({ retry: error instanceof Error && error.message === "busy" }),
      maxAttempts: 4,
      baseDelayMs: 100,
      maxDelayMs: 1000,
      sleep: async (delayMs) => void waits.push(delayMs),
      random: () => 0.5,
      ...options,
    },
  ).catch((error: unknown) => String(error));
  return { result, attempts, waits };
}

describe("withRetry", () => {
  test("a success needs no wait", async () => {
    expect(await run([])).toEqual({ result: "done", attempts: 1, waits: [] });
  });

  test("waits double, are spread by chance and end at the longest allowed", async () => {
    expect(await run(["busy", "busy", "busy"])).toEqual({ result: "done", attempts: 4, waits: [50, 100, 200] });
    expect((await run(["busy", "busy"], { baseDelayMs: 5000 })).waits).toEqual([500, 500]);
    expect((await run(["busy"], { random: () => 0 })).waits).toEqual([0]);
  });

  test("the attempts are bounded and the last error is thrown", async () => {
    expect(await run(Array.from({ length: 9 }, () => "busy"))).toMatchObject({ result: "Error: busy", attempts: 4 });
  });

  test("a failure that the decision does not retry ends it at once", async () => {
    expect(await run(["busy", "rejected", "busy"])).toEqual({ result: "Error: rejected", attempts: 2, waits: [50] });
  });

  test("we never come back before the time we were asked to wait", async () => {
    const { waits } = await run(["busy"], { decide: () => ({ retry: true, afterMs: 700 }) });
    expect(waits).toEqual([750]);
  });

  test("who is asked to wait longer than allowed gives up", async () => {
    const { attempts, waits } = await run(["busy"], { decide: () => ({ retry: true, afterMs: 1001 }) });
    expect({ attempts, waits }).toEqual({ attempts: 1, waits: [] });
  });

  test("an abort ends the waiting", async () => {
    const controller = new AbortController();
    const waiting = withRetry(() => Promise.reject(new Error("busy")), {
      decide: () => ({ retry: true }),
      maxAttempts: 3,
      baseDelayMs: 3_600_000,
      maxDelayMs: 3_600_000,
      random: () => 0.5,
      signal: controller.signal,
    });
    controller.abort();
    await expect(waiting).rejects.toThrow("busy");
  });
});

describe("retryAfterMs", () => {
  test.each([
    ["120", 120_000],
    ["0", 0],
    ["Tue, 24 Nov 2026 12:00:30 GMT", 30_000],
    ["Tuesday, 24-Nov-26 12:00:30 GMT", 30_000],
    ["Tue Nov 24 12:00:30 2026", 30_000],
    ["Tue, 24 Nov 2026 11:00:00 GMT", 0],
    ["99999999999", 86_400_000],
    ["Wed, 01 Jan 2098 00:00:00 GMT", 86_400_000],
  ])("%s is a wait of %d ms", (text, expected) => expect(retryAfterMs({ "retry-after": text }, NOW)).toBe(expected));

  test.each(["", "soon", "-5", "1.5", "2026-11-24", "Tue, 99 Foo 2026 12:00:00 GMT"])(
    "%j is no wait that can be read",
    (text) => {
      expect(retryAfterMs({ "retry-after": text }, NOW)).toBeNull();
    },
  );

  test("no header is no wait", () => expect(retryAfterMs({}, NOW)).toBeNull());
});
