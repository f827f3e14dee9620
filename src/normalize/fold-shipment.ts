import { chooseEdd, type EddStatement } from "../domain/edd.js";
import { foldTimeline } from "../domain/fold.js";
import type { Place } from "../domain/place.js";
import type { EddClaim, ProofOfDelivery, Tracking } from "../domain/report.js";
import type { Scan } from "../domain/scan.js";
import { buildTimeline } from "../domain/timeline.js";
import { nextTransition, type Transition, type VersionKey } from "../domain/transitions.js";
import { zoneOf } from "../domain/zones.js";
import type { LockedShipment, ShipmentState } from "../store/shipment-states.js";
import type { LastTransition } from "../store/transitions.js";

/** Everything one commit knows of one shipment once its scans are written. */
export interface ShipmentFacts {
  readonly shipment: LockedShipment;
  /** Every version of every scan, old and new. */
  readonly scans: readonly Scan[];
  readonly newVersions: readonly VersionKey[];
  readonly last: LastTransition | null;
  readonly eddStatements: readonly EddStatement[];
  /** What the bodies of this commit say, in the order in which they were received. */
  readonly trackings: readonly Tracking[];
  readonly commitId: string;
  readonly receivedAtMs: number;
  readonly nowMs: number;
  readonly newsMaxAgeHours: number;
}

export interface FoldedShipment {
  readonly state: ShipmentState;
  readonly transition: Transition | null;
  /** Whether anything that a page shows is different now. */
  readonly changed: boolean;
}

/** Decides what a shipment is after a commit. Pure. */
export function foldShipment(facts: ShipmentFacts): FoldedShipment {
  const { shipment, trackings, newVersions } = facts;
  const timeline = buildTimeline(facts.scans);
  const destination = bestPlace([shipment.destination, ...trackings.map((tracking) => tracking.destination)]);
  // Where the store says an order goes is known before any scan; a carrier's word on it stands in where the store is silent.
  const goesTo = shipment.orderDestination ?? destination;
  const fold = foldTimeline(timeline, { destination: goesTo });
  // A number that nobody registered has nobody to tell; registering it announces the latest news, if it is fresh.
  const silent = shipment.silent || shipment.orderId === null;
  const transition = nextTransition({ ...facts, timeline, fold, silent });
  const edd = chooseEdd(facts.eddStatements, {
    status: fold?.status ?? null,
    nowMs: facts.nowMs,
    zone: zoneOf(goesTo),
  });
  const lastScanMs = newestInstant(facts.scans);

  const state: ShipmentState = {
    id: shipment.id,
    status: fold?.status ?? null,
    subStatus: fold?.subStatus ?? null,
    statusSince: toDate(fold?.entry.occurredAt ?? null),
    lastScanAt: toDate(lastScanMs),
    edd: edd?.claim ?? null,
    eddSource: edd?.source ?? null,
    carrierUniqueId: shipment.carrierUniqueId ?? firstStated(trackings, (tracking) => tracking.carrierUniqueId),
    serviceLevel: shipment.serviceLevel ?? firstStated(trackings, (tracking) => tracking.serviceLevel),
    underlyingCarrier:
      shipment.underlyingCarrier ??
      firstStated(trackings, ({ carrier }) => (carrier === shipment.carrier ? null : carrier)),
    destination,
    proof: mergeProof(shipment.proof, trackings),
  };
  return { state, transition, changed: newVersions.length > 0 || transition !== null || differs(state, shipment) };
}

/** What was known first stays: carriers leave fields out of later bodies, and partial bodies never take anything back. */
function firstStated<Value>(trackings: readonly Tracking[], of: (tracking: Tracking) => Value | null): Value | null {
  for (const tracking of trackings) {
    const value = of(tracking);
    if (value !== null) return value;
  }
  return null;
}

/** Of several stated places the fullest, then the greater text: a choice that does not depend on who came first. */
function bestPlace(places: readonly (Place | null)[]): Place | null {
  const rank = (place: Place) => Object.values(place).filter((field) => field !== null).length;
  return places
    .filter((place) => place !== null)
    .reduce<Place | null>((best, place) => {
      if (best === null || rank(place) > rank(best)) return place;
      return rank(place) === rank(best) && placeText(place) > placeText(best) ? place : best;
    }, null);
}

/** Proof comes in pieces, a signature today and a photo tomorrow. Nothing is taken back, and who came first does not matter. */
function mergeProof(known: ProofOfDelivery | null, trackings: readonly Tracking[]): ProofOfDelivery | null {
  return trackings.reduce<ProofOfDelivery | null>((merged, { proof }) => {
    if (proof === null || merged === null) return proof ?? merged;
    return {
      receivedBy: fullerText(proof.receivedBy, merged.receivedBy),
      location: fullerText(proof.location, merged.location),
      hasSignature: proof.hasSignature || merged.hasSignature,
      hasPhoto: proof.hasPhoto || merged.hasPhoto,
    };
  }, known);
}

/** The longer of two texts, then the greater: a choice that does not depend on who came first. */
function fullerText(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  if (a.length !== b.length) return a.length > b.length ? a : b;
  return a > b ? a : b;
}

function newestInstant(scans: readonly Scan[]): number | null {
  let newest: number | null = null;
  for (const { occurredAt } of scans)
    if (occurredAt !== null && (newest === null || occurredAt > newest)) newest = occurredAt;
  return newest;
}

/** Whatever `ShipmentState` writes is compared, or a commit that brings it alone is not written. */
function differs(state: ShipmentState, shipment: LockedShipment): boolean {
  return (
    state.status !== shipment.status ||
    state.subStatus !== shipment.subStatus ||
    state.carrierUniqueId !== shipment.carrierUniqueId ||
    state.serviceLevel !== shipment.serviceLevel ||
    state.underlyingCarrier !== shipment.underlyingCarrier ||
    !isSame(state.edd, shipment.edd, EDD_FIELDS) ||
    !isSame(state.proof, shipment.proof, PROOF_FIELDS) ||
    !isSame(state.destination, shipment.destination, PLACE_FIELDS)
  );
}

const EDD_FIELDS: readonly (keyof EddClaim)[] = ["from", "to", "windowFrom", "windowTo"];
const PROOF_FIELDS: readonly (keyof ProofOfDelivery)[] = ["receivedBy", "location", "hasSignature", "hasPhoto"];
const PLACE_FIELDS: readonly (keyof Place)[] = ["city", "region", "country", "postalCode", "facilityCode"];

/** Field by field: the database gives fields back in an order of its own. */
function isSame<Value extends object>(a: Value | null, b: Value | null, fields: readonly (keyof Value)[]): boolean {
  if (a === null || b === null) return a === b;
  return fields.every((field) => a[field] === b[field]);
}

function placeText(place: Place | null): string {
  return JSON.stringify(place && [place.city, place.region, place.country, place.postalCode, place.facilityCode]);
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
