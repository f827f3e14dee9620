import { MAX_WRITTEN_LENGTH, TRACKING_NUMBER, tidyTrackingNumber } from "./tracking-number.js";

/** What finding a number's carrier takes of a carrier: its code, and how its numbers look. Aggregators speak for any carrier's. */
export interface NumberedCarrier {
  readonly code: string;
  readonly numberFormats: readonly NumberShape[];
  readonly aggregator?: true;
}

/** One format of numbers. The pattern is for whole numbers in capitals, without blanks. */
export interface NumberShape {
  readonly name: string;
  readonly pattern: RegExp;
  /** True when the check digit is right. Absent where the format has none. */
  readonly checkDigit?: (trackingNumber: string) => boolean;
}

/** A carrier whose number this may be. `check_digit`: the format has a check digit and it is right; `pattern`: it has none. */
export interface CarrierCandidate {
  readonly carrier: string;
  /** The name of the carrier's format that fits best. */
  readonly format: string;
  readonly certainty: "check_digit" | "pattern";
}

/**
 * The carriers whose number this may be, each once with the format that fits best: right check digits first, then the
 * narrower pattern, then the carriers' own order. A format makes a candidate and no more, since carriers share formats and
 * hand parcels over to each other; a wrong check digit makes none. Blanks, dashes and case do not matter. Pure.
 */
export function detectCarriers(text: string, carriers: readonly NumberedCarrier[]): readonly CarrierCandidate[] {
  if (text.length > MAX_WRITTEN_LENGTH) return [];
  const number = tidyTrackingNumber(text);
  if (!TRACKING_NUMBER.test(number)) return [];
  const fits = carriers.flatMap(({ code, numberFormats }) =>
    numberFormats.filter((format) => accepts(format, number)).map((format) => toFit(code, format, number)),
  );
  const ranked = fits.toSorted((a, b) => a.rank - b.rank || a.breadth - b.breadth).map(({ candidate }) => candidate);
  return ranked.filter(({ carrier }, at) => ranked.findIndex((other) => other.carrier === carrier) === at);
}

/**
 * The one candidate that can be taken without guessing: the only one there is, with a right check digit. Else null. One number
 * in ten of a format without check digit passes another's, so even a right one proves nothing while a second format fits. Pure.
 */
export function chooseCandidate(candidates: readonly CarrierCandidate[]): CarrierCandidate | null {
  const [candidate, another] = candidates;
  return candidate?.certainty === "check_digit" && another === undefined ? candidate : null;
}

function accepts({ pattern, checkDigit }: NumberShape, number: string): boolean {
  return pattern.test(number) && (checkDigit === undefined || checkDigit(number));
}

function toFit(carrier: string, { name, pattern, checkDigit }: NumberShape, number: string) {
  const certainty = checkDigit === undefined ? ("pattern" as const) : ("check_digit" as const);
  const candidate: CarrierCandidate = { carrier, format: name, certainty };
  return { candidate, rank: certainty === "check_digit" ? 0 : 1, breadth: breadthAround(pattern, number) };
}

const CHARACTERS = Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

/**
 * How broad a pattern is around a number: how many texts it takes that differ from it in one character. A pattern says
 * this of itself, so that two carriers' formats can be compared without either connector knowing the other.
 */
function breadthAround(pattern: RegExp, number: string): number {
  let breadth = 0;
  for (let at = 0; at < number.length; at += 1) {
    const before = number.slice(0, at);
    const after = number.slice(at + 1);
    for (const character of CHARACTERS) if (pattern.test(before + character + after)) breadth += 1;
  }
  return breadth;
}
