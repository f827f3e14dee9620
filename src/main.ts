#!/usr/bin/env node
import { Command } from "commander";
import { processTerminal, type Terminal } from "./cli/terminal.js";

type Register = (program: Command, terminal: Terminal) => void;

/** Commands by name, each loaded only when it is run or listed, so that a small one starts fast. */
const COMMANDS: Readonly<Record<string, () => Promise<Register>>> = {
  normalize: async () => (await import("./cli/normalize.js")).registerNormalize,
  carriers: async () => (await import("./cli/carriers.js")).registerCarriers,
};

const program = new Command("waybill").description("The order tracking system a store owns.").showHelpAfterError();
const wanted = process.argv[2] ?? "";
const names = Object.hasOwn(COMMANDS, wanted) ? [wanted] : Object.keys(COMMANDS);
for (const name of names) (await COMMANDS[name]?.())?.(program, processTerminal());
await program.parseAsync();
