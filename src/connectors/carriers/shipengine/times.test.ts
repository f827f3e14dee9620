import { expect, test } from "vitest";
import type { Place } from "../../../domain/place.js";
import { readDay, readEdd, readEventTime } from "./times.js";

const CHICAGO: Place = { city: "CHICAGO", region: "IL", country: "US", postalCode: null, facilityCode: null };
const BERLIN: Place = { city: "BERLIN", region: null, country: "DE", postalCode: null, facilityCode: null };
const LONDON: Place = { city: "LONDON", region: null, country: "GB", postalCode: null, facilityCode: null };
const timeOf = (occurred_at: unknown, carrier_occurred_at: unknown, place: Place | null = CHICAGO) =>
  readEventTime({ occurred_at, carrier_occurred_at }, place);

test("instant and wall clock are both kept, and the offset follows from them", () => {
  expect(timeOf("2026-03-04T15:15:20Z", "2026-03-04T09:15:20")).toEqual({
    occurredAt: Date.UTC(2026, 2, 4, 15, 15, 20),
    localTime: "2026-03-04T09:15:20",
    utcOffset: "-06:00",
    zone: "offset",
    precision: "second",
  });
});

test("an offset that the country does not have is not believed: the wall clock is, and the place decides", () => {
  expect(timeOf("2026-03-04T09:15:00Z", "2026-03-04T09:15:00")).toMatchObject({
    occurredAt: Date.UTC(2026, 2, 4, 15, 15),
    localTime: "2026-03-04T09:15:00",
    zone: "place",
  });
  expect(timeOf("2026-03-04T09:15:00Z", "2026-03-04T16:15:00", BERLIN)).toMatchObject({
    occurredAt: Date.UTC(2026, 2, 4, 15, 15),
    utcOffset: "+01:00",
  });
});

test("a clock that reads as UTC fixes an instant only where the place has such a clock", () => {
  expect(timeOf("2026-03-04T09:15:00Z", "2026-03-04T09:15:00", LONDON)).toMatchObject({
    occurredAt: Date.UTC(2026, 2, 4, 9, 15),
    utcOffset: "+00:00",
  });
  expect(timeOf("2026-03-04T09:15:00Z", "2026-03-04T09:15:00", null)).toMatchObject({
    occurredAt: null,
    localTime: "2026-03-04T09:15:00",
    zone: "unknown",
  });
  // A Z behind the carrier's own clock is not meant.
  expect(timeOf("2026-03-04T15:15:00Z", "2026-03-04T09:15:00Z")).toMatchObject({ utcOffset: "-06:00" });
});

test("one of the two is enough", () => {
  expect(timeOf("2026-03-04T15:15:00Z", null)).toMatchObject({
    occurredAt: Date.UTC(2026, 2, 4, 15, 15),
    localTime: null,
  });
  expect(timeOf("", "2026-03-04T09:15:00")).toMatchObject({ occurredAt: Date.UTC(2026, 2, 4, 15, 15), zone: "place" });
  expect(timeOf("2026-03-04T09:15:00", null, null)).toMatchObject({
    occurredAt: null,
    localTime: "2026-03-04T09:15:00",
  });
  expect(readEventTime({ event_date: "2026-03-04T15:15:00Z" }, null)).toMatchObject({ zone: "offset" });
});

test("midnight is a padded date, and what is no time leaves the scan untimed", () => {
  for (const [instant, local] of [
    ["2026-03-04T06:00:00Z", "2026-03-04T00:00:00"],
    ["2026-03-04T00:00:00Z", null],
    ["2026-03-04", ""],
  ])
    expect(timeOf(instant, local)).toMatchObject({
      occurredAt: null,
      localTime: "2026-03-04T00:00:00",
      precision: "day",
    });
  for (const odd of [null, "", "soon", 42, "2026-02-30T10:00:00Z", "2026-03-04T25:00:00Z"])
    expect(timeOf(odd, odd), String(odd)).toMatchObject({ occurredAt: null, localTime: null });
});

test("the estimate is a day, and a time of day where it is not one converted to UTC", () => {
  const eddOf = (text: unknown) => readEdd({ estimated_delivery_date: text });
  const day = { from: "2026-03-05", to: "2026-03-05", windowFrom: null };
  expect(eddOf("2026-03-05T00:00:00")).toEqual({ ...day, windowTo: null });
  expect(eddOf("2026-03-05T00:00:00Z")).toEqual({ ...day, windowTo: null });
  expect(eddOf("2026-03-05")).toEqual({ ...day, windowTo: null });
  expect(eddOf("2026-03-05T20:00:00")).toEqual({ ...day, windowTo: "20:00" });
  expect(eddOf("2026-03-05T20:00:00-06:00")).toEqual({ ...day, windowTo: "20:00" });
  expect(eddOf("2026-03-05T20:00:00Z")).toEqual({ ...day, windowTo: null });
  for (const odd of ["2026-02-30T00:00:00", "soon", "", 20_260_305, null, {}]) expect(eddOf(odd)).toBeNull();
});

test("a ship date is the day that is written", () => {
  expect(["2026-03-01T23:30:00", "2026-03-01", "2026-03-01T00:00:00Z"].map(readDay)).toEqual(
    Array(3).fill("2026-03-01"),
  );
  expect(["2026-13-01", "20260301", "", null].map(readDay)).toEqual(Array(4).fill(null));
});
