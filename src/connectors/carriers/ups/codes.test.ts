import { expect, test } from "vitest";
import { codeMeaning, upsStatusCodes } from "./codes.js";

test("every documented table is whole", () => {
  const codesOf = (table: string) => upsStatusCodes().filter(({ key }) => key.startsWith(`${table}:`)).length;
  expect(["status", "exception", "dials", "manifest", "update"].map(codesOf)).toEqual([160, 687, 154, 4, 3]);
});

test("a code means in the list what it means in a scan", () => {
  for (const code of upsStatusCodes()) {
    const meaning = codeMeaning(code.key);
    if (code.status === "information") expect(meaning).toEqual({ kind: "information" });
    else expect(meaning).toMatchObject({ kind: "status", status: code.status, subStatus: code.subStatus });
  }
});

test("prototype keys are no codes", () => {
  for (const key of ["constructor", "__proto__", "status:constructor"]) expect(codeMeaning(key)).toBeNull();
});
