import { describe, expect, test } from "vitest";
import { chooseCandidate, detectCarriers } from "../../domain/detect-carriers.js";
import { CARRIERS } from "./registry.js";

const detect = (text: string) => detectCarriers(text, CARRIERS);
const rankingOf = (text: string) => detect(text).map(({ carrier, format }) => `${carrier}: ${format}`);
const chosenOf = (text: string) => chooseCandidate(detect(text))?.carrier ?? null;

describe("a number of one carrier", () => {
  test.each([
    ["fedex", "ground 15", "804172853061946"],
    ["fedex", "ground sscc 18", "008041728530619440"],
    ["fedex", "ground 96", "9611020804172853061946"],
    ["fedex", "ground economy 20", "02394172853061944715"],
    ["fedex", "barcode 34", "1000000000000060601004172853061943"],
    ["ups", "1Z", "1ZWB4Y720341728539"],
    ["usps", "IMpb online and retail", "9400190417285306194476"],
    ["usps", "IMpb commercial", "9200194172853061944713"],
    ["usps", "IMpb with routing code", "4206060112349200194172853061944713"],
    ["usps", "confirmation 20", "71904172853061944715"],
    ["usps", "S10", "EA417285308US"],
    ["dhl", "Parcel DE (SSCC)", "00340417285306194476"],
    ["dhl", "Express waybill", "9041728533"],
  ])("of %s (%s) is proved by its check digit, and no candidate with another one", (carrier, format, number) => {
    expect(detect(number)).toEqual([{ carrier, format, certainty: "check_digit" }]);
    expect(chosenOf(number)).toBe(carrier);
    const typo = number.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10));
    expect(rankingOf(typo)).not.toContain(`${carrier}: ${format}`);
  });

  test.each([
    ["ups", "Roadie", "1RWB2026A0004179"],
    ["dhl", "Piece ID", "JJD000270418653907"],
    ["dhl", "eCommerce (14 digits)", "41728530619440"],
  ])(
    "of %s (%s), which has no check digit, is known by its pattern alone, and so not taken for granted",
    (carrier, format, number) => {
      expect(detect(number)).toEqual([{ carrier, format, certainty: "pattern" }]);
      expect(chosenOf(number)).toBeNull();
    },
  );
});

describe("a number that several carriers may have", () => {
  test("of 12 digits is FedEx's first where the check digit is right, and DHL's alone where it is wrong", () => {
    expect(detect("404172853060")).toEqual([
      { carrier: "fedex", format: "express 12", certainty: "check_digit" },
      { carrier: "dhl", format: "Parcel DE", certainty: "pattern" },
    ]);
    expect(chosenOf("404172853060")).toBeNull();
    expect(rankingOf("404172853061")).toEqual(["dhl: Parcel DE"]);
  });

  test("of 22 digits that FedEx hands over to USPS stays with both, the narrower pattern first", () => {
    expect(detect("9261290417285306194476")).toEqual([
      { carrier: "fedex", format: "ground economy 22", certainty: "check_digit" },
      { carrier: "usps", format: "IMpb commercial", certainty: "check_digit" },
    ]);
    expect(chosenOf("9261290417285306194476")).toBeNull();
  });

  test("of the post (S10) is USPS's by its check digit before DHL's by its letters; of another country it is not USPS's", () => {
    expect(rankingOf("LX417285308US")).toEqual(["usps: S10", "dhl: eCommerce"]);
    expect(chosenOf("LX417285308US")).toBeNull();
    expect(rankingOf("LX417285309US")).toEqual(["dhl: eCommerce"]);
    expect(rankingOf("LX417285308DE")).toEqual(["dhl: eCommerce"]);
    expect(rankingOf("EA417285308DE")).toEqual([]);
  });
});

describe("what is written", () => {
  test("with blanks, dashes and small letters is the same number", () => {
    expect(detect(" 1z-wb4 y72 03\t4172 8539 ")).toEqual(detect("1ZWB4Y720341728539"));
    expect(detect("9400 1904 1728 5306 1944 76")).toHaveLength(1);
  });

  test.each([
    ["", "empty"],
    ["1Z", "too short"],
    ["4".repeat(41), "too long"],
    [`1ZWB4Y720341728539${" ".repeat(60)}`, "too long with its blanks"],
    ["1ZWB4Y720341728539\0", "not all letters and digits"],
    ["９０４１７２８５３３", "in digits of another script"],
    ["ZZ99ZZ99Z", "of nobody"],
  ])("(%j) is no carrier's when it is %s", (text) => {
    expect(detect(text)).toEqual([]);
  });
});
