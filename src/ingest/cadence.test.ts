import { describe, expect, it } from "vitest";
import type { Status } from "../domain/status.js";
import { nextPollAt } from "./cadence.js";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const wait = (status: Status | null, quietDays: number, terminal = false) => {
  const at = nextPollAt({ status, terminal, quietSinceMs: NOW - quietDays * DAY_MS }, NOW, 60);
  return at === null ? null : (at - NOW) / MINUTE_MS;
};

describe("when to ask a carrier again", () => {
  it("asks often on delivery day, at the base interval on the way, rarely about a label, and slowly after delivery", () => {
    expect(wait("out_for_delivery", 0)).toBe(15);
    expect(wait("in_transit", 1)).toBe(60);
    expect(wait("exception", 1)).toBe(60);
    expect(wait("label_created", 1)).toBe(180);
    expect(wait("delivered", 1, true)).toBe(360);
  });

  it("takes a shipment that no carrier has spoken of for a fresh label", () => {
    expect(wait(null, 0)).toBe(wait("label_created", 0));
  });

  it("asks for two more days after the end, then never again", () => {
    expect(wait("delivered", 2, true)).not.toBeNull();
    expect(wait("delivered", 2.01, true)).toBeNull();
    expect(wait("exception", 2.01, true)).toBeNull();
    expect(wait("exception", 2.01)).toBe(60);
  });

  it("asks once a day after 30 silent days and gives up after 90", () => {
    expect(wait("in_transit", 30)).toBe(60);
    expect(wait("in_transit", 30.1)).toBe(24 * 60);
    expect(wait("out_for_delivery", 90)).toBe(24 * 60);
    expect(wait("in_transit", 90.1)).toBeNull();
    expect(wait(null, 91)).toBeNull();
  });
});
