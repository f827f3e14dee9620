import type { Place } from "../../src/domain/place.js";
import type { Scan } from "../../src/domain/scan.js";
import { offsetAt, zoneOf } from "../../src/domain/zones.js";
import { simulateParcel } from "../poll/simulated-parcels.js";
import { carrierTo, type Happening, statusOf, wordsOf } from "./carrier-words.js";
import { hubNear, townNear } from "./towns.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A statement of the carrier, and when we got to know it. */
export interface LivedScan {
  readonly scan: Scan;
  readonly atMs: number;
  readonly receivedAtMs: number;
  /** `YYYY-MM-DD`, as the carrier stated it with this scan. */
  readonly eddDate: string | null;
}

export interface LivedParcel {
  readonly carrier: string;
  readonly destination: Place;
  /** By when they happened. */
  readonly scans: readonly LivedScan[];
}

interface Step {
  readonly atMs: number;
  readonly happening: Happening;
  readonly place: Place;
  readonly eddDate: string | null;
}

/**
 * The life of a parcel with about twelve scans: that of `simulateParcel`, whose hubs it enters and leaves, after a label and
 * with some scans that move nothing. One scan in twelve was said twice, the second time with the building.
 */
export function liveParcel(registeredAtMs: number, origin: Place, random: () => number): LivedParcel {
  const simulated = simulateParcel(registeredAtMs, random);
  const lane = simulated.destination;
  const destination = townNear(lane, random());
  const carrier = carrierTo(destination.country, random());
  const steps: Step[] = [
    {
      atMs: registeredAtMs + (1 + random() * 30) * MINUTE_MS,
      happening: "label_created",
      place: origin,
      eddDate: null,
    },
  ];
  simulated.scans.forEach(({ atMs, subStatus, eddDate }, index) => {
    const nextMs = simulated.scans[index + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const within = (hours: number) => atMs + Math.min(hours * HOUR_MS, (nextMs - atMs) * 0.9);
    const isHub = subStatus === "arrived" || subStatus === "departed";
    const place = isHub ? hubNear(lane, random()) : subStatus === "picked_up" ? origin : destination;
    const step = (at: number, happening: Happening) => steps.push({ atMs: at, happening, place, eddDate });
    step(atMs, isHub ? "arrived" : subStatus);
    if (isHub) step(within(1 + random() * 5), "departed");
    if (random() < 0.2) step(within(6), "information");
  });
  return { carrier, destination, scans: toScans(carrier, steps, random) };
}

function toScans(carrier: string, steps: readonly Step[], random: () => number): LivedScan[] {
  const scans: LivedScan[] = [];
  let lastMinute = 0;
  for (const step of steps) {
    // One a minute, since code and minute make a scan the same one.
    const minute = Math.max(Math.floor(step.atMs / MINUTE_MS), lastMinute + 1);
    lastMinute = minute;
    const atMs = minute * MINUTE_MS;
    const scan = toScan(carrier, step, atMs);
    const receivedAtMs = atMs + (1 + random() * 20) * MINUTE_MS + (random() < 0.04 ? random() * 12 * HOUR_MS : 0);
    const { eddDate } = step;
    const versions = [{ scan, atMs, receivedAtMs, eddDate }];
    if (random() < 1 / 12) {
      const place = {
        ...step.place,
        facilityCode: step.place.facilityCode === null ? "B1" : `${step.place.facilityCode}B`,
      };
      versions.push({ scan: { ...scan, place }, atMs, receivedAtMs: receivedAtMs + HOUR_MS, eddDate });
    }
    // A clock that is set back shows an hour twice; what would then look like the scan before is left out.
    if (
      !scans.some((before) => before.scan.carrierCode === scan.carrierCode && before.scan.localTime === scan.localTime)
    )
      scans.push(...versions);
  }
  return scans;
}

function toScan(carrier: string, { happening, place }: Step, atMs: number): Scan {
  const { code, text } = wordsOf(carrier, happening);
  const zone = zoneOf(place) ?? "UTC";
  const minutes = offsetAtHour(zone, atMs);
  const status = statusOf(happening);
  return {
    carrier,
    scanCode: code,
    carrierCode: code,
    carrierText: text,
    occurredAt: atMs,
    localTime: new Date(atMs + minutes * MINUTE_MS).toISOString().slice(0, "YYYY-MM-DDTHH:mm:ss".length),
    utcOffset: offsetText(minutes),
    zone: carrier === "fedex" ? "offset" : "place",
    precision: "minute",
    place,
    meaning:
      status === null || happening === "information"
        ? { kind: "information" }
        : { kind: "status", status, subStatus: happening },
  };
}

/** By zone, then by hour. */
const offsets = new Map<string, Map<number, number>>();

/** Clocks of our zones are set at full hours of UTC. */
function offsetAtHour(zone: string, atMs: number): number {
  const hour = Math.floor(atMs / HOUR_MS);
  const ofZone = offsets.get(zone) ?? new Map<number, number>();
  const known = ofZone.get(hour);
  if (known !== undefined) return known;
  const minutes = offsetAt(zone, atMs);
  offsets.set(zone, ofZone.set(hour, minutes));
  return minutes;
}

function offsetText(minutes: number): string {
  const absolute = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(absolute / 60))}:${two(absolute % 60)}`;
}
