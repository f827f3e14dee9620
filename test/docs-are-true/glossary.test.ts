import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { STATUSES, SUB_STATUSES } from "../../src/domain/status.js";

const GLOSSARY = new URL("../../GLOSSARY.md", import.meta.url);

/** The cells of the wanted table rows, without their code marks. */
async function rowsOf(isWanted: (cells: readonly string[]) => boolean): Promise<string[][]> {
  const page = await readFile(GLOSSARY, "utf8");
  return page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim().replaceAll("`", "")),
    )
    .filter(isWanted);
}

test("GLOSSARY.md holds every sub-status with its status, who acts and whether it is news, in our order, and no other", async () => {
  const rows = await rowsOf((cells) => cells.length === 5 && (STATUSES as readonly string[]).includes(cells[0] ?? ""));
  expect(rows.map(([status, subStatus, , actor, news]) => [status, subStatus, actor, news])).toEqual(
    Object.entries(SUB_STATUSES).map(([name, { status, actor, news }]) => [status, name, actor, news ? "yes" : ""]),
  );
});

test("GLOSSARY.md holds exactly our statuses, in the order in which a parcel goes through them", async () => {
  const rows = await rowsOf((cells) => cells.length === 2 && /^[a-z]+(_[a-z]+)*$/.test(cells[0] ?? ""));
  const headings = ["word", "status"];
  expect(rows.map(([name]) => name).filter((name) => !headings.includes(name ?? ""))).toEqual([...STATUSES]);
});

test("every word of GLOSSARY.md has a sentence", async () => {
  const rows = await rowsOf((cells) => cells.length !== 1);
  expect(rows.length).toBeGreaterThan(80);
  expect(rows.filter(([name, ...rest]) => name === "" || rest.some((cell, at) => cell === "" && at < 2))).toEqual([]);
});
