import fc from "fast-check";
import { expect, test } from "vitest";
import { contrastRatio, inkOn, readableAccent } from "./readable-accent.js";

const color = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255))
  .map((rgb) => `#${rgb.map((c) => c.toString(16).padStart(2, "0")).join("")}`);

test("any accent becomes readable text on the page's light and dark grounds", () => {
  fc.assert(
    fc.property(color, fc.constantFrom("#ffffff", "#f6f6f4", "#131416", "#1b1d20"), (accent, ground) => {
      expect(contrastRatio(readableAccent(accent, ground), ground)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

test("an accent that is readable already is kept as the store chose it", () => {
  expect(readableAccent("#0b5d3b", "#ffffff")).toBe("#0b5d3b");
});

test("a pale yellow is darkened on white and kept on black", () => {
  expect(readableAccent("#ffe066", "#ffffff")).not.toBe("#ffe066");
  expect(readableAccent("#ffe066", "#131416")).toBe("#ffe066");
});

test("ink on any surface is black or white, and readable", () => {
  fc.assert(
    fc.property(color, (surface) => {
      expect(contrastRatio(inkOn(surface), surface)).toBeGreaterThanOrEqual(4.5);
    }),
  );
});
