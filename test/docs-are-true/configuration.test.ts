import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { describeDefault } from "../../src/runtime/config.js";
import { CONFIG_FIELDS } from "../../src/runtime/config-fields.js";

const PAGE = new URL("../../docs/configuration.md", import.meta.url);

/** The table as docs/configuration.md must hold it. When the first test fails, copy the expected text from its output. */
function configurationTable(): string {
  const rows = Object.values(CONFIG_FIELDS).map((field) => {
    const fallback = describeDefault(field);
    const shown = fallback === "" ? "not set" : fallback.includes("`") ? fallback : `\`${fallback}\``;
    const values = `${field.expects.charAt(0).toUpperCase()}${field.expects.slice(1)}.${field.secret ? " Secret." : ""}`;
    return [`\`${field.name}\``, field.doc, values, shown].map((cell) => cell.replaceAll("|", "\\|")).join(" | ");
  });
  return [
    "| Variable | What it is for | Values | Default |",
    "|---|---|---|---|",
    ...rows.map((row) => `| ${row} |`),
  ].join("\n");
}

test("docs/configuration.md holds exactly the settings of the schema", async () => {
  const page = await readFile(PAGE, "utf8");
  const table = page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .join("\n");
  expect(table).toBe(configurationTable());
});

test("docs/configuration.md mentions no setting that does not exist", async () => {
  const page = await readFile(PAGE, "utf8");
  const known: readonly string[] = Object.values(CONFIG_FIELDS).map(({ name }) => name);
  const mentioned = page.match(/\bWAYBILL_[A-Z_]*[A-Z]\b/g) ?? [];
  expect(mentioned.filter((name) => !known.includes(name) && name !== "WAYBILL_TEST")).toEqual([]);
});
