/**
 * What to call a carrier in front of people: its own name where it has a connector, else its code in words, as aggregators
 * know many carriers that we do not (`canada_post` becomes `Canada Post`).
 */
export function carrierNameOf(code: string, findCarrier: (code: string) => { readonly name: string } | null): string {
  const known = findCarrier(code);
  if (known !== null) return known.name;
  const words = code.split(/[_-]+/).filter((word) => word !== "");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
}

/** The code of the carrier that has a parcel, as far as anybody said: an aggregator carries nothing itself. */
export function carrierInChargeOf(shipment: {
  readonly carrier: string;
  readonly underlyingCarrier: string | null;
}): string {
  return shipment.underlyingCarrier ?? shipment.carrier;
}
