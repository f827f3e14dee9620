import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { createLogger } from "../../runtime/logger.js";
import { runMailCatcher } from "./run-mail-catcher.js";

const USAGE = `Catches mail and shows it.
Usage: node mail-catcher/command.js --file <mails.jsonl> [--smtp-port 0] [--http-port 0]
Prints one line of JSON when ready: { "smtpPort", "httpPort", "url" }. Port 0 takes any free port.`;

/**
 * The mail catcher as a process of its own; ends with 0 on SIGTERM or SIGINT.
 * @returns the exit code
 */
export async function mailCatcherCommand(
  argv: readonly string[],
  output: {
    readonly print: (line: string) => void;
    readonly complain: (line: string) => void;
    readonly untilStopped: Promise<unknown>;
  },
): Promise<number> {
  const asked = readArguments(argv);
  if (asked === null) {
    output.complain(USAGE);
    return 2;
  }
  const log = createLogger({ level: "warn", fields: { role: "mail-catcher" } });
  const catcher = await runMailCatcher({ ...asked, log });
  const { smtpPort, httpPort, url } = catcher;
  output.print(JSON.stringify({ smtpPort, httpPort, url }));
  await output.untilStopped;
  await catcher.stop();
  return 0;
}

function readArguments(argv: readonly string[]): { file: string; smtpPort: number; httpPort: number } | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        file: { type: "string" },
        "smtp-port": { type: "string", default: "0" },
        "http-port": { type: "string", default: "0" },
      },
    });
    const smtpPort = portOf(values["smtp-port"]);
    const httpPort = portOf(values["http-port"]);
    return values.file === undefined || smtpPort === null || httpPort === null
      ? null
      : { file: values.file, smtpPort, httpPort };
  } catch {
    return null;
  }
}

function portOf(text: string): number | null {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port <= 65_535 ? port : null;
}

/** Run as a program, not when imported. */
if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const untilStopped = new Promise((stop) => {
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
  });
  process.exitCode = await mailCatcherCommand(process.argv.slice(2), {
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    untilStopped,
  });
}
