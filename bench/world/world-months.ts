import { firstOfMonth } from "../../src/store/partitions.js";

const DAY_MS = 86_400_000;
const months = new Map<number, string>();

/** `firstOfMonth`, remembered by the day: it is asked for with every scan. */
export function monthOf(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const known = months.get(day);
  if (known !== undefined) return known;
  const month = firstOfMonth(ms);
  months.set(day, month);
  return month;
}
