import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import { bytes, DELIVERED, event, information, type Json, pushBody, refusal } from "./fixtures/bodies.js";
import { parseAnswer, parsePush } from "./parse.js";

const BODIES: readonly Json[] = [
  DELIVERED,
  information([], { status_code: "NY", carrier_status_code: "MA" }),
  information([event(null, "Held by customs", { status_code: "EX" })], { status_code: "EX" }),
  refusal("invalid_field_value", { field_name: "tracking_number" }),
];

/** Values of every kind, among them texts that look like ShipEngine's own. */
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "constructor",
    "__proto__",
    "2026-03-04",
    "2026-03-04T24:00:00Z",
    "9999-99-99T99:99:99Z",
    "DE",
    "OUT_FOR_DELIVERY",
    "delivered, delivered, delivered",
    "http://[::1/tracking/ups/%00",
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

function parsed(parse: typeof parseAnswer, body: Uint8Array) {
  try {
    return parse(body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableBodyError);
    return null;
  }
}

test("a body with any of its parts replaced is read or unreadable, and its scans still make a timeline", () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 110 }), oddValue), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), changes, fc.boolean(), (body, odd, pushed) => {
      const whole: unknown = pushed ? JSON.parse(new TextDecoder().decode(pushBody(body))) : body;
      const changed = bytes(JSON.stringify(mutate(whole, new Map(odd))));
      for (const tracking of parsed(pushed ? parsePush : parseAnswer, changed)?.trackings ?? []) {
        expect([tracking.trackingNumber, tracking.carrier]).not.toContain("");
        expect(buildTimeline(tracking.scans).every((entry) => Number.isSafeInteger(entry.sortKey))).toBe(true);
        expect(tracking.scans.every(({ relayed }) => relayed === true)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

test("a body cut anywhere is unreadable", () => {
  const body = pushBody(DELIVERED);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: body.length - 1 }), (length) => {
      expect(parsed(parsePush, body.subarray(0, length))).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test("any JSON at all is read or unreadable", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      parsed(parsePush, bytes(JSON.stringify(value)));
      parsed(parseAnswer, bytes(JSON.stringify(value)));
    }),
    { numRuns: 1_000 },
  );
});
