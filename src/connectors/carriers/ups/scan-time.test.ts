import { expect, test } from "vitest";
import type { Place } from "../../../domain/place.js";
import { readScanTime, type UpsTimeFields } from "./scan-time.js";

const AUSTIN: Place = { city: "AUSTIN", region: "TX", country: "US", postalCode: null, facilityCode: null };
const LYON: Place = { city: "LYON", region: null, country: "FR", postalCode: null, facilityCode: null };
const nothing: UpsTimeFields = { localDate: null, localTime: null, gmtDate: null, gmtTime: null, gmtOffset: null };

const at = (fields: Partial<UpsTimeFields>, place: Place | null = null) => {
  const { occurredAt, localTime, utcOffset, zone } = readScanTime({ ...nothing, ...fields }, place);
  return [occurredAt === null ? null : new Date(occurredAt).toISOString(), localTime, utcOffset, zone];
};

test.each(["15:15:20", "151520"])("GMT written %s fixes the instant, and the clock beside it the offset", (gmtTime) => {
  expect(at({ localDate: "20260304", localTime: "091520", gmtDate: "20260304", gmtTime })).toEqual([
    "2026-03-04T15:15:20.000Z",
    "2026-03-04T09:15:20",
    "-06:00",
    "offset",
  ]);
});

test("a GMT time that lost its leading zero is the early morning", () => {
  const [instant] = at({ localDate: "20260304", localTime: "014700", gmtDate: "20260304", gmtTime: "74700" });
  expect(instant).toBe("2026-03-04T07:47:00.000Z");
});

test.each(["-06:00", "-06.00"])("a clock with the offset %s needs no GMT", (gmtOffset) => {
  expect(at({ localDate: "20260304", localTime: "091520", gmtOffset })).toEqual([
    "2026-03-04T15:15:20.000Z",
    "2026-03-04T09:15:20",
    "-06:00",
    "offset",
  ]);
});

test("a GMT reading that no clock in the country can show is not believed", () => {
  const impossible = { localDate: "20260304", localTime: "091230", gmtDate: "20260304", gmtTime: "041230" };
  expect(at(impossible, AUSTIN)).toEqual([null, "2026-03-04T09:12:30", null, "unknown"]);
  expect(at({ ...impossible, gmtOffset: "-06.00" }, AUSTIN)[0]).toBe("2026-03-04T15:12:30.000Z");
  expect(at({ ...impossible, gmtTime: "230000" }, LYON).slice(0, 4)).toEqual([
    "2026-03-04T08:12:30.000Z",
    "2026-03-04T09:12:30",
    "+01:00",
    "place",
  ]);
});

test("a clock alone is never UTC: the place says its zone, or nobody does", () => {
  const clock = { localDate: "20260304", localTime: "091520" };
  expect(at(clock, LYON)).toEqual(["2026-03-04T08:15:20.000Z", "2026-03-04T09:15:20", "+01:00", "place"]);
  expect(at(clock)).toEqual([null, "2026-03-04T09:15:20", null, "unknown"]);
});

test("an instant with an offset is the same scan as the clock it stands for", () => {
  const gmt = { gmtDate: "20260305", gmtTime: "03:15:20" };
  expect(at({ ...gmt, gmtOffset: "-06:00" })).toEqual([
    "2026-03-05T03:15:20.000Z",
    "2026-03-04T21:15:20",
    "-06:00",
    "offset",
  ]);
  expect(at(gmt).slice(0, 2)).toEqual(["2026-03-05T03:15:20.000Z", null]);
});

test("a date alone is a day, and nonsense is no time", () => {
  expect(readScanTime({ ...nothing, localDate: "20260304" }, LYON)).toMatchObject({
    occurredAt: null,
    precision: "day",
  });
  for (const localDate of ["20260231", "2026-3-4", "00000000"]) {
    expect(at({ localDate, localTime: "250000", gmtDate: localDate, gmtTime: "99:99:99" })).toEqual([
      null,
      null,
      null,
      "unknown",
    ]);
  }
});
