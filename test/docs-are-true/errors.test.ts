import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { rowsOf } from "./table-rows.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Every problem that the source makes: code, and the statuses written beside it. */
function problemsOfSource(): Map<string, Set<string>> {
  const problems = new Map<string, Set<string>>();
  const files = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name),
  );
  for (const file of files) {
    const text = readFileSync(join(ROOT, "src", file), "utf8");
    const found = [...text.matchAll(/new Problem\(\s*([\w.]+),\s*("[a-z_]+")?/g)];
    for (const [, status = "", code] of found) {
      if (code === undefined) throw new Error(`${file} makes a Problem whose code is not written beside it.`);
      const statuses = problems.get(code.slice(1, -1)) ?? new Set();
      problems.set(code.slice(1, -1), statuses.add(status));
    }
  }
  return problems;
}

const described = new Map(
  rowsOf(readFileSync(join(ROOT, "docs", "errors.md"), "utf8")).map(([code = "", status = ""]) => [
    code,
    status.split(", "),
  ]),
);
const made = problemsOfSource();

test("docs/errors.md describes every problem there is, and none that is not", () => {
  expect(made.size).toBeGreaterThan(20);
  expect([...described.keys()].toSorted()).toEqual([...made.keys()].toSorted());
});

test.each([...made])("docs/errors.md has the status of %s", (code, statuses) => {
  const written = [...statuses].filter((status) => /^\d+$/.test(status));
  expect(described.get(code)).toEqual(expect.arrayContaining(written));
  // One that takes its status from elsewhere (`error.statusCode`) may have more than are written.
  if (written.length === statuses.size) expect(described.get(code)).toHaveLength(written.length);
});

test("every code is described once, with what to do", () => {
  const rows = rowsOf(readFileSync(join(ROOT, "docs", "errors.md"), "utf8"));
  expect(new Set(rows.map(([code]) => code)).size).toBe(rows.length);
  expect(rows.filter((cells) => cells.length !== 4 || cells.some((cell) => cell === ""))).toEqual([]);
});
