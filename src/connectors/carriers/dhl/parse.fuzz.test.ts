import * as fc from "fast-check";
import { expect, test } from "vitest";
import { buildTimeline } from "../../../domain/timeline.js";
import { UnreadableBodyError } from "../contract.js";
import {
  bytes,
  checkpoint,
  DELIVERED_PARCEL,
  express,
  NOT_FOUND,
  OUT,
  parcelDe,
  pieceEvent,
  pushBody,
  unified,
} from "./fixtures/bodies.js";
import { parseDhl } from "./parse.js";

const XML = parcelDe([pieceEvent("PO", "Loaded &amp; gone"), pieceEvent("ZU", "Delivered")]);
const BODIES = [
  unified(DELIVERED_PARCEL),
  pushBody(OUT),
  express([checkpoint("PU", "Picked up", { GMTOffset: "+01:00" }), checkpoint("OK", "Delivered : SAMPLE")]),
  bytes(NOT_FOUND),
].map((body) => JSON.parse(new TextDecoder().decode(body)) as unknown);

/** Values of every kind, among them texts that look like DHL's own. */
const oddValue = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    "constructor",
    "__proto__",
    "delivered",
    "unknown",
    "2026-03-04",
    "2026-03-04T10:40:00Z",
    "9999-99-99T99:99:99",
    "+99:99",
    "a, - -US",
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
    return parseDhl(body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableBodyError);
    return null;
  }
}

function expectSound(body: Uint8Array): void {
  for (const tracking of parsed(body)?.trackings ?? []) {
    expect(tracking.trackingNumber).not.toBe("");
    expect(tracking.scans.every((scan) => scan.scanCode !== "")).toBe(true);
    expect(buildTimeline(tracking.scans).every((entry) => Number.isSafeInteger(entry.sortKey))).toBe(true);
  }
}

test("a body with any of its parts replaced is read or unreadable, and its scans still make a timeline", () => {
  const changes = fc.array(fc.tuple(fc.integer({ min: 1, max: 110 }), oddValue), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...BODIES), changes, (body, odd) => expectSound(bytes(mutate(body, new Map(odd))))),
    { numRuns: 3_000 },
  );
});

test("XML with any of its bytes replaced is read or unreadable", () => {
  const odd = fc.constantFrom("<", ">", "/", "=", '"', "'", "&", " ", "a", "é", "\u0000");
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(XML.length - 1), odd), { minLength: 1, maxLength: 4 }), (changes) => {
      const characters = Array.from(new TextDecoder().decode(XML));
      for (const [at, character] of changes) characters[at] = character;
      expectSound(bytes(characters.join("")));
    }),
    { numRuns: 1_000 },
  );
});

test("a body cut anywhere is unreadable", () => {
  for (const body of [unified(DELIVERED_PARCEL), XML])
    fc.assert(
      fc.property(fc.nat(body.length - 1), (length) => {
        expect(parsed(body.subarray(0, length))).toBeNull();
      }),
      { numRuns: 200 },
    );
});

test("a body made to be slow is refused at once", () => {
  for (const slow of [
    `<data ${'a="b" '.repeat(150_000)}`,
    `<data ${" ".repeat(900_000)}`,
    "<data ".repeat(200_000),
    "<data>".repeat(200_000),
  ])
    expect(parsed(bytes(slow))).toBeNull();
});

test("any JSON at all is read or unreadable", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => expectSound(bytes(JSON.stringify(value)))),
    { numRuns: 1_000 },
  );
});
