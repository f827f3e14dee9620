import { expect, test } from "vitest";
import { describeSkips } from "./describe-skips.js";

const NO_KCAT = { file: "a.broker.test.ts", reason: "kcat is not installed: npm run services" };

test("skips of one file for one reason are one line with their number", () => {
  const lines = describeSkips([
    { ...NO_KCAT, name: "publishes" },
    { ...NO_KCAT, name: "consumes" },
  ]);
  expect(lines.slice(1)).toEqual(["  2 x a.broker.test.ts: kcat is not installed: npm run services"]);
});

test("a skip without a reason is named, so that somebody asks for one", () => {
  const lines = describeSkips([{ file: "b.test.ts", name: "is fast", reason: undefined }]);
  expect(lines.slice(1)).toEqual(["  1 x b.test.ts: is fast (no reason given)"]);
});

test("nothing skipped prints nothing, and a flood is cut with its rest counted", () => {
  expect(describeSkips([])).toEqual([]);
  const flood = Array.from({ length: 50 }, (_, n) => ({ file: `${n}.test.ts`, name: "x", reason: "filtered" }));
  expect(describeSkips(flood).at(-1)).toBe("  and 10 more");
});
