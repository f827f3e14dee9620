import { createServer } from "node:http";
import { silentLogger } from "../../src/runtime/logger.js";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.js";

/** A sandbox whose time only moves when a test says so. */
export interface StoppedSandbox {
  readonly sandbox: Sandbox;
  /** Moves time on by so many milliseconds. */
  pass(ms: number): void;
  now(): number;
  /** Every wait that the sandbox asked for, in ms. None of them takes any time. */
  readonly waits: number[];
}

/** Starts a sandbox at `startMs` that does nothing by itself and whose waits end at once. */
export async function stoppedSandbox(startMs: number, options: Partial<SandboxOptions> = {}): Promise<StoppedSandbox> {
  let nowMs = startMs;
  const waits: number[] = [];
  const sandbox = await startSandbox({
    now: () => nowMs,
    log: silentLogger,
    driven: false,
    pushConcurrency: 1,
    wait: async (delayMs) => void waits.push(delayMs),
    ...options,
  });
  return { sandbox, pass: (ms) => void (nowMs += ms), now: () => nowMs, waits };
}

/** A request that a push target has received. */
export interface ReceivedPush {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** A push target on 127.0.0.1 that keeps what it gets and answers as `answer` says (default: 200 without body). */
export async function pushTarget(
  answer: (push: ReceivedPush) => { readonly status: number; readonly body?: string } = () => ({ status: 200 }),
): Promise<{ readonly url: string; readonly received: ReceivedPush[]; close(): Promise<void> }> {
  const received: ReceivedPush[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const push = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) };
      received.push(push);
      const { status, body = "" } = answer(push);
      response.writeHead(status).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}
