import { Command } from "commander";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "./commands.js";
import type { Terminal } from "./terminal.js";

const SILENT: Terminal = {
  stdin: (async function* () {})(),
  print: () => undefined,
  write: () => undefined,
  fail: () => undefined,
};

describe.each(Object.keys(COMMANDS))("waybill %s", (name) => {
  test("tells with --help what it is for and what every option does, without opening anything", async () => {
    const written: string[] = [];
    const program = await programWith(name, written);
    for (const path of pathsOf(program)) {
      written.length = 0;
      await expect(program.parseAsync([...path, "--help"], { from: "user" })).rejects.toMatchObject({ exitCode: 0 });
      expect(written.join("")).toContain(`Usage: waybill ${path.join(" ")}`);
    }
    expect(lackingWords(program)).toEqual([]);
  });

  test("has --json wherever it does something", async () => {
    const program = await programWith(name, []);
    const without = pathsOf(program).filter((path) => !optionsOn(program, path).includes("--json"));
    // A group of commands does nothing itself.
    expect(without.filter((path) => commandAt(program, path).commands.length === 0)).toEqual([]);
  });
});

async function programWith(name: string, written: string[]): Promise<Command> {
  const program = new Command("waybill");
  (await COMMANDS[name]?.())?.(program, SILENT);
  for (const command of [program, ...pathsOf(program).map((path) => commandAt(program, path))]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => written.push(text), writeErr: (text) => written.push(text) });
  }
  return program;
}

/** Every command below the program, as words. */
function pathsOf(command: Command, path: readonly string[] = []): string[][] {
  return command.commands.flatMap((child) => [[...path, child.name()], ...pathsOf(child, [...path, child.name()])]);
}

function commandAt(program: Command, path: readonly string[]): Command {
  return path.reduce((command, name) => command.commands.find((child) => child.name() === name) ?? command, program);
}

/** The options that hold on a command, its parents' included. */
function optionsOn(program: Command, path: readonly string[]): string[] {
  return path.flatMap((_, at) => commandAt(program, path.slice(0, at + 1)).options.map(({ long }) => long ?? ""));
}

/** Commands, arguments and options that nobody has described. */
function lackingWords(program: Command): string[] {
  return pathsOf(program).flatMap((path) => {
    const command = commandAt(program, path);
    const parts = [
      { name: "", description: command.description() },
      ...command.options.map(({ flags, description }) => ({ name: flags, description })),
      ...command.registeredArguments.map((argument) => ({ name: argument.name(), description: argument.description })),
    ];
    return parts.filter(({ description }) => description === "").map((part) => `${path.join(" ")} ${part.name}`);
  });
}
