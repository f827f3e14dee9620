import { offsetAt } from "../../src/domain/zones.js";
import { firstOfMonth } from "../../src/store/partitions.js";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** `firstOfMonth`, remembered by the day: it is asked for with every scan. */
export function monthOf(ms: number): string {
  return remembered(months, Math.floor(ms / DAY_MS), () => firstOfMonth(ms));
}

/** `YYYY-MM-DDTHH:mm:ss` in UTC. */
export function secondText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const second = Math.floor((ms - day * DAY_MS) / SECOND_MS);
  const date = remembered(dates, day, () => new Date(day * DAY_MS).toISOString().slice(0, "YYYY-MM-DDT".length));
  return `${date}${two(Math.floor(second / 3_600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;
}

/** `offsetAt`, remembered by the hour: the clocks of the world's zones are set at full hours of UTC. */
export function offsetAtHour(zone: string, atMs: number): number {
  const ofZone = remembered(offsets, zone, () => new Map<number, number>());
  return remembered(ofZone, Math.floor(atMs / HOUR_MS), () => offsetAt(zone, atMs));
}

/** `+02:00` */
export function offsetText(minutes: number): string {
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}

const months = new Map<number, string>();
const dates = new Map<number, string>();
const offsets = new Map<string, Map<number, number>>();

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

function remembered<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key);
  if (value !== undefined) return value;
  const made = make();
  known.set(key, made);
  return made;
}
