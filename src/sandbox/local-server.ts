import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Logger } from "../runtime/logger.js";

/** A request with its whole body. Header names are lower case. */
export interface LocalRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Aborted when the other side hangs up or the server stops. */
  readonly signal: AbortSignal;
}

export interface LocalAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array | object;
}

export interface LocalServerOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Larger bodies are answered 413. */
  readonly maxBodyBytes: number;
  readonly log: Logger;
  readonly answer: (request: LocalRequest) => LocalAnswer | Promise<LocalAnswer>;
}

export interface LocalServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Takes no more requests, cuts those that are slow on purpose, and resolves when everything is closed. */
  stop(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;
const MAX_CONNECTIONS = 1_000;

/** An HTTP server on 127.0.0.1 only. @throws when the port is taken */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const stopping = new AbortController();
  const server = createServer((incoming, response) => {
    void respond(incoming, response, stopping.signal, options);
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(options.port, "127.0.0.1", listening);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      stopping.abort();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), 1_000);
      await closed;
      clearTimeout(cut);
    },
  };
}

async function respond(
  incoming: IncomingMessage,
  response: ServerResponse,
  stopping: AbortSignal,
  options: LocalServerOptions,
): Promise<void> {
  const hungUp = new AbortController();
  response.on("close", () => hungUp.abort());
  try {
    const body = await readBody(incoming, options.maxBodyBytes);
    if (body === null) {
      send(response, { status: 413, headers: { connection: "close" }, body: { error: "The body is too large." } });
      return;
    }
    const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
    const request: LocalRequest = {
      method: incoming.method ?? "GET",
      path: url.pathname,
      query: url.searchParams,
      headers: headersOf(incoming),
      body,
      signal: AbortSignal.any([stopping, hungUp.signal]),
    };
    send(response, await options.answer(request));
  } catch (error) {
    if (hungUp.signal.aborted || stopping.aborted) {
      response.destroy();
      return;
    }
    options.log.error({ err: error }, "The sandbox could not answer a request.");
    send(response, { status: 500, body: { error: "The sandbox failed; its log says why." } });
  }
}

async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf(incoming: IncomingMessage): Record<string, string | undefined> {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return headers;
}

function send(response: ServerResponse, { status, headers = {}, body = "" }: LocalAnswer): void {
  if (response.destroyed) return;
  const isBytes = typeof body === "string" || body instanceof Uint8Array;
  const bytes = isBytes ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
  const type = isBytes ? {} : { "content-type": "application/json; charset=utf-8" };
  response.writeHead(status, { ...type, "cache-control": "no-store", ...headers, "content-length": bytes.byteLength });
  response.end(bytes);
}
