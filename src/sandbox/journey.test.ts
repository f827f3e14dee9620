import { describe, expect, test } from "vitest";
import { HAPPENINGS, latestStart, MAX_SPAN_MINUTES, spanMinutes } from "./journey.js";
import { findJourney, JOURNEYS } from "./journey-list.js";
import { advanceParcel, hasArrived, moveParcel, type Parcel } from "./parcel.js";
import { createParcels } from "./parcels.js";
import { wallClock } from "./wall-clock.js";

const NOW = Date.parse("2026-11-24T03:17:42Z");
const HOUR = 3_600_000;

function parcelOn(journey: string, part = 0, speed = 1_000_000): Parcel {
  return createParcels().register({ carrier: "fedex", trackingNumber: "794600000005", journey, part, speed }, NOW);
}

describe.each(JOURNEYS.map((journey) => [journey.code, journey] as const))("the journey %s", (_code, journey) => {
  test("is short enough for all of its news to be fresh", () => {
    expect(spanMinutes(journey)).toBeLessThanOrEqual(MAX_SPAN_MINUTES);
    const start = latestStart(journey, NOW);
    expect(start + spanMinutes(journey) * 60_000).toBeLessThanOrEqual(NOW);
    expect(NOW - start).toBeLessThan(71 * HOUR);
  });

  test("starts at its own hour on the wall of the origin", () => {
    const zone = journey.parcels[0]?.origin.zone ?? "";
    expect(wallClock(latestStart(journey, NOW), zone).time.slice(0, 5)).toBe(journey.startsAtLocal);
  });

  test("has steps that rise and never share a minute, and begins with the label", () => {
    for (const { steps, origin } of journey.parcels) {
      const minutes = steps.map(({ afterMinutes }) => afterMinutes);
      expect(minutes).toEqual([...new Set(minutes)].sort((a, b) => a - b));
      expect(minutes.every(Number.isInteger)).toBe(true);
      expect(steps[0]).toMatchObject({ what: "label_created", where: origin });
    }
  });

  test("is walked to its end, every scan pushed as often as it says", () => {
    for (const [part, course] of journey.parcels.entries()) {
      const parcel = parcelOn(journey.code, part);
      const pushes = moveParcel(parcel, NOW + 10_000);
      expect(hasArrived(parcel)).toBe(true);
      expect(parcel.scans.map(({ what }) => what)).toEqual(course.steps.map(({ what }) => what));
      for (const [index, scan] of parcel.scans.entries()) {
        expect(pushes.filter((push) => push === scan)).toHaveLength(course.steps[index]?.pushes ?? 1);
        expect(scan.occurredAt).toBeLessThanOrEqual(NOW + 10_000);
      }
    }
  });
});

test("every happening is part of some journey", () => {
  const told = new Set(
    JOURNEYS.flatMap(({ parcels }) => parcels.flatMap(({ steps }) => steps.map(({ what }) => what))),
  );
  expect([...told].sort()).toEqual([...HAPPENINGS].sort());
});

test("a delivered parcel was handed over, and a lost one never", () => {
  const handOvers = (code: string) =>
    findJourney(code)?.parcels[0]?.steps.filter(({ handOver }) => handOver !== undefined).length;
  expect(handOvers("straight")).toBe(1);
  expect(handOvers("lost")).toBe(0);
});

test("pushes of the out-of-order journey overtake each other", () => {
  const parcel = parcelOn("out-of-order");
  const order = moveParcel(parcel, NOW + 10_000).map((push) => parcel.scans.indexOf(push));
  expect(order).toEqual([1, 2, 0, 4, 5, 3, 6, 8, 7]);
});

test("scans of a parcel come one by one as simulated time passes", () => {
  const parcel = parcelOn("straight", 0, 60);
  expect(moveParcel(parcel, NOW).map(({ what }) => what)).toEqual(["label_created"]);
  expect(moveParcel(parcel, NOW + 138_000 - 1)).toEqual([]);
  expect(moveParcel(parcel, NOW + 138_000).map(({ what }) => what)).toEqual(["picked_up"]);
});

test("advancing lets the next step happen now, and the clock goes on from there", () => {
  const parcel = parcelOn("straight", 0, 60);
  moveParcel(parcel, NOW);
  expect(advanceParcel(parcel, NOW)?.map(({ what }) => what)).toEqual(["picked_up"]);
  expect(moveParcel(parcel, NOW + (341 - 138) * 1_000).map(({ what }) => what)).toEqual(["departed"]);
});

test("advancing past the end says so", () => {
  const parcel = parcelOn("label-only", 0, 0);
  expect(advanceParcel(parcel, NOW)).toHaveLength(1);
  expect(advanceParcel(parcel, NOW)).toBeNull();
});

test("a step advanced before its time is never later than the present", () => {
  const parcels = createParcels();
  const parcel = parcels.register(
    { carrier: "ups", trackingNumber: "1ZW4Y812030000000", journey: "straight", speed: 0, startAt: NOW - HOUR },
    NOW,
  );
  for (const later of [0, 1, 2, 3, 4]) advanceParcel(parcel, NOW + later * 60_000);
  expect(parcel.scans.map(({ occurredAt }) => occurredAt - NOW)).toEqual([-HOUR, 60_000, 120_000, 180_000, 240_000]);
});
