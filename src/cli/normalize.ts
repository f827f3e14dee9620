import { createReadStream } from "node:fs";
import type { Command } from "commander";
import { UnreadableBodyError } from "../connectors/carriers/contract.js";
import { CARRIERS, findCarrier } from "../connectors/carriers/registry.js";
import { normalizeBody } from "./normalize-body.js";
import type { Terminal } from "./terminal.js";

/** No carrier sends more in one body. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** `waybill normalize <carrier> [file|-]`: a carrier's raw body in, Waybill's reading of it out. Needs no database. */
export function registerNormalize(program: Command, terminal: Terminal): void {
  program
    .command("normalize")
    .description("read one raw body of a carrier and print it in Waybill's words")
    .argument("<carrier>", CARRIERS.map((carrier) => carrier.code).join(", "))
    .argument("[file]", "file with the body as the carrier sent it; - for standard input", "-")
    .option("--json", "print on one line, for programs")
    .action(async (code: string, file: string, options: { json?: true }) => {
      const sentence = await normalize(code, file, options.json === true ? 0 : 2, terminal);
      if (sentence !== null) terminal.fail(sentence);
    });
}

/** @returns why it could not be done, in one sentence; null when it was */
async function normalize(code: string, file: string, indent: number, terminal: Terminal): Promise<string | null> {
  const carrier = findCarrier(code);
  if (carrier === null) return unknownCarrier(code);
  const body = await readBounded(file === "-" ? terminal.stdin : createReadStream(file)).catch(unreadableFile);
  if (body === "too large")
    return `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB, which no carrier sends.`;
  if ("systemCode" in body) return `The file ${file} cannot be read (${body.systemCode}).`;
  try {
    terminal.print(JSON.stringify(normalizeBody(carrier, body), null, indent));
    return null;
  } catch (error) {
    if (error instanceof UnreadableBodyError) return `This is no ${carrier.name} report: ${error.message}`;
    throw error;
  }
}

/** The sentence for a carrier that Waybill does not know. */
export function unknownCarrier(code: string): string {
  return `There is no carrier "${code.slice(0, 40)}". There are: ${CARRIERS.map((carrier) => carrier.code).join(", ")}.`;
}

/** The whole body; given up as soon as it turns out larger than the limit. */
async function readBounded(source: AsyncIterable<Uint8Array>): Promise<Uint8Array | "too large"> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) return "too large";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What the system says about a file (`ENOENT`). Anything else is a fault of ours and goes on. */
function unreadableFile(error: unknown): { systemCode: string } {
  if (error instanceof Error && "code" in error && typeof error.code === "string") return { systemCode: error.code };
  throw error;
}
