import { describe, expect, it } from "vitest";
import type { RefusalKind } from "../connectors/channels/contract.js";
import { nextAttemptAt } from "./retry-schedule.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const wait = (kind: RefusalKind, attempts: number, { retryAfterMs = null as number | null, ageMs = 0 } = {}) => {
  const at = nextAttemptAt({ kind, retryAfterMs }, { attempts, createdAtMs: NOW - ageMs, nowMs: NOW });
  return at === null ? null : (at.getTime() - NOW) / MINUTE_MS;
};

describe("when to try a refused message again", () => {
  it("is later each time while the gateway is busy, away, or does not know us yet", () => {
    expect([1, 2, 3, 4, 5, 6, 50].map((attempts) => wait("unavailable", attempts))).toEqual([
      1, 5, 15, 60, 240, 240, 240,
    ]);
    expect(wait("rate_limited", 1)).toBe(1);
    expect(wait("unauthorized", 1)).toBe(1);
  });

  it("is never when the refusal is final", () => {
    const final: RefusalKind[] = ["invalid_address", "opted_out", "blocked", "rejected"];
    expect(final.map((kind) => wait(kind, 1))).toEqual([null, null, null, null]);
  });

  it("is not before the gateway said, nor before our own pause", () => {
    expect(wait("rate_limited", 1, { retryAfterMs: 10 * MINUTE_MS })).toBe(10);
    expect(wait("rate_limited", 2, { retryAfterMs: 1_000 })).toBe(5);
  });

  it("is never once the news would be more than a day old", () => {
    expect(wait("unavailable", 5, { ageMs: 20 * HOUR_MS })).toBe(240);
    expect(wait("unavailable", 5, { ageMs: 20 * HOUR_MS + 1 })).toBeNull();
    expect(wait("rate_limited", 1, { retryAfterMs: 25 * HOUR_MS })).toBeNull();
  });
});
