import type { DirectCarrier, ParcelFacts } from "../parcel.js";

/** EasyPost's name of the carrier that moves a parcel; null when the parcel is no aggregator's. */
export function easypostCarrier({ movedBy, trackingNumber }: ParcelFacts): string | null {
  return movedBy === undefined ? null : nameOf(movedBy, trackingNumber);
}

/** The carrier that EasyPost takes a number for when it is not told. */
export function guessCarrier(trackingNumber: string): string {
  if (trackingNumber.startsWith("1Z")) return "UPS";
  if (/^(?:\d{12}|\d{15})$/.test(trackingNumber)) return "FedEx";
  if (/^(?:\d{10}$|GM)/.test(trackingNumber)) return nameOf("dhl", trackingNumber);
  return "USPS";
}

function nameOf(carrier: DirectCarrier, trackingNumber: string): string {
  if (carrier === "dhl") return /^\d{10}$/.test(trackingNumber) ? "DHLExpress" : "DhlEcs";
  return { fedex: "FedEx", ups: "UPS", usps: "USPS" }[carrier];
}
