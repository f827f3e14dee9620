import { expect, test } from "vitest";
import type { Place } from "../../../domain/place.js";
import { readScanTime } from "./scan-time.js";

const place = (region: string | null): Place => ({
  city: null,
  region,
  country: "US",
  postalCode: null,
  facilityCode: null,
});

function read(eventTimestamp: unknown, GMTOffset: unknown = null, GMTTimestamp: unknown = null, region = "TX") {
  const { occurredAt, localTime, zone, precision } = readScanTime(
    { eventTimestamp, GMTOffset, GMTTimestamp },
    place(region),
  );
  const instant = occurredAt === null ? null : new Date(occurredAt).toISOString().slice(0, 19);
  return [instant, localTime, zone, precision];
}

test("the instant comes from wall clock and offset, although the date of GMT was not carried over midnight", () => {
  expect(read("2026-03-02T18:31:00", "-06:00", "2026-03-02T00:31:21Z")).toEqual([
    "2026-03-03T00:31:21",
    "2026-03-02T18:31:21",
    "offset",
    "second",
  ]);
});

test("a Z behind the wall clock is no UTC", () => {
  expect(read("2026-03-02T07:31:00Z", null, null, "OH")).toEqual([
    "2026-03-02T12:31:00",
    "2026-03-02T07:31:00",
    "place",
    "minute",
  ]);
  expect(read("2026-03-02T07:31:00.000Z")).toEqual([null, "2026-03-02T07:31:00", "unknown", "minute"]);
});

test.each(["-07:00", "-7:00", "-0700", "-7", -7])("the offset %j is seven hours behind", (offset) => {
  expect(read("2026-03-02T10:00:00", offset)[0]).toBe("2026-03-02T17:00:00");
});

test("half an hour in the offset is minded when the seconds are taken", () => {
  expect(read("2026-03-02T10:10:00", "+05:30", "2026-03-02T04:40:44Z")[1]).toBe("2026-03-02T10:10:44");
});

test("seconds of a GMT reading that shows another minute are not taken", () => {
  expect(read("2026-03-02T10:00:00", "-06:00", "2026-03-02T16:01:59Z")).toEqual([
    "2026-03-02T16:00:00",
    "2026-03-02T10:00:00",
    "offset",
    "minute",
  ]);
});

test("midnight without an offset is a day", () => {
  expect(read("2026-03-02T00:00:00", null, null, "OH")).toEqual([null, "2026-03-02T00:00:00", "unknown", "day"]);
  expect(read("2026-03-02", "-06:00")).toEqual([null, "2026-03-02T00:00:00", "unknown", "day"]);
  expect(read("2026-03-02T00:00:00", "-06:00")[0]).toBe("2026-03-02T06:00:00");
});

test("an offset that is none leaves it to the place", () => {
  for (const offset of ["-99:00", "-06:99", "CST", ""])
    expect(read("2026-03-02T10:00:00", offset, null, "OH")[2]).toBe("place");
});

test.each([null, "", "soon", "2026-02-30T10:00:00", "2026-03-02T25:00:00", 42, {}])("%j is no time", (stamp) => {
  expect(read(stamp, "-06:00")).toEqual([null, null, "unknown", "day"]);
});
