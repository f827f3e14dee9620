import { expect, it } from "vitest";
import { VISIT_MODEL, visitsOf } from "../../bench/page/visit-model.js";
import { seededRandom, simulateParcel } from "../../bench/poll/simulated-parcels.js";

const START_MS = Date.parse("2026-03-02T00:00:00Z");
const PARCELS = 4_000;

it("shoppers look as often as the model says, some never and some far more often, each look after the one before", () => {
  const random = seededRandom(7);
  const perParcel = Array.from({ length: PARCELS }, () => visitsOf(simulateParcel(START_MS, random), random));
  const visits = perParcel.flat();
  expect(Math.abs(visits.length / PARCELS - VISIT_MODEL.visitsPerShipment)).toBeLessThan(0.2);
  expect(perParcel.some((all) => all.length === 0)).toBe(true);
  expect(perParcel.some((all) => all.length > 12)).toBe(true);
  const leftOpen = visits.filter(({ looks }) => looks.length > 1);
  expect(Math.abs((100 * leftOpen.length) / visits.length - VISIT_MODEL.tabsLeftOpenPercent)).toBeLessThan(3);
  const looksBack = leftOpen.flatMap(({ looks }) => looks.slice(1)).length / leftOpen.length;
  expect(Math.abs(looksBack - VISIT_MODEL.looksBack)).toBeLessThan(0.15);
  for (const { looks } of visits) {
    const times = looks.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]);
    expect(times[0]).toBeGreaterThanOrEqual(START_MS);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
});
