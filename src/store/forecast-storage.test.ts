import { expect, test } from "vitest";
import { forecastStorage } from "./forecast-storage.js";
import type { FamilySize } from "./table-sizes.js";

const GB = 1e9;
const PERIODS = {
  bodies: 61,
  quietPolls: 7,
  parked: 180,
  personalData: 180,
  timelines: 365,
  orders: 730,
  messageTexts: 90,
  messageLog: 180,
  auditLog: 730,
  codeSightings: 365,
};
const bodies: FamilySize = { family: "raw bodies", bytes: 1 * GB, rows: 1, bytesPerMonth: 1 * GB };
const rest: FamilySize = { family: "the rest", bytes: 5 * GB, rows: 1, bytesPerMonth: null };

test("bodies that are kept for two months level off at three months of them", () => {
  const { bytesPerMonth, levelsOffAtBytes } = forecastStorage([bodies, rest], PERIODS, null);
  expect(bytesPerMonth).toBe(1 * GB);
  expect(levelsOffAtBytes / GB).toBeCloseTo(8, 1);
});

test("a disk that has room for what levels off is never full, one that has not is full in whole months", () => {
  expect(forecastStorage([bodies], PERIODS, 2.1 * GB).monthsUntilFull).toBeNull();
  expect(forecastStorage([bodies], PERIODS, 1.5 * GB).monthsUntilFull).toBe(1);
  expect(forecastStorage([bodies], PERIODS, 0.5 * GB).monthsUntilFull).toBe(0);
  expect(forecastStorage([bodies], PERIODS, null).monthsUntilFull).toBeNull();
});

test("what is larger than its period needs, because the period was shortened, is not forecast to grow", () => {
  const large: FamilySize = { family: "timelines", bytes: 100 * GB, rows: 1, bytesPerMonth: 1 * GB };
  expect(forecastStorage([large], PERIODS, null).levelsOffAtBytes).toBe(100 * GB);
});

test("nothing that comes in makes nothing full", () => {
  const idle: FamilySize = { family: "orders", bytes: 1, rows: 1, bytesPerMonth: 0 };
  expect(forecastStorage([idle], PERIODS, 0)).toEqual({ bytesPerMonth: 0, levelsOffAtBytes: 1, monthsUntilFull: null });
});
