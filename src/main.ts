#!/usr/bin/env node
import { Command } from "commander";
import { COMMANDS } from "./cli/commands.js";
import { processTerminal } from "./cli/terminal.js";

const program = new Command("waybill").description("The order tracking system a store owns.").showHelpAfterError();
const wanted = process.argv[2] ?? "";
const names = Object.hasOwn(COMMANDS, wanted) ? [wanted] : Object.keys(COMMANDS);
const terminal = processTerminal();
for (const name of names) (await COMMANDS[name]?.())?.(program, terminal);
await program.parseAsync();
