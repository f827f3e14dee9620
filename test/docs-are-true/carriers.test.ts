import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CARRIERS, findCarrier } from "../../src/connectors/carriers/registry.js";
import { carrierPage, type Difference, writtenMeaning } from "./carrier-page.js";

const FOLDER = fileURLToPath(new URL("../../docs/carriers/", import.meta.url));
const differences = readDifferences(readFileSync(`${FOLDER}differences.tsv`, "utf8"));

/** Set to 1, the pages are written instead of compared. */
const isWriting = process.env.WAYBILL_TEST_WRITE_DOCS === "1";

test.each(CARRIERS)("the page of $code says exactly what the code says", (carrier) => {
  const page = `${FOLDER}${carrier.code}.md`;
  const expected = carrierPage(carrier, differences);
  if (isWriting) writeFileSync(page, expected);
  const hint = `docs/carriers/${carrier.code}.md is not what the code says. Run: WAYBILL_TEST_WRITE_DOCS=1 npx vitest run test/docs-are-true/carriers.test.ts`;
  expect(readFileSync(page, "utf8"), hint).toBe(expected);
});

test.each(CARRIERS)("the page of $code has one row for every code", ({ code, statusCodes }) => {
  const [, codes = ""] = readFileSync(`${FOLDER}${code}.md`, "utf8").split("\n## Codes\n");
  const rows = [...codes.matchAll(/^\| `([^`]+)` \|/gm)].map(([, key = ""]) => key);
  expect(rows.toSorted()).toEqual(statusCodes.map(({ key }) => key).toSorted());
});

test("docs/carriers holds a page for every carrier, the differences, and nothing else", () => {
  const wanted = [...CARRIERS.map(({ code }) => `${code}.md`), "differences.tsv"];
  expect(readdirSync(FOLDER).toSorted()).toEqual(wanted.toSorted());
});

test("differences.tsv names codes that there are, each once, with the meaning that they have and a reason", () => {
  const wrong = differences.filter(({ carrier, key, ours, reason }) => {
    const row = findCarrier(carrier)?.statusCodes.find((code) => code.key === key);
    return row === undefined || writtenMeaning(row) !== ours || reason === "";
  });
  expect(wrong).toEqual([]);
  expect(new Set(differences.map(({ carrier, key }) => `${carrier} ${key}`)).size).toBe(differences.length);
});

function readDifferences(tsv: string): Difference[] {
  return tsv
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [carrier = "", key = "", ours = "", reason = ""] = line.split("\t");
      return { carrier, key, ours, reason };
    });
}
