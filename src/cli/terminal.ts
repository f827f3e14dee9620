/** What a command reads from and writes to. */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Writes text and a line end to standard output. */
  readonly print: (text: string) => void;
  /** Writes bytes to standard output as they are. */
  readonly write: (bytes: Uint8Array) => void;
  /** Writes one sentence to standard error and makes the process exit with 1 when the command is done. */
  readonly fail: (sentence: string) => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  // Whoever reads may stop reading (`waybill … | head`): nothing is left to do then.
  process.stdout.once("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  return {
    stdin: process.stdin,
    print: (text) => process.stdout.write(`${text}\n`),
    write: (bytes) => process.stdout.write(bytes),
    fail: (sentence) => {
      process.stderr.write(`${sentence}\n`);
      process.exitCode = 1;
    },
  };
}
