import { createServer } from "node:http";
import { sandboxSettings } from "../../src/compose/sandbox-settings.js";
import { silentLogger } from "../../src/runtime/logger.js";
import type { SandboxCarrier } from "../../src/sandbox/parcel.js";
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

/** What a push target answers. */
interface PushAnswer {
  readonly status: number;
  readonly body?: string;
}

/** A push target on 127.0.0.1 that keeps what it gets and answers as `answer` says (default: 200 without body). */
export async function pushTarget(
  answer: (push: ReceivedPush) => PushAnswer | Promise<PushAnswer> = () => ({ status: 200 }),
): Promise<{ readonly url: string; readonly received: ReceivedPush[]; close(): Promise<void> }> {
  const received: ReceivedPush[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const push = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks) };
      received.push(push);
      void Promise.resolve(answer(push))
        .catch(() => ({ status: 500 }))
        .then(({ status, body = "" }: PushAnswer) => response.writeHead(status).end(body));
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

/** What proves the sandbox's pushes to connections with `sandboxCredentials`. Long enough for every carrier. */
export const SANDBOX_PUSH_SECRET = "a-push-secret-of-the-sandbox-0123456789";

/** The settings of a connection that reach the sandbox's emulator of a carrier, with all that pushing needs. */
export function sandboxCredentials(sandbox: Sandbox, carrier: SandboxCarrier): Record<string, string> {
  return sandboxSettings(sandbox, carrier, SANDBOX_PUSH_SECRET);
}
