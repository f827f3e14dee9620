import { expect, test } from "vitest";
import { hasRoutingCode, USPS_NUMBER_FORMATS } from "./numbers.js";

const formatsOf = (number: string) =>
  USPS_NUMBER_FORMATS.filter(({ pattern, checkDigit }) => pattern.test(number) && checkDigit?.(number) === true).map(
    ({ name }) => name,
  );

test("a routing code of five or nine digits in front is not counted", () => {
  for (const number of ["420606019261290004170000003844", "4206060112349261290004170000003844"]) {
    expect(formatsOf(number)).toEqual(["IMpb with routing code"]);
    expect(hasRoutingCode(number)).toBe(true);
  }
  expect(formatsOf("4206060195055902163360870042917745")).toEqual(["IMpb with routing code"]);
  expect(hasRoutingCode("9400190000417000000386")).toBe(false);
});

test("a barcode of FedEx and a number of DHL are not claimed", () => {
  for (const number of ["9611020987654312345672", "00340434292135100186", "61292701078443410536"])
    expect(formatsOf(number)).toEqual([]);
});

test("two digits that changed places are noticed", () => {
  for (const typo of ["9400190000471000000386", "9261290004710000003844", "LZ471000385US"])
    expect(formatsOf(typo)).toEqual([]);
});
