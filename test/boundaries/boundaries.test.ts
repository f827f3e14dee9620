import { expect, test } from "vitest";
import { findFaults } from "./find-faults.js";
import { readSourceFiles } from "./read-source-files.js";

const FILES = readSourceFiles(["src", "test", "bench"]);

test("the scanner sees the house: many files, and the arrow from the composition root", () => {
  expect(FILES.length).toBeGreaterThan(150);
  const root = FILES.find(({ path }) => path === "src/main.ts");
  expect(root?.imports).toContainEqual({ target: "src/cli/terminal", isOurs: true });
});

test("no file imports what its room may not, closes a cycle, hides in a barrel or has a name that says nothing", () => {
  expect(findFaults(FILES)).toEqual([]);
});
