import type { NumberFormat } from "../contract.js";

/**
 * How USPS numbers look, most telling first (USPS Publication 199 for the IMpb, UPU S10 for letters and digits). A format
 * makes a carrier a candidate, no more: FedEx, UPS and DHL hand parcels over under numbers of this kind.
 */
export const USPS_NUMBER_FORMATS: readonly NumberFormat[] = [
  {
    // 94: labels printed online; 95: labels of a post office counter. 22 digits, or 26 or 30 with a longer serial.
    name: "IMpb online and retail",
    pattern: /^9[45]\d{20}(?:\d{4}){0,2}$/,
    checkDigit: hasPostalCheckDigit,
    examples: ["9400190000417000000386", "95055902163360870042917745"],
  },
  {
    // 92 goes with a mailer of nine digits, which begins with 9; 93 with one of six.
    name: "IMpb commercial",
    pattern: /^(?:92\d{3}9|93\d{3}[0-8])\d{16}(?:\d{4})?$/,
    checkDigit: hasPostalCheckDigit,
    examples: ["9261290004170000003844", "93612200417000000384120010"],
  },
  {
    // The barcode as scanned: 420, the ZIP Code of the destination with or without its four digits, then the number.
    name: "IMpb with routing code",
    pattern: /^420\d{5}(?:\d{4})?9[1-5]\d{20}(?:\d{4})?$/,
    checkDigit: hasPostalCheckDigit,
    examples: ["420606019400190000417000000386"],
  },
  {
    name: "confirmation 22",
    pattern: /^91\d{20}$/,
    checkDigit: hasPostalCheckDigit,
    examples: ["9102004170000003841200"],
  },
  {
    // Printed without the 91 in front of it, whose check digit it may keep. DHL's and FedEx's own are left to them.
    name: "confirmation 20",
    pattern: /^(?!0034|6129|7489)\d{20}$/,
    checkDigit: (number) => hasPostalCheckDigit(number) || hasPostalCheckDigit(`91${number}`),
    examples: ["03041700000038412007", "02004170000003841200"],
  },
  {
    name: "S10",
    pattern: /^[A-Z]{2}\d{9}US$/,
    checkDigit: (number) => s10CheckDigit(number.slice(2, 10)) === Number(number.at(10)),
    examples: ["LZ417000385US"],
  },
];

/** Whether a number is a whole barcode: 420 and the ZIP Code of the destination in front of what is printed for people. */
export function hasRoutingCode(trackingNumber: string): boolean {
  return /^420\d{5}(?:\d{4})?9[1-5]\d{20}(?:\d{4})?$/.test(trackingNumber);
}

/**
 * The mailer ID (MID) that a commercial IMpb states: nine digits after 92, six after 93 (Publication 199). Null where the
 * number does not say.
 */
export function mailerOf(trackingNumber: string): string | null {
  const [, nine, six] = /^(?:92\d{3}(9\d{8})|93\d{3}([0-8]\d{5}))\d{7,15}$/.exec(trackingNumber) ?? [];
  return nine ?? six ?? null;
}

/** Modulo 10: from the right, the digit before the check digit counts three times, the next once, and so on. */
function hasPostalCheckDigit(number: string): boolean {
  const counted = hasRoutingCode(number) ? withoutRoutingCode(number) : [number];
  return counted.some((digits) => postalSum(digits) % 10 === 0);
}

/** The number in a barcode; two readings are possible where the ZIP Code may have four more digits. */
function withoutRoutingCode(barcode: string): string[] {
  return [barcode.slice(8), barcode.slice(12)].filter((number) => /^9[1-5]\d{20}(?:\d{4})?$/.test(number));
}

function postalSum(digits: string): number {
  let sum = 0;
  for (let index = 1; index <= digits.length; index += 1) sum += Number(digits.at(-index)) * (index % 2 === 0 ? 3 : 1);
  return sum;
}

/** The check digit of eight digits after UPU S10. */
function s10CheckDigit(serial: string): number {
  const weights = [8, 6, 4, 2, 3, 5, 9, 7];
  const rest = weights.reduce((sum, weight, at) => sum + weight * Number(serial[at]), 0) % 11;
  return rest === 0 ? 5 : rest === 1 ? 0 : 11 - rest;
}
