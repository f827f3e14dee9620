import { startClock } from "./accelerated-clock.js";
import { latestStart } from "./journey.js";
import { findJourney } from "./journey-list.js";
import {
  DIRECT_CARRIERS,
  type DirectCarrier,
  factsOf,
  type Hook,
  type Parcel,
  type ParcelFacts,
  type SandboxCarrier,
} from "./parcel.js";

/** A parcel to put on its way. */
export interface ParcelOrder {
  readonly carrier: SandboxCarrier;
  /** For EasyPost and ShipEngine, and only for them: who moves it. */
  readonly movedBy?: DirectCarrier;
  readonly trackingNumber: string;
  /** Code of a journey. */
  readonly journey: string;
  /** Which parcel of the journey, from 0; default 0. */
  readonly part?: number;
  /** Where its scans are pushed whoever subscribed; absent: to subscribers only. */
  readonly hook?: Hook;
  /** Simulated seconds per second; default 1. 0: moves only when told to. */
  readonly speed?: number;
  /** Simulated start (ms since the epoch, not in the future); default: the latest that lets the whole journey be past. */
  readonly startAt?: number;
}

/** Said when a parcel cannot be registered; the message is for whoever asked. */
export class ParcelOrderError extends Error {
  override readonly name = "ParcelOrderError";
}

export const MAX_PARCELS = 20_000;

/** Every parcel that the sandbox knows. */
export interface Parcels {
  /**
   * Puts a parcel on its way.
   * @throws ParcelOrderError when the order makes no sense, the number is taken or the sandbox is full
   */
  register(order: ParcelOrder, nowMs: number): Parcel;
  find(carrier: SandboxCarrier, trackingNumber: string): Parcel | null;
  /** What the carrier knows; null while it knows nothing. */
  facts(carrier: SandboxCarrier, trackingNumber: string): ParcelFacts | null;
  all(): readonly Parcel[];
}

export function createParcels(): Parcels {
  const parcels = new Map<string, Parcel>();
  const keyOf = (carrier: SandboxCarrier, trackingNumber: string) => `${carrier} ${trackingNumber}`;
  const find = (carrier: SandboxCarrier, trackingNumber: string) => parcels.get(keyOf(carrier, trackingNumber)) ?? null;

  return {
    register(order, nowMs) {
      if (parcels.size >= MAX_PARCELS) throw new ParcelOrderError(`The sandbox holds at most ${MAX_PARCELS} parcels.`);
      if (find(order.carrier, order.trackingNumber) !== null) {
        throw new ParcelOrderError(`${order.trackingNumber} is registered already.`);
      }
      const parcel = newParcel(order, nowMs);
      parcels.set(keyOf(order.carrier, order.trackingNumber), parcel);
      return parcel;
    },
    find,
    facts(carrier, trackingNumber) {
      const parcel = find(carrier, trackingNumber);
      return parcel === null || parcel.scans.length === 0 ? null : factsOf(parcel);
    },
    all: () => [...parcels.values()],
  };
}

function newParcel(order: ParcelOrder, nowMs: number): Parcel {
  const journey = findJourney(order.journey);
  if (journey === null)
    throw new ParcelOrderError("There is no journey of that name. GET /_sandbox/journeys lists them.");
  const course = journey.parcels[order.part ?? 0];
  if (course === undefined) throw new ParcelOrderError(`That journey has ${journey.parcels.length} parcel(s), from 0.`);
  if (order.hook !== undefined && !order.hook.kind.startsWith(order.carrier)) {
    throw new ParcelOrderError("The hook is of another carrier.");
  }
  const movesItself = DIRECT_CARRIERS.some((carrier) => carrier === order.carrier);
  if (movesItself !== (order.movedBy === undefined)) {
    throw new ParcelOrderError("Parcels of EasyPost and ShipEngine name who moves them, and no others do.");
  }
  const startAt = order.startAt ?? latestStart(journey, nowMs);
  return {
    carrier: order.carrier,
    movedBy: order.movedBy ?? null,
    trackingNumber: order.trackingNumber,
    journey: journey.code,
    course,
    hook: order.hook ?? null,
    startAt,
    clock: clockOf(startAt, nowMs, order.speed ?? 1),
    scans: [],
    heldBack: [],
  };
}

function clockOf(startAt: number, nowMs: number, speed: number) {
  try {
    return startClock({ beganAt: nowMs, startAt, speed });
  } catch (error) {
    throw new ParcelOrderError(error instanceof RangeError ? error.message : "The clock cannot be set so.");
  }
}
