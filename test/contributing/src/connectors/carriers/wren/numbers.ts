import type { NumberFormat } from "../contract.js";

/** How Wren's numbers look (Parcel API, labels): WR, nine digits and a check digit. */
export const WREN_NUMBER_FORMATS: readonly NumberFormat[] = [
  {
    name: "parcel",
    pattern: /^WR\d{10}$/,
    checkDigit: hasCheckDigit,
    examples: ["WR4172853068", "WR9000417283"],
  },
];

/** Modulo 10: the digits count three times and once in turn, the check digit once; together they are a multiple of ten. */
function hasCheckDigit(number: string): boolean {
  const digits = Array.from(number.slice(2), Number);
  return digits.reduce((sum, digit, at) => sum + digit * (at % 2 === 0 ? 3 : 1), 0) % 10 === 0;
}
