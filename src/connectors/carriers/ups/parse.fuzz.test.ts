import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, DELIVERED_PARCEL, pushBody, trackBody } from "./fixtures/bodies.js";
import { parseUps } from "./parse.js";

const BODIES = [
  trackBody(DELIVERED_PARCEL),
  pushBody({ type: "D", code: "FS", descriptionCode: "011", description: "Delivered" }, { gmtOffset: "-06.00" }),
].map((body) => JSON.parse(new TextDecoder().decode(body)) as unknown);

/** Values of every kind, among them texts that look like UPS's own. */
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "constructor",
    "__proto__",
    "20260304",
    "99999999",
    "240000",
    "-08.00",
    "+99:99",
    "X",
    "U",
    "999",
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
    return parseUps(body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableBodyError);
    return null;
  }
}

test("a body with any of its parts replaced is read or unreadable, and its scans still make a timeline", () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 160 }), oddValue), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), changes, (body, odd) => {
      for (const tracking of parsed(bytes(mutate(body, new Map(odd))))?.trackings ?? []) {
        expect(tracking.trackingNumber).not.toBe("");
        expect(buildTimeline(tracking.scans).every((entry) => Number.isSafeInteger(entry.sortKey))).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("a body cut anywhere is unreadable", () => {
  const body = trackBody(DELIVERED_PARCEL);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: body.length - 1 }), (length) => {
      expect(parsed(body.subarray(0, length))).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("any JSON at all is read or unreadable", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => void parsed(bytes(JSON.stringify(value)))),
    { numRuns: 1_000 },
  );
});
