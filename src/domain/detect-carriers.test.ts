import { describe, expect, test } from "vitest";
import { chooseCandidate, detectCarriers, type NumberedCarrier, type NumberShape } from "./detect-carriers.js";

describe("the ranking", () => {
  const format = (name: string, pattern: RegExp, right?: boolean): NumberShape => ({
    name,
    pattern,
    ...(right !== undefined && { checkDigit: () => right }),
  });
  const carrier = (code: string, ...numberFormats: NumberShape[]): NumberedCarrier => ({ code, numberFormats });
  const codesOf = (...carriers: NumberedCarrier[]) => detectCarriers("AB123456", carriers).map((one) => one.carrier);

  test("puts a right check digit before a narrower pattern, and leaves a wrong one out", () => {
    const narrow = carrier("narrow", format("n", /^AB123456$/));
    const proved = carrier("proved", format("p", /^[A-Z0-9]{8}$/, true));
    const wrong = carrier("wrong", format("w", /^AB\d{6}$/, false));
    expect(codesOf(narrow, wrong, proved)).toEqual(["proved", "narrow"]);
  });

  test("puts narrower patterns first, and keeps the carriers' order among equals", () => {
    const any = carrier("any", format("any", /^[A-Z0-9]{8}$/));
    const letters = carrier("letters", format("letters", /^[A-Z]{2}\d{6}$/));
    const prefix = carrier("prefix", format("prefix", /^AB\d{6}$/));
    const same = carrier("same", format("same", /^AB[0-9]{6}$/));
    expect(codesOf(any, letters, same, prefix)).toEqual(["same", "prefix", "letters", "any"]);
    expect(codesOf(prefix, same)).toEqual(["prefix", "same"]);
  });

  test("names a carrier once, with the format that fits best", () => {
    const two = carrier("two", format("broad", /^[A-Z0-9]{8}$/), format("proved", /^AB\d{6}$/, true));
    expect(detectCarriers("AB123456", [two])).toEqual([{ carrier: "two", format: "proved", certainty: "check_digit" }]);
  });
});

describe("one candidate can be taken", () => {
  const candidate = (carrier: string, certainty: "check_digit" | "pattern") => ({ carrier, format: "x", certainty });
  const proved = candidate("a", "check_digit");
  const likely = candidate("b", "pattern");

  test("when it is the only one and its check digit is right", () => {
    expect(chooseCandidate([proved])).toBe(proved);
  });

  test("and none where there is none, where a pattern alone speaks for it, or where another fits as well", () => {
    expect(chooseCandidate([])).toBeNull();
    expect(chooseCandidate([likely])).toBeNull();
    expect(chooseCandidate([proved, likely])).toBeNull();
    expect(chooseCandidate([proved, candidate("c", "check_digit"), likely])).toBeNull();
  });
});
