import type { SubStatus } from "../../src/domain/status.js";
import type { Happening } from "../../src/sandbox/journey.js";
import type { ScanFact } from "../../src/sandbox/parcel.js";
import * as towns from "../../src/sandbox/towns.js";
import { sandboxTrackingNumber } from "../../src/sandbox/tracking-numbers.js";
import { upsPushBody } from "../../src/sandbox/ups/push-body.js";
import { type SimulatedScan, seededRandom, simulateParcel } from "../poll/simulated-parcels.js";
import { type Visit, visitsOf } from "./visit-model.js";

const DAY_MS = 86_400_000;
const TOWNS = Object.values(towns);

/** A parcel, what UPS will push of it, and who will look. */
export interface TravellingParcel {
  readonly trackingNumber: string;
  readonly destination: towns.Town;
  readonly registeredAtMs: number;
  /** In their order, each with the body that states it. */
  readonly pushes: readonly { readonly atMs: number; readonly body: Buffer }[];
  readonly visits: readonly Visit[];
}

/** Parcels registered over three days from `startMs`, which travel and are looked at as the models say. The same for the same seed. */
export function travellingParcels(count: number, startMs: number, seed: number): TravellingParcel[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, serial) => {
    const parcel = simulateParcel(startMs + random() * 3 * DAY_MS, random);
    const pick = () => TOWNS[Math.floor(random() * TOWNS.length)] ?? towns.MEMPHIS;
    const trackingNumber = sandboxTrackingNumber("ups", serial);
    const [origin, destination] = [pick(), pick()];
    const facts = { trackingNumber, origin, destination, shippedAt: parcel.registeredAtMs };
    return {
      trackingNumber,
      destination,
      registeredAtMs: parcel.registeredAtMs,
      pushes: parcel.scans.map((scan) => {
        const scans = [toFact(scan, isLocal(scan.subStatus) ? destination : pick())];
        return { atMs: scan.atMs, body: upsPushBody({ ...facts, scans }, 1) };
      }),
      visits: visitsOf(parcel, random),
    };
  });
}

function toFact({ subStatus, atMs, eddDate }: SimulatedScan, where: towns.Town): ScanFact {
  // UPS tells a day by its end.
  const toAt = eddDate === null ? null : Date.parse(`${eddDate}T18:00:00Z`);
  const expects = toAt === null ? null : { fromAt: toAt, toAt, window: false };
  return { what: HAPPENINGS[subStatus] ?? "arrived", where, occurredAt: atMs, expects, handOver: null };
}

/** What the sandbox can make of what is simulated; a pickup point is a facility to it. */
const HAPPENINGS: Partial<Record<SubStatus, Happening>> = {
  picked_up: "picked_up",
  departed: "departed",
  arrived: "arrived",
  at_destination_facility: "arrived_at_local_facility",
  delayed: "delayed_by_weather",
  delayed_weather: "delayed_by_weather",
  out_for_delivery: "out_for_delivery",
  delivery_attempted: "recipient_not_available",
  available_for_pickup: "arrived_at_local_facility",
  collected: "delivered",
  delivered: "delivered",
};

function isLocal(subStatus: SubStatus): boolean {
  return !["picked_up", "departed", "arrived"].includes(subStatus);
}
