import type { NumberFormat } from "../contract.js";

/**
 * FedEx number formats and check digits (the public data set of tracking number formats, and numbers seen in answers).
 * Numbers come without blanks, in capitals.
 */
export const FEDEX_NUMBER_FORMATS: readonly NumberFormat[] = [
  {
    name: "express 12",
    pattern: /^\d{12}$/,
    checkDigit: (number) => modulo11(number.slice(0, 11), [3, 1, 7]) === number.at(11),
    examples: ["986578788855", "477179081230"],
  },
  {
    name: "ground 15",
    pattern: /^\d{15}$/,
    checkDigit: (number) => modulo10(number.slice(0, 14), 1, 3) === number.at(14),
    examples: ["568283610012000", "041441760228964"],
  },
  {
    name: "ground sscc 18",
    pattern: /^\d{18}$/,
    checkDigit: (number) => modulo10(number.slice(2, 17), 3, 1) === number.at(17),
    examples: ["000123450000000027"],
  },
  {
    name: "ground economy 20",
    pattern: /^(02\d{2}|6129|7489)\d{16}$/,
    checkDigit: (number) => hasPostalCheckDigit(`92${number}`),
    examples: ["02394653001023698293", "61292701078443410536"],
  },
  {
    name: "ground economy 22",
    pattern: /^92(6129|7489)\d{16}$/,
    checkDigit: hasPostalCheckDigit,
    examples: ["9261292701078443410536"],
  },
  {
    name: "ground 96",
    pattern: /^96\d{20}$/,
    checkDigit: (number) => modulo10(number.slice(7, 21), 1, 3) === number.at(21),
    examples: ["9611020987654312345672"],
  },
  {
    name: "astra barcode 32",
    pattern: /^3\d{31}$/,
    checkDigit: (number) => modulo11(number.slice(16, 27), [3, 1, 7]) === number.at(27),
    examples: ["32971514560102447849175802862014"],
  },
  {
    name: "barcode 34",
    pattern: /^(?!420)[0-8]\d{33}$/,
    checkDigit: (number) => modulo11(number.slice(20, 33), [1, 7, 3]) === number.at(33),
    examples: ["1001921334250001000300779017972697"],
  },
  {
    name: "ground barcode 34",
    pattern: /^96\d{32}$/,
    checkDigit: (number) => modulo11(number.slice(20, 33), [1, 7, 3]) === number.at(33),
    examples: ["9622001900000000000000776632517510"],
  },
  {
    name: "door tag",
    pattern: /^DT\d{12}$/,
    checkDigit: (number) => modulo11(number.slice(2, 13), [3, 1, 7]) === number.at(13),
    examples: ["DT986578788855"],
  },
];

/** The US Postal Service's check digit. On the label of 20 digits its service prefix 92 is left out, but counts. */
function hasPostalCheckDigit(number: string): boolean {
  return modulo10(number.slice(0, 21), 3, 1) === number.at(21);
}

function modulo11(digits: string, weights: readonly number[]): string {
  const sum = Array.from(digits).reduce(
    (total, digit, at) => total + Number(digit) * (weights[at % weights.length] ?? 0),
    0,
  );
  return String((sum % 11) % 10);
}

function modulo10(digits: string, evenWeight: number, oddWeight: number): string {
  const sum = Array.from(digits).reduce(
    (total, digit, at) => total + Number(digit) * (at % 2 === 0 ? evenWeight : oddWeight),
    0,
  );
  return String((10 - (sum % 10)) % 10);
}
