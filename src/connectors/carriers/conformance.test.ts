import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CARRIERS, findCarrier } from "./registry.js";

test("carriers have different codes, and only those are found", () => {
  const codes = CARRIERS.map((carrier) => carrier.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const carrier of CARRIERS) expect(findCarrier(carrier.code)).toBe(carrier);
  for (const stranger of ["", "FEDEX", "constructor", "../fedex"]) expect(findCarrier(stranger)).toBeNull();
});

test.each(CARRIERS)("$code runs the conformance suite in its folder", ({ code }) => {
  const suite = readFileSync(new URL(`./${code}/conformance.test.ts`, import.meta.url), "utf8");
  expect(suite).toContain(`describeCarrierConformance(${code},`);
});
