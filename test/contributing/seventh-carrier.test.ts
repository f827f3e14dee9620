import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CopiedHouse, copyHouse, type Ended } from "./copied-house.js";

/** `wren` as it would stand in `src/`: the folder that docs/contributing/add-a-carrier.md asks for. */
const ADDED = fileURLToPath(new URL("./src", import.meta.url));
const REGISTRY = "src/connectors/carriers/registry.ts";
const NUMBER = "WR4172853068";
const VITEST = "node_modules/vitest/vitest.mjs";
const TSC = "node_modules/typescript/bin/tsc";
/** Others use the machine too. */
const PATIENT = { timeout: 300_000 };

let house: CopiedHouse;
let before: ReadonlyMap<string, string>;

beforeAll(() => {
  house = copyHouse();
  before = house.files();
  cpSync(ADDED, join(house.root, "src"), { recursive: true });
  editRegistry((text) =>
    text
      .replace(/(import [^\n]+\n)(?!import)/, '$1import { wren } from "./wren/wren.js";\n')
      .replace(/(CARRIERS: readonly Carrier\[\] = \[[^\]]+)\]/, "$1, wren]"),
  );
});
afterAll(() => house.remove());

test("a seventh carrier's types hold, its own and those of the registry", PATIENT, async () => {
  const config = join(house.outside, "tsconfig.json");
  const include = [REGISTRY, "src/connectors/carriers/wren"].map((path) => join(house.root, path));
  writeFileSync(config, JSON.stringify({ extends: "./house/tsconfig.json", include }));
  const { code, output } = await house.run(TSC, ["-p", config]);
  expect(output).toBe("");
  expect(code).toBe(0);
});

test("its suite passes, and so do the tests that look at every carrier; its page is written", PATIENT, async () => {
  const files = [
    "src/connectors/carriers/wren/",
    "src/connectors/carriers/conformance.test.ts",
    "src/connectors/carriers/whose-number.test.ts",
    "test/boundaries/boundaries.test.ts",
    "test/docs-are-true/carriers.test.ts",
    "test/fuzz/fuzz.test.ts",
  ];
  const { code, output } = await house.run(VITEST, ["run", ...files, "--no-isolate"], {
    WAYBILL_TEST_WRITE_DOCS: "1",
  });
  expect(code, output).toBe(0);
  for (const file of ["wren/conformance.test.ts", ...files.slice(1)]) expect(output).toContain(file);
  const page = readFileSync(join(house.root, "docs/carriers/wren.md"), "utf8");
  expect(page).toMatch(
    /^# Wren Parcel\n[^]*`WREN_CLIENT_SECRET`[^]*\| `WR0000000109` \| delivered \|[^]*\| `DLV\/SAFE` \| delivered/,
  );
});

test("commands and API know it", PATIENT, async () => {
  const options = ["-p", "tsconfig.build.json", "--outDir", "../dist", "--noCheck", "--declaration", "false"];
  expect(await house.run(TSC, [...options, "--sourceMap", "false"])).toMatchObject({ code: 0 });

  writeFileSync(join(house.outside, "body.json"), JSON.stringify(DELIVERED));
  const normalized = await house.run("../dist/main.js", ["normalize", "wren", "../body.json", "--json"]);
  expect(saidBy(normalized)).toMatchObject({
    trackings: [{ trackingNumber: NUMBER, carrier: "wren", status: "delivered", subStatus: "left_in_safe_place" }],
  });

  const listed = await house.run("../dist/main.js", ["carriers", "codes", "wren", "--json"]);
  expect(saidBy(listed)).toContainEqual({ key: "HUB", status: "in_transit", subStatus: "arrived" });

  writeFileSync(join(house.outside, "ask.js"), ASK);
  const asked = await house.run("../ask.js", []);
  expect(saidBy(asked)).toEqual({
    detected: { trackingNumber: NUMBER, candidates: [{ carrier: "wren", format: "parcel", certainty: "check_digit" }] },
    // What docs/cli.md holds is made of these, so the page stays as it is.
    commandsThatNameIt: [],
  });
});

test("nothing was touched for it but its folder and its line, from which its page is made", () => {
  const after = house.files();
  const added = [...after.keys()].filter((path) => !before.has(path));
  const isExpected = (path: string) =>
    path.startsWith("src/connectors/carriers/wren/") || path === "docs/carriers/wren.md";
  expect(added.filter((path) => !isExpected(path))).toEqual([]);
  expect([...before.keys()].filter((path) => after.get(path) !== before.get(path))).toEqual([REGISTRY]);
  editRegistry((text) => text.replace(/^import.*wren.*\n/m, "").replace(", wren]", "]"));
  expect(house.files().get(REGISTRY)).toBe(before.get(REGISTRY));
});

function saidBy({ code, stdout, output }: Ended): unknown {
  expect(code, output).toBe(0);
  return JSON.parse(stdout);
}

function editRegistry(edit: (text: string) => string): void {
  const path = join(house.root, REGISTRY);
  const text = readFileSync(path, "utf8");
  const edited = edit(text);
  if (edited === text) throw new Error(`${REGISTRY} is not written as this test expects.`);
  writeFileSync(path, edited);
}

const DELIVERED = {
  parcels: [
    { number: NUMBER, events: [{ code: "DLV", detail: "SAFE", text: "Left", at: "2026-03-04T14:31:00-05:00" }] },
  ],
};

/**
 * Asks the built copy's `POST /v1/carriers/detect`, a route that stands alone and needs neither database nor key, and looks
 * for the carrier in what commands and their options say of themselves.
 */
const ASK = `
  import { Command } from "commander";
  import fastify from "fastify";
  import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
  import { registerCarrierRoutes } from "./dist/api/carrier-routes.js";
  import { COMMANDS } from "./dist/cli/commands.js";
  import { CARRIERS } from "./dist/connectors/carriers/registry.js";

  const app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerCarrierRoutes(app, { carriers: CARRIERS });
  const payload = { trackingNumber: "${NUMBER}" };
  const answer = await app.inject({ method: "POST", url: "/v1/carriers/detect", payload });

  const program = new Command();
  for (const load of Object.values(COMMANDS)) (await load())(program, {});
  const below = (command) => [command, ...command.commands.flatMap(below)];
  const texts = (command) => [command.description(), ...command.options.map(({ description }) => description)];
  const commandsThatNameIt = below(program).filter((command) => texts(command).some((text) => /wren/i.test(text)));
  console.log(JSON.stringify({ detected: answer.json(), commandsThatNameIt: commandsThatNameIt.map((one) => one.name()) }));
`;
