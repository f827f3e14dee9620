import { Problem } from "../runtime/problem.js";
import type { Terminal } from "./terminal.js";

/** Why a command could not do what it was asked: one sentence for the operator, saying what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/**
 * Runs what a command does. A `CommandError` and a `Problem` of the rooms become their sentence on standard error and
 * exit code 1; anything else is a fault of ours and goes on with its stack.
 */
export async function runCommand(terminal: Terminal, command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof Problem)) throw error;
    // Settings may have several faults, each a sentence on a line of its own.
    for (const sentence of error.message.split("\n")) terminal.fail(sentence);
  }
}
