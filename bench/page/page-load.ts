import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What is asked of the load tool. */
export interface PageLoad {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Asked for in turn; each connection begins elsewhere in the list. */
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Pages a second, shared by the connections; null: as many as come back. */
  readonly perSecond: number | null;
}

/** What it saw. Latencies are from the first byte sent to the last one received. */
export interface PageLoadResult {
  readonly pages: number;
  readonly seconds: number;
  /** Answers that are no 200, and connections that broke. */
  readonly failures: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs autocannon in a process of its own, so that what it costs is not the server's. @throws when it fails */
export async function loadPages(load: PageLoad): Promise<PageLoadResult> {
  const file = fileURLToPath(new URL("./run-autocannon.js", import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(load));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`The load tool ended with ${String(code)}.`);
  return JSON.parse(said) as PageLoadResult;
}
