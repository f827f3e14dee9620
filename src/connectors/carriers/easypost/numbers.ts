import type { NumberFormat } from "../contract.js";

/**
 * EasyPost has no numbers of its own: it follows those of carriers. Only its test numbers are its own, one for each status;
 * they are what `waybill connections check` asks about, and no carrier has numbers like them.
 */
export const EASYPOST_NUMBER_FORMATS: readonly NumberFormat[] = [
  {
    name: "test number",
    pattern: /^EZ([1-7])0{8}\1$/,
    examples: ["EZ1000000001", "EZ4000000004", "EZ7000000007"],
  },
];
