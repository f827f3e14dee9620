import type { RetentionPeriods } from "./retention.js";
import type { FamilySize, TableFamily } from "./table-sizes.js";

const DAYS_PER_MONTH = 30.4;
/** Further ahead no forecast is worth anything. */
const MOST_MONTHS = 60;

/** What becomes of the size if things go on as they are. */
export interface StorageForecast {
  readonly bytesPerMonth: number;
  /** Where it levels off, because as much goes as comes. */
  readonly levelsOffAtBytes: number;
  /** In how many months the disk is full; null: not within five years, or nobody knows how much room there is. */
  readonly monthsUntilFull: number | null;
}

/** Forecasts from what a month adds and from how long it is kept. Bodies go by whole months, so a month more of them is there. Pure. */
export function forecastStorage(
  sizes: readonly FamilySize[],
  periods: RetentionPeriods,
  freeBytes: number | null,
): StorageForecast {
  const now = sum(sizes.map(({ bytes }) => bytes));
  const after = (months: number) => sum(sizes.map((size) => bytesAfter(size, months, periods)));
  let monthsUntilFull: number | null = null;
  for (let months = 1; freeBytes !== null && monthsUntilFull === null && months <= MOST_MONTHS; months++) {
    if (after(months) - now > freeBytes) monthsUntilFull = months - 1;
  }
  return {
    bytesPerMonth: sum(sizes.map(({ bytesPerMonth }) => bytesPerMonth ?? 0)),
    levelsOffAtBytes: after(Number.POSITIVE_INFINITY),
    monthsUntilFull,
  };
}

function bytesAfter({ family, bytes, bytesPerMonth }: FamilySize, months: number, periods: RetentionPeriods): number {
  const keptDays = keptDaysOf(family, periods);
  if (bytesPerMonth === null || bytesPerMonth === 0 || keptDays === null) return bytes;
  return Math.min(bytes + bytesPerMonth * months, Math.max(bytes, bytesPerMonth * (keptDays / DAYS_PER_MONTH + 1)));
}

function keptDaysOf(family: TableFamily, periods: RetentionPeriods): number | null {
  if (family === "raw bodies") return periods.bodies;
  if (family === "timelines") return periods.timelines;
  return family === "orders" || family === "messages" ? periods.orders : null;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
