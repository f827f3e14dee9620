import { expect, test } from "vitest";
import { bytes, event, NOT_FOUND_BODY, NUMBER, parcel, pollBody } from "./fixtures/bodies.js";
import { parseWren } from "./parse-wren.js";

const scansOf = (...events: Parameters<typeof parcel>[0]) =>
  parseWren(pollBody(parcel(events))).trackings[0]?.scans ?? [];

test("a detail sharpens its code, and one that is not known leaves it as it is", () => {
  const subStatuses = ["SAFE", "ROOF", undefined].map((detail) => {
    const meaning = scansOf(event("DLV", { detail }))[0]?.meaning;
    return meaning?.kind === "status" ? meaning.subStatus : null;
  });
  expect(subStatuses).toEqual(["left_in_safe_place", "delivered", "delivered"]);
});

test("an unknown code is unmapped, whatever its detail and words say", () => {
  expect(scansOf(event("XXX", { detail: "SAFE", text: "Delivered" }))[0]?.meaning).toEqual({ kind: "unmapped" });
});

test("a van's wall clock is an instant where its place has one zone, and none where it has not", () => {
  const [known, unknown] = scansOf(event("OUT"), event("OUT", { place: { country: "US" } }));
  expect(known).toMatchObject({ occurredAt: Date.UTC(2026, 2, 4, 14, 15), zone: "place" });
  expect(unknown).toMatchObject({ occurredAt: null, localTime: "2026-03-04T09:15:00", zone: "unknown" });
});

test("a number that Wren cannot tell about is a notice, and its neighbours are read", () => {
  expect(parseWren(NOT_FOUND_BODY)).toMatchObject({
    trackings: [],
    notices: [{ trackingNumber: NUMBER, kind: "not_found" }],
  });
  const mixed = { parcels: [parcel([event("OUT")])], refused: [{ number: "WR9000417283", code: "ARCHIVED" }] };
  expect(parseWren(bytes(mixed))).toMatchObject({
    trackings: [{ trackingNumber: NUMBER }],
    notices: [{ trackingNumber: "WR9000417283", kind: "too_old" }],
  });
});

test("a delivery that ends before it begins is no delivery date", () => {
  const body = pollBody(parcel([event("OUT")], { expected: { from: "2026-03-05", to: "2026-03-04" } }));
  expect(parseWren(body).trackings[0]?.edd).toBeNull();
});
