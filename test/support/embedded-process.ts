import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process of its own that has opened the embedded database. */
export interface EmbeddedProcess {
  readonly pid: number;
  readonly role: "supervisor" | "client";
  readonly url: string;
  /** What it logged until it was ready. */
  readonly logged: string;
  /** Ends without a word to anybody. */
  kill(): Promise<void>;
  /** Stops the database as far as it is its own, and ends. */
  stop(): Promise<void>;
}

const PROGRAM = `
  const [module, logger, dataDirectory] = process.argv.slice(1);
  const { openEmbedded } = await import(module);
  const { createLogger } = await import(logger);
  try {
    const database = await openEmbedded({ dataDirectory, log: createLogger({ level: "debug" }) });
    console.log(JSON.stringify({ role: database.role, url: database.url }));
    process.stdin.resume().on("end", async () => { await database.stop(); process.exit(0); });
  } catch (error) {
    console.log(JSON.stringify({ refused: error.message }));
    process.exit(1);
  }
`;

/**
 * Opens the embedded database of a directory in a process of its own.
 * @throws Error with the sentence that it refused with
 */
export async function openInProcess(
  source: string,
  dataDirectory: string,
  identity: { readonly uid?: number; readonly gid?: number } = {},
): Promise<EmbeddedProcess> {
  const modules = [`${source}/store/embedded/open-embedded.js`, `${source}/runtime/logger.js`];
  const child = spawn(process.execPath, ["--input-type=module", "-e", PROGRAM, ...modules, dataDirectory], {
    cwd: "/",
    ...identity,
  });
  let logged = "";
  child.stderr.on("data", (chunk: Buffer) => (logged += chunk.toString("utf8")));
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), once(child, "exit")])) as [unknown];
  if (typeof line !== "string") throw new Error(`The process ended early: ${logged}`);
  const answer = JSON.parse(line) as { refused: string } | { role: "supervisor" | "client"; url: string };
  if ("refused" in answer) throw new Error(answer.refused);
  return {
    pid: child.pid ?? 0,
    ...answer,
    logged,
    async kill() {
      child.kill("SIGKILL");
      await ended(child);
    },
    async stop() {
      child.stdin.end();
      await ended(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
