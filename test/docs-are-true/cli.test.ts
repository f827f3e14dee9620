import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.js";

const PAGE = new URL("../../docs/cli.md", import.meta.url);
const terminal = { stdin: (async function* () {})(), print: () => {}, write: () => {}, fail: () => {} };

/** The table as docs/cli.md must hold it. When the test fails, copy the expected text from its output. */
async function commandTable(): Promise<string> {
  const program = new Command("waybill");
  for (const load of Object.values(COMMANDS)) (await load())(program, terminal);
  const rows = program.commands.flatMap((command) => rowsOf(command, "waybill"));
  return ["| Command | What it does | Flags |", "|---|---|---|", ...rows].join("\n");
}

/** A row for a command, if it does something itself, and for every command below it. */
function rowsOf(command: Command, above: string): string[] {
  const words = [above, command.name()].join(" ");
  const below = command.commands.flatMap((child) => rowsOf(child, words));
  const isGroup =
    command.commands.length > 0 && command.registeredArguments.length === 0 && command.options.length === 0;
  if (isGroup) return below;
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const flags = command.options.map(({ flags, description }) => `\`${flags}\` ${description}`);
  const cells = [`\`${[words, ...args].join(" ")}\``, command.description(), flags.join("<br>")];
  return [`| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`, ...below];
}

test("docs/cli.md holds exactly the commands and flags that there are", async () => {
  const page = await readFile(PAGE, "utf8");
  const table = page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .join("\n");
  expect(table).toBe(await commandTable());
});
