import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, DELIVERED_TRACKER, detail, event, refusal, tracker } from "./fixtures/bodies.js";
import { parseEasypost } from "./parse.js";

const BODIES: readonly unknown[] = [
  DELIVERED_TRACKER,
  event(DELIVERED_TRACKER),
  { trackers: [tracker([]), tracker([detail("in_transit", "held", { message: "Customs" })])], has_more: true },
  refusal("TRACKER.CREATE.ERROR", { base: ["In test mode", { more: "words" }] }, [{ field: "carrier", message: "no" }]),
];

/** Values of every kind, among them texts that look like EasyPost's own. */
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "constructor",
    "__proto__",
    "delivered",
    "unknown",
    "Event",
    "Tracker",
    "tracker.updated",
    "2026-03-04",
    "2026-03-04T00:00:00Z",
    "9999-99-99T99:99:99Z",
    "2026-03-04T10:40:00+99:99",
    404,
    "\u0000",
  ),
  fc.string({ unit: "binary" }),
);

/** The body with some of its nodes, picked by their number in reading order, replaced. */
function mutate(body: unknown, odd: ReadonlyMap<number, unknown>): unknown {
  let count = 0;
  const walk = (value: unknown): unknown => {
    count += 1;
    if (odd.has(count)) return odd.get(count);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return walk(body);
}

function parsed(body: Uint8Array) {
  try {
    return parseEasypost(body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableBodyError);
    return null;
  }
}

function expectSound(body: Uint8Array): void {
  for (const tracking of parsed(body)?.trackings ?? []) {
    expect(tracking.trackingNumber).not.toBe("");
    expect(tracking.carrier).toMatch(/^[a-z0-9_]+$/);
    expect(tracking.scans.every((scan) => scan.scanCode !== "" && scan.relayed === true)).toBe(true);
    expect(buildTimeline(tracking.scans).every((entry) => Number.isSafeInteger(entry.sortKey))).toBe(true);
  }
}

test("a body with any of its parts replaced is read or unreadable, and its scans still make a timeline", () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 130 }), oddValue), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), changes, (body, odd) => expectSound(bytes(mutate(body, new Map(odd))))),
    { numRuns: 3_000 },
  );
});

test("a body cut anywhere is unreadable", () => {
  const body = bytes(event(DELIVERED_TRACKER));
  fc.assert(
    fc.property(fc.nat(body.length - 1), (length) => {
      expect(parsed(body.subarray(0, length))).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("any JSON at all is read or unreadable", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => expectSound(bytes(JSON.stringify(value)))),
    { numRuns: 1_000 },
  );
});
