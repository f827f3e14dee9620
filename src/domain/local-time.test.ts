import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { town } from "../../test/support/given.js";
import { localTimeIn, timeAtInstant, timeAtPlace, timeOnDay, timeWithOffset, todayIn } from "./local-time.js";
import { REGIONS_OF_ZONE, ZONES_OF_COUNTRY } from "./zone-data.js";
import { offsetAt, zoneOf } from "./zones.js";

const saintPaul = town("Saint Paul", { region: "MN" });
const somewhere = town("Springfield");
const utc = (iso: string) => Date.parse(iso);

describe("a stated offset fixes the instant", () => {
  it("inside the text or beside it", () => {
    const expected = {
      occurredAt: utc("2026-03-02T16:04:00Z"),
      localTime: "2026-03-02T10:04:00",
      utcOffset: "-06:00",
      zone: "offset",
      precision: "second",
    };
    expect(timeWithOffset("2026-03-02T10:04:00-06:00")).toEqual(expected);
    expect(timeWithOffset("2026-03-02T10:04:00", "-06:00")).toEqual(expected);
    expect(timeWithOffset("2026-03-02 10:04:00.000", "-0600")).toEqual(expected);
  });

  it("a reading without seconds is exact to the minute", () => {
    expect(timeWithOffset("2026-03-02T10:04+05:45")).toMatchObject({
      localTime: "2026-03-02T10:04:00",
      precision: "minute",
      utcOffset: "+05:45",
    });
  });

  it("Z states an instant and no wall clock", () => {
    expect(timeWithOffset("2026-03-02T10:04:00Z")).toMatchObject({
      occurredAt: utc("2026-03-02T10:04:00Z"),
      localTime: null,
      utcOffset: "+00:00",
    });
  });

  it.each(["+14:15", "-12:15", "+05:10", "+5", "EST", "+02:75"])("%s is no offset", (offset) => {
    expect(timeWithOffset("2026-03-02T10:04:00", offset)).toBeNull();
  });

  it("a text that states none is not read as UTC", () => {
    expect(timeWithOffset("2026-03-02T10:04:00")).toBeNull();
  });
});

describe("reading is strict", () => {
  it.each([
    "2026-02-30T10:00:00",
    "2025-02-29T10:00:00",
    "2026-13-01T10:00:00",
    "2026-03-02T24:00:00",
    "2026-03-02T10:60:00",
    "2026-03-02T10:00:60",
    "0001-01-01T00:00:00",
    "20260302T100000",
    "2026-03-02",
    "2026-03-02T10:00:00 and more",
    "",
  ])("%j is no date and time", (text) => {
    expect(timeAtPlace(text, saintPaul)).toBeNull();
    expect(timeWithOffset(text, "+00:00")).toBeNull();
  });

  it("a leap day is a day", () => {
    expect(timeOnDay("2028-02-29")).not.toBeNull();
    expect(timeOnDay("2026-02-29")).toBeNull();
  });
});

describe("an instant beside a wall clock", () => {
  it("gives the offset", () => {
    expect(timeAtInstant(utc("2026-03-02T16:04:00Z"), "2026-03-02T10:04:00", saintPaul)).toEqual({
      occurredAt: utc("2026-03-02T16:04:00Z"),
      localTime: "2026-03-02T10:04:00",
      utcOffset: "-06:00",
      zone: "offset",
      precision: "second",
    });
  });

  it("is believed where the country is not known, if it can be an offset at all", () => {
    expect(timeAtInstant(utc("2026-03-02T04:19:00Z"), "2026-03-02T10:04:00")).toMatchObject({ utcOffset: "+05:45" });
    expect(timeAtInstant(utc("2026-03-02T04:12:00Z"), "2026-03-02T10:04:00")).toMatchObject({
      occurredAt: null,
      zone: "unknown",
    });
  });

  it("that no clock of the country can show gives way to the wall clock in the zone of the place", () => {
    const impossible = utc("2026-03-02T04:12:30Z");
    expect(timeAtInstant(impossible, "2026-03-02T09:12:30", saintPaul)).toMatchObject({
      occurredAt: utc("2026-03-02T15:12:30Z"),
      zone: "place",
    });
    expect(timeAtInstant(impossible, "2026-03-02T09:12:30", somewhere)).toMatchObject({
      occurredAt: null,
      zone: "unknown",
    });
  });

  it("alone is an instant without wall clock", () => {
    expect(timeAtInstant(5)).toEqual({
      occurredAt: 5,
      localTime: null,
      utcOffset: "+00:00",
      zone: "offset",
      precision: "second",
    });
    expect(timeAtInstant(Number.NaN)).toBeNull();
  });
});

