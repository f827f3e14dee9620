import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";
import { STATUSES, SUB_STATUSES } from "../../src/domain/status.js";
import { IMPORT_TABLE } from "../boundaries/import-table.js";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("CHANGELOG.md has a place for what is not released yet, and it comes first", () => {
  const headings = read("CHANGELOG.md").match(/^## .*/gm) ?? [];
  expect(headings[0]).toBe("## [Unreleased]");
});

test("CI runs the test line that README.md promises, and README.md promises scripts that exist", () => {
  const line = /^TEST_LINE='(.+)'/m.exec(read(".ci/run"))?.[1] ?? "no line";
  const readme = read("README.md");
  expect(readme.split("\n")).toContain(line);
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const promised = [...readme.matchAll(/npm (?:run )?(\w+)/g)].map(([, name = ""]) => name);
  expect(promised.filter((name) => name !== "ci" && !Object.hasOwn(scripts, name))).toEqual([]);
});

test("ARCHITECTURE.md shows the import table that the boundaries test holds", () => {
  const rows = [...read("ARCHITECTURE.md").matchAll(/^\| `([^|`]+)` \| ([^|]*) \|$/gm)];
  const table = rows.map(([, room, listed = ""]) => [room, [...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name)]);
  expect(Object.fromEntries(table)).toEqual(IMPORT_TABLE);
});

test("README.md counts our statuses and sub-statuses right", () => {
  const row = /^\| statuses, sub-statuses \| (\d+, \d+) \|/m.exec(read("README.md"));
  expect(row?.[1]).toBe(`${STATUSES.length}, ${Object.keys(SUB_STATUSES).length}`);
});

test("README.md names only commands that exist", () => {
  const named = [...read("README.md").matchAll(/(?:^|`)waybill ([a-z]+)/gm)].map(([, name = ""]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
});
