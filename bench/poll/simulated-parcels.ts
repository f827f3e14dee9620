import type { Place } from "../../src/domain/place.js";
import { type SubStatus, subStatusRow } from "../../src/domain/status.js";
import { offsetAt, zoneOf } from "../../src/domain/zones.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A scan that the carrier will have on file from `atMs` on, and the EDD that it states from then. */
export interface SimulatedScan {
  readonly atMs: number;
  readonly subStatus: SubStatus;
  readonly eddDate: string | null;
}

export interface SimulatedParcel {
  readonly registeredAtMs: number;
  readonly destination: Place;
  /** In their order. */
  readonly scans: readonly SimulatedScan[];
}

const place = (city: string, region: string | null, country: string): Place => ({
  city,
  region,
  country,
  postalCode: null,
  facilityCode: null,
});

/** Where parcels go, how many of a hundred, and how many nights they travel. */
const LANES = [
  { share: 30, to: place("Columbus", "OH", "US"), nights: [1, 2] },
  { share: 25, to: place("Portland", "ME", "US"), nights: [2, 4] },
  { share: 20, to: place("Fresno", "CA", "US"), nights: [3, 5] },
  { share: 15, to: place("Kassel", null, "DE"), nights: [1, 2] },
  { share: 7, to: place("Lyon", null, "FR"), nights: [3, 6] },
  { share: 3, to: place("Osaka", null, "JP"), nights: [5, 10] },
] as const;

/** Numbers from 0 up to 1, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * The life of one parcel: a label that waits up to three days, hub scans by day and night, out for delivery in the morning and
 * delivered by the evening at its destination; 6 % meet trouble, 4 % are tried twice, 3 % go to a pickup point, 1 % are
 * never handed over.
 */
export function simulateParcel(registeredAtMs: number, random: () => number): SimulatedParcel {
  const between = (from: number, to: number) => from + random() * (to - from);
  const lane = chooseLane(random() * 100);
  const destination = lane.to;
  const zone = zoneOf(destination);
  const offsetMs = zone === null ? 0 : offsetAt(zone, registeredAtMs) * MINUTE_MS;
  const localHour = (dayMs: number, hour: number) =>
    Math.floor((dayMs + offsetMs) / DAY_MS) * DAY_MS - offsetMs + hour * HOUR_MS;

  const scans: SimulatedScan[] = [];
  const scan = (atMs: number, subStatus: SubStatus, eddDate: string | null) =>
    scans.push({ atMs: Math.round(atMs / MINUTE_MS) * MINUTE_MS, subStatus, eddDate });
  if (random() < 0.01) return { registeredAtMs, destination, scans };

  const handedOverMs = registeredAtMs + between(2, 20) * HOUR_MS + (random() < 0.25 ? between(1, 3) * DAY_MS : 0);
  const nights = Math.round(between(lane.nights[0], lane.nights[1]));
  const promised = dateOf(handedOverMs + nights * DAY_MS + offsetMs);
  // One carrier in five says no date at all.
  const edd = random() < 0.2 ? null : promised;
  scan(handedOverMs, "picked_up", edd);
  const hubs = 1 + nights;
  const deliveryDayMs = handedOverMs + nights * DAY_MS;
  const travelMs = localHour(deliveryDayMs, 4) - handedOverMs;
  for (let hub = 1; hub <= hubs; hub++) {
    const atMs = handedOverMs + (travelMs * hub) / (hubs + 1) + between(0, 3) * HOUR_MS;
    if (travelMs > 0)
      scan(atMs, hub === hubs ? "at_destination_facility" : hub % 2 === 0 ? "departed" : "arrived", edd);
  }
  let dayMs = deliveryDayMs;
  let told = edd;
  if (random() < 0.06) {
    const lost = Math.round(between(1, 3)) * DAY_MS;
    scan(localHour(dayMs, between(9, 17)), random() < 0.5 ? "delayed_weather" : "delayed", edd);
    dayMs += lost;
    told = edd === null ? null : dateOf(dayMs + offsetMs);
    scan(localHour(dayMs, between(1, 5)), "at_destination_facility", told);
  }
  scan(localHour(dayMs, between(6.5, 10)), "out_for_delivery", told);
  if (random() < 0.04) {
    scan(localHour(dayMs, between(11, 18)), "delivery_attempted", told);
    dayMs += DAY_MS;
    scan(localHour(dayMs, between(6.5, 10)), "out_for_delivery", told);
  }
  if (random() < 0.03) {
    scan(localHour(dayMs, between(11, 18)), "available_for_pickup", told);
    scan(localHour(dayMs + Math.round(between(1, 4)) * DAY_MS, between(9, 19)), "collected", told);
  } else scan(localHour(dayMs, between(10.5, 20)), "delivered", told);
  scans.sort((a, b) => a.atMs - b.atMs);
  return { registeredAtMs, destination, scans };
}

/** What figures are gathered by. */
export function stageOfScan({ subStatus }: SimulatedScan): string {
  return subStatusRow(subStatus).status;
}

function chooseLane(point: number): (typeof LANES)[number] {
  let below = 0;
  for (const lane of LANES) {
    below += lane.share;
    if (point < below) return lane;
  }
  return LANES[0];
}

function dateOf(localAsUtcMs: number): string {
  return new Date(localAsUtcMs).toISOString().slice(0, 10);
}
