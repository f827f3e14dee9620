import {
  type CarrierCandidate,
  chooseCandidate,
  detectCarriers,
  type NumberedCarrier,
} from "../domain/detect-carriers.js";
import { Problem } from "../runtime/problem.js";
import type { NewShipment } from "./new-order.js";

/** A shipment whose carrier is settled and exists. */
export type ShipmentOfCarrier = NewShipment & { readonly carrier: string };

/**
 * Settles whose a shipment is. The carrier that the store states counts, whatever the number looks like; without one, a
 * single carrier's format has to fit, and its check digit be right. Anything less would be a guess.
 * @throws Problem 422 `carrier_unknown` for a name that does not exist, 422 `carrier_ambiguous` where several carriers may
 * have such a number, 422 `carrier_undetected` where none has, 422 `carrier_is_direct` for an underlying carrier of a carrier
 * that carries its parcels itself
 */
export function withCarrier(
  shipment: NewShipment,
  { carriers }: { readonly carriers: readonly NumberedCarrier[] },
): ShipmentOfCarrier {
  const carrier = shipment.carrier ?? detectCarrier(shipment.trackingNumber, carriers);
  requireCarrier(carrier, carriers);
  if (shipment.underlyingCarrier !== undefined && !aggregatorsOf({ carriers }).includes(carrier)) {
    const names = aggregatorsOf({ carriers }).join(", ");
    throw new Problem(
      422,
      "carrier_is_direct",
      `"${carrier}" carries its parcels itself. Leave underlyingCarrier out, or state an aggregator as the carrier: ${names}.`,
    );
  }
  return { ...shipment, carrier };
}

/** The codes of the carriers that speak for others. */
export function aggregatorsOf({ carriers }: { readonly carriers: readonly NumberedCarrier[] }): string[] {
  return carriers.filter(({ aggregator }) => aggregator).map(({ code }) => code);
}

/** @throws Problem 422 `carrier_unknown` with the names that exist */
export function requireCarrier(code: string, carriers: readonly NumberedCarrier[]): void {
  if (carriers.some((carrier) => carrier.code === code)) return;
  throw new Problem(422, "carrier_unknown", `There is no carrier "${code}". Known are: ${codesOf(carriers)}.`);
}

function detectCarrier(trackingNumber: string, carriers: readonly NumberedCarrier[]): string {
  const candidates = detectCarriers(trackingNumber, carriers);
  const chosen = chooseCandidate(candidates);
  if (chosen !== null) return chosen.carrier;
  if (candidates.length === 0) {
    throw new Problem(
      422,
      "carrier_undetected",
      `Tracking number ${trackingNumber} has no carrier's format. Check it, or state its carrier. Known are: ${codesOf(carriers)}.`,
    );
  }
  throw new Problem(
    422,
    "carrier_ambiguous",
    `Tracking number ${trackingNumber} does not tell its carrier beyond doubt; it may be of ${candidates.map(describe).join(", ")}. State its carrier.`,
  );
}

function describe({ carrier, format, certainty }: CarrierCandidate): string {
  return `${carrier} (${format}, ${certainty === "check_digit" ? "check digit right" : "by its pattern only"})`;
}

function codesOf(carriers: readonly NumberedCarrier[]): string {
  return carriers.map(({ code }) => code).join(", ");
}