describe("a wall clock alone", () => {
  it("is an instant where the place lies in one zone", () => {
    expect(timeAtPlace("2026-07-01T10:00:00", town("Köln", { country: "DE" }))).toMatchObject({
      occurredAt: utc("2026-07-01T08:00:00Z"),
      utcOffset: "+02:00",
      zone: "place",
    });
    expect(timeAtPlace("2026-01-01T10:00:00", saintPaul)).toMatchObject({
      occurredAt: utc("2026-01-01T16:00:00Z"),
      utcOffset: "-06:00",
    });
  });

  it("gives way to an offset that the text states after all", () => {
    expect(timeAtPlace("2026-03-02T10:00:00+09:00", saintPaul)).toMatchObject({ utcOffset: "+09:00", zone: "offset" });
  });

  it("is none where two zones are possible or nothing is known", () => {
    const unknown = {
      occurredAt: null,
      localTime: "2026-01-01T10:00:00",
      utcOffset: null,
      zone: "unknown",
      precision: "second",
    };
    for (const place of [
      null,
      somewhere,
      town("Jacksonville", { region: "FL" }),
      town("X", { country: "constructor" }),
    ]) {
      expect(timeAtPlace("2026-01-01T10:00:00", place)).toEqual(unknown);
    }
  });

  it("is none in the hour that clocks show twice, nor in the one they skip", () => {
    expect(timeAtPlace("2026-11-01T01:30:00", saintPaul)).toMatchObject({ occurredAt: null, zone: "unknown" });
    expect(timeAtPlace("2026-03-08T02:30:00", saintPaul)).toMatchObject({ occurredAt: null, zone: "unknown" });
    expect(timeAtPlace("2026-11-01T02:00:00", saintPaul)).toMatchObject({ occurredAt: utc("2026-11-01T08:00:00Z") });
    expect(timeAtPlace("2026-03-08T03:00:00", saintPaul)).toMatchObject({ occurredAt: utc("2026-03-08T08:00:00Z") });
  });

  it("a day fixes no instant", () => {
    const day = {
      occurredAt: null,
      localTime: "2026-03-02T00:00:00",
      utcOffset: null,
      zone: "unknown",
      precision: "day",
    };
    expect(timeOnDay("2026-03-02")).toEqual(day);
    expect(timeOnDay("2026-03-02T00:00:00")).toEqual(day);
  });
});

describe("zones", () => {
  it("are all known to this machine", () => {
    const zones = [
      ...Object.values(ZONES_OF_COUNTRY).flat(),
      ...Object.values(REGIONS_OF_ZONE).flatMap((regions) => Object.keys(regions)),
    ];
    for (const zone of zones) expect(Math.abs(offsetAt(zone, 0))).toBeLessThanOrEqual(14 * 60);
  });

  it("a region lies in one zone of its own country", () => {
    for (const [country, byZone] of Object.entries(REGIONS_OF_ZONE)) {
      const regions = Object.values(byZone).flatMap((list) => list.split(" "));
      expect(new Set(regions).size).toBe(regions.length);
      expect(zoneOf(town("x", { country, region: regions[0] ?? null }))).not.toBeNull();
    }
  });

  it("an instant read off the wall in its zone is that instant again, or not known", () => {
    const places = [
      saintPaul,
      town("Köln", { country: "DE" }),
      town("Hobart", { country: "AU", region: "TAS" }),
      town("Delhi", { country: "IN" }),
    ];
    const minute = fc.integer({ min: utc("2024-01-01T00:00:00Z") / 60_000, max: utc("2030-01-01T00:00:00Z") / 60_000 });
    fc.assert(
      fc.property(fc.constantFrom(...places), minute, (place, minutes) => {
        const instant = minutes * 60_000;
        const time = timeAtPlace(localTimeIn(zoneOf(place), instant), place);
        expect([instant, null]).toContain(time?.occurredAt);
        if (time?.occurredAt != null)
          expect(timeWithOffset(time.localTime ?? "", time.utcOffset)?.occurredAt).toBe(instant);
      }),
      { numRuns: 10_000 },
    );
  });

  it("today is the date at the destination, and where that is not known the last place's where it is still that day", () => {
    const now = utc("2026-03-02T04:00:00Z");
    expect(todayIn("Asia/Tokyo", now)).toBe("2026-03-02");
    expect(todayIn("America/Denver", now)).toBe("2026-03-01");
    expect(todayIn(null, utc("2026-03-02T11:59:00Z"))).toBe("2026-03-01");
    expect(todayIn(null, utc("2026-03-02T12:00:00Z"))).toBe("2026-03-02");
  });
});
