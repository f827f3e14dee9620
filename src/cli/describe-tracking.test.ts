import { expect, test } from "vitest";
import { describeEdd, describeTracking } from "./describe-tracking.js";
import type { NormalizedEvent, NormalizedTracking } from "./normalize-body.js";

const EVENT: NormalizedEvent = {
  occurredAt: "2026-03-04T13:47:00.000Z",
  localTime: "2026-03-04T06:47:00",
  utcOffset: "-07:00",
  zone: "offset",
  precision: "second",
  status: "out_for_delivery",
  subStatus: "out_for_delivery",
  carrierCode: "OD",
  carrierText: "On the van",
  place: { city: "Tucson", region: "AZ", country: "US", postalCode: null, facilityCode: null },
};

const TRACKING: NormalizedTracking = {
  trackingNumber: "568283610012000",
  carrier: "fedex",
  status: "out_for_delivery",
  subStatus: "out_for_delivery",
  edd: { from: "2026-03-04", to: "2026-03-04", windowFrom: "09:00", windowTo: "13:00" },
  serviceLevel: "Home Delivery",
  events: [EVENT],
  carrierUniqueId: null,
  shipDate: null,
  proof: null,
  linkedNumbers: [],
};

test("a tracking is a line of what is so, the estimate, and the timeline in local time", () => {
  expect(describeTracking(TRACKING)).toEqual([
    "568283610012000  fedex  out_for_delivery/out_for_delivery",
    "service: Home Delivery",
    "expected: 2026-03-04, 09:00 to 13:00",
    "",
    "LOCAL TIME        ZONE    STATUS                             PLACE           CARRIER'S WORDS",
    "2026-03-04 06:47  -07:00  out_for_delivery/out_for_delivery  Tucson, AZ, US  OD On the van",
  ]);
});

test("what is not known of a time is said, and no midnight is made up for a day", () => {
  const unknown = { ...EVENT, occurredAt: null, utcOffset: null, zone: "unknown" } as const;
  expect(lineOf(unknown)).toMatch(/^2026-03-04 06:47 {2}zone unknown {2}/);
  expect(lineOf({ ...unknown, precision: "day", localTime: "2026-03-04T00:00:00" })).toMatch(/^2026-03-04 {2,}out_for/);
  expect(lineOf({ ...EVENT, localTime: null })).toMatch(/^2026-03-04 13:47 {2}UTC {2}/);
  expect(lineOf({ ...unknown, localTime: null })).toMatch(/^no time /);
});

test("a carrier's words cannot steer the terminal", () => {
  expect(lineOf({ ...EVENT, carrierText: "\u001b[2J\u202egone\r\nFAKE" })).toMatch(/OD {2}\[2J gone FAKE$/);
});

test("a code that means nothing to us has no status", () => {
  expect(lineOf({ ...EVENT, status: null, subStatus: null })).toMatch(/-07:00 {2}- +Tucson/);
});

test("estimates are told as far as they go", () => {
  const day = { from: "2026-03-04", to: "2026-03-04", windowFrom: null, windowTo: null };
  expect(describeEdd(day)).toBe("2026-03-04");
  expect(describeEdd({ ...day, to: "2026-03-06" })).toBe("2026-03-04 to 2026-03-06");
  expect(describeEdd({ ...day, windowTo: "20:00" })).toBe("2026-03-04, by 20:00");
  expect(describeEdd({ ...day, windowFrom: "08:00" })).toBe("2026-03-04, from 08:00");
});

function lineOf(event: NormalizedEvent): string {
  return describeTracking({ ...TRACKING, events: [event] }).at(-1) ?? "";
}
