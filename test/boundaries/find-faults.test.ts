import { describe, expect, test } from "vitest";
import { findFaults } from "./find-faults.js";
import { readSourceFile } from "./read-source-files.js";

/** The faults of a house made of these texts. */
function faultsIn(texts: Readonly<Record<string, string>>): string[] {
  return findFaults(Object.entries(texts).map(([path, text]) => readSourceFile(path, text)));
}

/** The faults of one file with one import. */
function faultsOf(from: string, specifier: string): string[] {
  return faultsIn({ [from]: `import { x } from "${specifier}";` });
}

const FEDEX = "src/connectors/carriers/fedex/parse.ts";

describe("arrows that the table does not list are reported", () => {
  test.each([
    ["domain imports the runtime", "src/domain/fold.ts", "../runtime/clock.js"],
    ["domain imports the store", "src/domain/fold.ts", "../store/orders.js"],
    ["the runtime imports the store", "src/runtime/clock.ts", "../store/orders.js"],
    ["the store imports a layer", "src/store/orders.ts", "../orders/take-order.js"],
    ["a connector imports a sibling", FEDEX, "../ups/parse.js"],
    ["a connector imports another family's contract", FEDEX, "../../channels/contract.js"],
    ["a connector imports its registry", FEDEX, "../registry.js"],
    ["a connector imports the store", FEDEX, "../../../store/orders.js"],
    ["a contract imports a connector", "src/connectors/carriers/contract.ts", "./fedex/parse.js"],
    ["a layer imports a connector past the registry", "src/ingest/hooks.ts", "../connectors/carriers/fedex/parse.js"],
    ["a layer imports the conformance suite", "src/ingest/hooks.ts", "../connectors/carriers/conformance.js"],
    ["a layer imports another layer", "src/ingest/hooks.ts", "../normalize/fold-shipment.js"],
    ["a door imports another door", "src/api/routes.ts", "../page/render-page.js"],
    ["a layer imports a door", "src/notify/plan.ts", "../page/render-page.js"],
    ["a layer imports the composition root's parts", "src/notify/plan.ts", "../compose/start-waybill.js"],
    ["a door other than the command line imports them", "src/api/routes.ts", "../compose/start-waybill.js"],
    ["the store imports the sandbox", "src/store/orders.ts", "../sandbox/sandbox.js"],
    ["a command imports the sandbox itself", "src/cli/demo.ts", "../sandbox/sandbox.js"],
    ["the sandbox imports a connector", "src/sandbox/sandbox.ts", "../connectors/carriers/fedex/codes.js"],
    ["the sandbox imports a contract", "src/sandbox/sandbox.ts", "../connectors/carriers/contract.js"],
    ["somebody imports the composition root", "src/cli/start.ts", "../main.js"],
    ["the product imports test support", "src/domain/fold.ts", "../../test/support/given.js"],
    ["the product imports a test", "src/domain/fold.ts", "./laws.test.js"],
    ["a test imports test code that is no support", "src/domain/fold.test.ts", "../../test/boundaries/room.js"],
    ["a test of domain imports the store", "src/domain/fold.test.ts", "../store/orders.js"],
  ])("%s", (_claim, from, specifier) => {
    expect(faultsOf(from, specifier)).toEqual([expect.stringContaining(`${from} -> `)]);
  });
});

describe("listed arrows pass", () => {
  test.each([
    ["src/domain/fold.ts", "./status.js"],
    ["src/store/orders.ts", "../domain/status.js"],
    [FEDEX, "../contract.js"],
    [FEDEX, "./codes.js"],
    [FEDEX, "../../../runtime/json.js"],
    ["src/connectors/carriers/fedex/conformance.test.ts", "../conformance.js"],
    ["src/connectors/carriers/registry.ts", "./fedex/fedex.js"],
    ["src/ingest/hooks.ts", "../connectors/carriers/registry.js"],
    ["src/api/routes.ts", "../orders/take-order.js"],
    ["src/main.ts", "./sandbox/sandbox.js"],
    ["src/main.ts", "./compose/demo.js"],
    ["src/cli/demo.ts", "../compose/demo.js"],
    ["src/compose/demo.ts", "../sandbox/sandbox.js"],
    ["src/compose/demo.ts", "../page/page-routes.js"],
    ["src/ingest/hooks.test.ts", "../sandbox/sandbox.js"],
    [FEDEX.replace(".ts", ".test.ts"), "../../../sandbox/fedex/start-fedex.js"],
    ["src/domain/fold.test.ts", "../../test/support/given.js"],
    ["test/end-to-end/demo.test.ts", "../../src/main.js"],
    ["src/domain/sentences.ts", "intl-messageformat"],
  ])("%s imports %s", (from, specifier) => {
    expect(faultsOf(from, specifier)).toEqual([]);
  });
});

describe("every way to import counts", () => {
  test.each([
    ["a type", 'import type { X } from "../store/orders.js";'],
    ["a side effect", 'import "../store/orders.js";'],
    ["a re-export", 'export { x } from "../store/orders.js";'],
    ["a dynamic import", 'export const x = await import("../store/orders.js");'],
    ["a type position", 'export type X = import("../store/orders.js").X;'],
  ])("%s", (_claim, text) => {
    expect(faultsIn({ "src/domain/fold.ts": text })).toHaveLength(1);
  });

  test("an import in a comment or a string does not", () => {
    const text = 'export const x = `import "../store/orders.js"`; // import "../store/orders.js"';
    expect(faultsIn({ "src/domain/fold.ts": text })).toEqual([]);
  });

  test("a file that does not parse is an error, not a file without imports", () => {
    expect(() => readSourceFile("src/domain/fold.ts", "import {")).toThrow("does not parse");
  });
});

test("a new folder of src is closed until it is listed", () => {
  expect(faultsIn({ "src/returns/start.ts": "export const x = 1;" })).toEqual([
    "src/returns/start.ts: the room returns is not in the import table",
  ]);
  expect(faultsOf("src/api/routes.ts", "../returns/start.js")).toHaveLength(1);
  expect(faultsIn({ "src/constructor/x.ts": "export const x = 1;" })).toHaveLength(1);
});

test("a file directly in src belongs to no room", () => {
  expect(faultsIn({ "src/stray.ts": "export const x = 1;" })).toEqual(["src/stray.ts: belongs to no room"]);
});

test("a cycle is reported once, with its way round", () => {
  expect(
    faultsIn({
      "src/domain/a.ts": 'import { b } from "./b.js"; export const a = b;',
      "src/domain/b.ts": 'import { c } from "./c.js"; export const b = c;',
      "src/domain/c.ts": 'import type { A } from "./a.js"; export const c = null as A | null;',
    }),
  ).toEqual(["cycle: src/domain/a -> src/domain/b -> src/domain/c -> src/domain/a"]);
});

test("a barrel, a name that says nothing and a cast to any are reported", () => {
  expect(
    faultsIn({
      "src/domain/shapes.ts": 'export * from "./place.js";',
      "src/domain/utils.ts": "export const x = 1;",
      "src/domain/loose.ts": "export const x = JSON.parse('1') as any;",
      "src/domain/silenced.ts": "// @ts-ignore\nexport const x: string = 1;",
    }),
  ).toEqual([
    "src/domain/loose.ts: switches the type checker off (as any, @ts-ignore or @ts-nocheck)",
    "src/domain/shapes.ts: export * from ./place.js",
    "src/domain/silenced.ts: switches the type checker off (as any, @ts-ignore or @ts-nocheck)",
    "src/domain/utils.ts: a name that says nothing",
  ]);
});
