import type { DirectCarrier, ParcelFacts } from "../parcel.js";

/** Codes that ShipEngine answers to, and under which of them it answers. */
const ECHOED: Readonly<Record<string, string>> = {
  fedex: "fedex",
  ups: "ups",
  usps: "usps",
  stamps_com: "usps",
  dhl_express: "dhl_express",
  dhl_ecommerce: "dhl_ecommerce",
};

/** The code under which ShipEngine answers a question about `carrierCode`; null when it does not know the carrier. */
export function echoedCarrier(carrierCode: string): string | null {
  return (Object.hasOwn(ECHOED, carrierCode) ? ECHOED[carrierCode] : undefined) ?? null;
}

/** ShipEngine's code of the carrier that moves a parcel; null when the parcel is no aggregator's. */
export function shipengineCarrier({ movedBy, trackingNumber }: ParcelFacts): string | null {
  return movedBy === undefined ? null : codeOf(movedBy, trackingNumber);
}

function codeOf(carrier: DirectCarrier, trackingNumber: string): string {
  if (carrier !== "dhl") return carrier;
  return /^\d{10}$/.test(trackingNumber) ? "dhl_express" : "dhl_ecommerce";
}
