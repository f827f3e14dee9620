import { expect, it } from "vitest";
import { town } from "../../test/support/given.js";
import { isSamePlace } from "./place.js";

it("postal codes decide where both are known, however they are written", () => {
  expect(isSamePlace(town("", { postalCode: "38017-1234" }), town("Collierville", { postalCode: "38017" }))).toBe(true);
  expect(
    isSamePlace(
      town("", { country: "GB", postalCode: "w1a1aa" }),
      town("London", { country: "GB", postalCode: "W1A 1AA" }),
    ),
  ).toBe(true);
  expect(isSamePlace(town("Memphis", { postalCode: "38103" }), town("Memphis", { postalCode: "38118" }))).toBe(false);
});

it("towns decide otherwise, without case, accents and blanks", () => {
  expect(
    isSamePlace(town("SAO PAULO", { country: "BR" }), town("São Paulo", { country: "BR", postalCode: "01310-100" })),
  ).toBe(true);
  expect(isSamePlace(town("St. Paul"), town("ST PAUL"))).toBe(true);
  expect(isSamePlace(town("Reno"), town("Sparks"))).toBe(false);
});

it("regions can only speak against it", () => {
  expect(isSamePlace(town("Springfield", { region: "IL" }), town("Springfield", { region: "mo" }))).toBe(false);
  expect(isSamePlace(town("Springfield", { region: "IL" }), town("Springfield", { region: "Illinois" }))).toBe(true);
});

it("what is not known is not the same", () => {
  expect(isSamePlace(null, null)).toBe(false);
  expect(isSamePlace(town("Reno"), null)).toBe(false);
  expect(isSamePlace(town("Reno", { country: null }), town("Reno", { country: null }))).toBe(false);
  expect(isSamePlace(town("Paris", { country: "FR" }), town("Paris"))).toBe(false);
  expect(isSamePlace(town("", { city: null }), town("", { city: null }))).toBe(false);
  expect(isSamePlace(town("--"), town("--"))).toBe(false);
});
