import type { DirectCarrier } from "./parcel.js";

/**
 * A well-formed tracking number with a right check digit, a different one for every serial 0..9,999,999: FedEx Express
 * (12 digits), UPS (1Z) or USPS (IMpb of 22 digits), the latter two of invented shippers, or DHL eCommerce (GM, which has no
 * check digit).
 */
export function sandboxTrackingNumber(carrier: DirectCarrier, serial: number): string {
  if (!Number.isInteger(serial) || serial < 0 || serial > 9_999_999)
    throw new RangeError("A serial is 0 to 9,999,999.");
  const digits = String(serial).padStart(7, "0");
  switch (carrier) {
    case "fedex":
      return fedexNumber(`7946${digits}`);
    case "ups":
      return upsNumber(`W4Y81203${digits}`);
    case "usps":
      return uspsNumber(`94001903${digits}000000`);
    default:
      return `GM60517441${digits}`;
  }
}

/** FedEx Express: weights 3, 1, 7 over the first eleven digits, modulo 11, modulo 10. */
function fedexNumber(eleven: string): string {
  const weights = [3, 1, 7];
  const sum = Array.from(eleven).reduce((total, digit, at) => total + Number(digit) * (weights[at % 3] ?? 0), 0);
  return `${eleven}${(sum % 11) % 10}`;
}

/** USPS: from the right, digits count three times and once in turn. */
function uspsNumber(twentyOne: string): string {
  const sum = Array.from(twentyOne)
    .reverse()
    .reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 3 : 1), 0);
  return `${twentyOne}${(10 - (sum % 10)) % 10}`;
}

/** UPS: every second of the fifteen characters after 1Z counts twice; a letter counts as (ASCII - 3) modulo 10. */
function upsNumber(fifteen: string): string {
  const sum = Array.from(fifteen).reduce((total, character, at) => {
    const value = /\d/.test(character) ? Number(character) : (character.charCodeAt(0) - 3) % 10;
    return total + value * (at % 2 === 0 ? 1 : 2);
  }, 0);
  return `1Z${fifteen}${(10 - (sum % 10)) % 10}`;
}
