import type { NumberFormat } from "../contract.js";

/**
 * How DHL numbers look, most telling first. A format makes a carrier a candidate, no more. DHL eCommerce in America also
 * hands out plain USPS numbers; those are USPS's to claim.
 */
export const DHL_NUMBER_FORMATS: readonly NumberFormat[] = [
  {
    name: "Piece ID",
    pattern: /^J(?:JD|VGL|D)\d{9,20}$/,
    examples: ["JJD000270418653907", "JVGL0417285306", "JD018204465173920846"],
  },
  {
    name: "Parcel DE (SSCC)",
    pattern: /^0034\d{16}$/,
    checkDigit: (number) => ssccCheckDigit(number.slice(2, -1)) === Number(number.at(-1)),
    examples: ["00340417285306194476"],
  },
  {
    name: "Benelux",
    pattern: /^3S[A-Z]{4}\d{7,12}$/,
    examples: ["3SWBIL041728530"],
  },
  {
    name: "eCommerce",
    pattern: /^(?:GM|LX|RX|UV|CN|SG|TH|IN|HK|MY)\d[0-9A-Z]{7,36}$/,
    examples: ["GM6051744182093375"],
  },
  {
    name: "eCommerce (letters)",
    pattern: /^GM[0-9A-F]{18,24}$/,
    examples: ["GMEA41C07B25D9386F10C4"],
  },
  {
    name: "Express waybill",
    pattern: /^\d{10,11}$/,
    checkDigit: (number) => BigInt(number.slice(0, -1)) % 7n === BigInt(number.slice(-1)),
    examples: ["4172853064", "41728530616"],
  },
  {
    name: "Parcel DE",
    pattern: /^\d{12}$/,
    examples: ["417285306194"],
  },
  {
    name: "eCommerce (14 digits)",
    pattern: /^\d{14}$/,
    examples: ["41728530619440"],
  },
];

/** The check digit of an SSCC-18 (GS1 General Specifications, section 7.9): weights 3 and 1 from the left, modulo 10. */
function ssccCheckDigit(serial: string): number {
  const sum = Array.from(serial, Number).reduce((total, digit, index) => total + digit * (index % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10;
}
