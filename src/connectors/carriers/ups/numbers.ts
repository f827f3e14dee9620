import type { NumberFormat } from "../contract.js";

/**
 * How UPS numbers look, most telling first. A format makes a carrier a candidate, no more. Mail Innovations also hands
 * out plain USPS numbers; those are USPS's to claim.
 */
export const UPS_NUMBER_FORMATS: readonly NumberFormat[] = [
  {
    name: "1Z",
    pattern: /^1Z[0-9A-Z]{15}\d$/,
    checkDigit: (number) => checkDigitOf(number.slice(2, -1)) === Number(number.at(-1)),
    examples: ["1ZWB4Y720300418263", "1Z7K20FA6844019350"],
  },
  {
    name: "Waybill",
    pattern: /^[AHJKTV]\d{10}$/,
    checkDigit: (number) => checkDigitOf(number.slice(1, -1)) === Number(number.at(-1)),
    examples: ["H2840175937"],
  },
  {
    name: "Roadie",
    pattern: /^1R[0-9A-Z]{14}(?:[0-9A-Z]{12})?$/,
    examples: ["1RWB2026A0004179"],
  },
  {
    name: "Mail Innovations",
    pattern: /^MI\d{6}[0-9A-Z]{1,22}$/,
    examples: ["MI204718WB00093311"],
  },
];

/**
 * UPS's check digit over the characters between the prefix and the last digit: every second character, from the second
 * on, counts twice; a letter counts as its ASCII code less three, modulo ten.
 */
function checkDigitOf(serial: string): number {
  let sum = 0;
  for (let index = 0; index < serial.length; index += 1) {
    const ascii = serial.charCodeAt(index);
    const value = ascii >= 65 ? (ascii - 3) % 10 : ascii - 48;
    sum += index % 2 === 0 ? value : value * 2;
  }
  return (10 - (sum % 10)) % 10;
}
