import type { Carrier } from "../connectors/carriers/contract.js";

/**
 * The carriers whose number this may be, by shape: those whose check digit is right, else those whose format has none.
 * A format makes a candidate and no more: several carriers may share one. Pure.
 */
export function carriersOfNumber(carriers: readonly Carrier[], trackingNumber: string): readonly Carrier[] {
  const proved = carriers.filter(({ numberFormats }) =>
    numberFormats.some(
      ({ pattern, checkDigit }) => pattern.test(trackingNumber) && checkDigit?.(trackingNumber) === true,
    ),
  );
  if (proved.length > 0) return proved;
  return carriers.filter(({ numberFormats }) =>
    numberFormats.some(({ pattern, checkDigit }) => checkDigit === undefined && pattern.test(trackingNumber)),
  );
}
