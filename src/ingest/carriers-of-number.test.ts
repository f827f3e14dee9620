import { expect, test } from "vitest";
import { CARRIERS } from "../connectors/carriers/registry.js";
import { carriersOfNumber } from "./carriers-of-number.js";

const codesOf = (trackingNumber: string) => carriersOfNumber(CARRIERS, trackingNumber).map(({ code }) => code);

test("a right check digit decides", () => {
  expect(codesOf("1ZWB4Y720300418263")).toEqual(["ups"]);
  expect(codesOf("568283610012000")).toEqual(["fedex"]);
});

test("a wrong check digit makes no candidate; a format without one does", () => {
  expect(codesOf("1ZWB4Y720300418264")).toEqual([]);
  expect(codesOf("1RWB2026A0004179")).toEqual(["ups"]);
});

test("a number of nobody has no carrier", () => {
  expect(codesOf("ZZ99ZZ99Z")).toEqual([]);
});
