import type { Place } from "../../src/domain/place.js";
import { simulateParcel } from "../poll/simulated-parcels.js";
import { carrierTo, type Happening } from "./carrier-words.js";
import { buildingIn, hubNear, townNear } from "./towns.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A statement of the carrier, and when we got to know it. */
export interface LivedScan {
  readonly happening: Happening;
  readonly place: Place;
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

type Step = Omit<LivedScan, "receivedAtMs">;

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
  return { carrier, destination, scans: toScans(steps, random) };
}

function toScans(steps: readonly Step[], random: () => number): LivedScan[] {
  const scans: LivedScan[] = [];
  let lastMinute = 0;
  for (const step of steps) {
    // One a minute, since code and minute make a scan the same one.
    const minute = Math.max(Math.floor(step.atMs / MINUTE_MS), lastMinute + 1);
    lastMinute = minute;
    const atMs = minute * MINUTE_MS;
    // Where clocks are set back, what happened an hour before would look like the same scan.
    if (scans.some((before) => before.happening === step.happening && before.atMs === atMs - HOUR_MS)) continue;
    const receivedAtMs = atMs + (1 + random() * 20) * MINUTE_MS + (random() < 0.04 ? random() * 12 * HOUR_MS : 0);
    scans.push({ ...step, atMs, receivedAtMs });
    if (random() < 1 / 12)
      scans.push({ ...step, atMs, place: buildingIn(step.place), receivedAtMs: receivedAtMs + HOUR_MS });
  }
  return scans;
}
