import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, DELIVERED_PIECE, event, NUMBER, pushBody } from "./fixtures/bodies.js";
import { parseUsps } from "./parse.js";

const BODIES: readonly unknown[] = [
  DELIVERED_PIECE,
  { trackingNumber: NUMBER, ...event("01", "Delivered, To Original Sender") },
  {
    TrackResults: { TrackInfo: [{ "@ID": NUMBER, TrackSummary: { Event: "Delivered", EventDate: "March 4, 2026" } }] },
  },
];

/** Values of every kind, among them texts that look like USPS's own. */
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "constructor",
    "__proto__",
    "2026-03-04",
    "2026-03-04T24:00:00",
    "9999-99-99T99:99:99Z",
    "-08:00",
    "+99:99",
    "12:60 pm",
    "TL",
    "<SUP><SUP>&#1;",
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
    return parseUsps(body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableBodyError);
    return null;
  }
}

test("a body with any of its parts replaced is read or unreadable, and its scans still make a timeline", () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), oddValue), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), changes, fc.boolean(), (body, odd, pushed) => {
      const changed = mutate(body, new Map(odd));
      for (const tracking of parsed(pushed ? pushBody(changed) : bytes(JSON.stringify(changed)))?.trackings ?? []) {
        expect(tracking.trackingNumber).not.toBe("");
        expect(buildTimeline(tracking.scans).every((entry) => Number.isSafeInteger(entry.sortKey))).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("a body cut anywhere is unreadable", () => {
  const body = pushBody(DELIVERED_PIECE);
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
