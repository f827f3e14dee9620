import { Agent, type Dispatcher } from "undici";
import { decodeBody } from "./http-body.js";
import { type HttpClient, HttpError, type HttpRequest, type HttpResponse } from "./http-client.js";

export interface HttpClientOptions {
  readonly userAgent: string;
  /** Whole request including the body, where the request does not say. */
  readonly defaultTimeoutMs: number;
  /** Largest answer body, after decompression, where the request does not say. */
  readonly maxBytes: number;
}

/** An `HttpClient` that keeps connections open. `close` waits for what is under way and then ends them. */
export type ClosableHttpClient = HttpClient & { close(): Promise<void> };

const CONNECTIONS_PER_ORIGIN = 64;

/**
 * The HTTP client over undici. Only http and https; redirects are answers like any other and never followed (a signed
 * request must not walk to another host); gzip is asked for and undone. Error messages name the host, never the path: it may hold a secret.
 */
export function createHttpClient(options: HttpClientOptions): ClosableHttpClient {
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    connect: { timeout: options.defaultTimeoutMs },
    // Our own clock covers the whole request; undici's two would only add other error kinds.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  const send: HttpClient = async (request) => {
    const url = readUrl(request.url);
    const maxBytes = request.maxBytes ?? options.maxBytes;
    const answer = await exchange(agent, url, request, {
      userAgent: options.userAgent,
      timeoutMs: request.timeoutMs ?? options.defaultTimeoutMs,
      maxBytes,
    });
    return decodeBody(answer, maxBytes, url.host);
  };
  return Object.assign(send, { close: () => agent.close() });
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new HttpError("connection", "The address of the request is not a URL.", false);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new HttpError("connection", `Only http and https can be called, not ${url.protocol.slice(0, 20)}`, false);
  }
  if (url.username !== "" || url.password !== "") {
    throw new HttpError(
      "connection",
      `The address at ${url.host} holds a user or password: put them into a header.`,
      false,
    );
  }
  return url;
}

interface Limits {
  readonly userAgent: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** One request and its whole answer. Settles once; whatever undici says afterwards is ignored. */
function exchange(agent: Agent, url: URL, request: HttpRequest, limits: Limits): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    let sent = false;
    let settled = false;
    let controller: Dispatcher.DispatchController | null = null;
    let answer: { status: number; headers: Record<string, string | undefined> } | null = null;
    const chunks: Buffer[] = [];
    let bytes = 0;

    const timer = setTimeout(() => {
      fail("timeout", `${url.host} did not answer whole within ${limits.timeoutMs} ms.`);
    }, limits.timeoutMs);
    const onAbort = () => fail("aborted", `The request to ${url.host} was given up.`);
    request.signal?.addEventListener("abort", onAbort, { once: true });

    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
      return true;
    };
    const fail = (kind: HttpError["kind"], message: string) => {
      if (!settle()) return;
      const error = new HttpError(kind, message, sent);
      controller?.abort(error);
      reject(error);
    };

    if (request.signal?.aborted === true) return onAbort();
    const handler: Dispatcher.DispatchHandler = {
      // Called when a connection is there and the first byte is about to be written.
      onRequestStart(started) {
        controller = started;
        if (settled) started.abort(new Error("given up before it was sent"));
        else sent = true;
      },
      onResponseStart(_started, status, headers) {
        if (status < 200) return;
        answer = { status, headers: joinHeaders(headers) };
        if (Number(headers["content-length"]) > limits.maxBytes) failTooLarge();
      },
      onResponseData(_started, chunk) {
        bytes += chunk.length;
        if (bytes > limits.maxBytes) return failTooLarge();
        chunks.push(chunk);
      },
      onResponseEnd() {
        if (answer !== null && settle()) resolve({ ...answer, body: Buffer.concat(chunks) });
      },
      onResponseError(_started, error) {
        fail("connection", `The connection to ${url.host} failed (${codeOf(error)}).`);
      },
    };
    const failTooLarge = () => fail("too_large", `The answer of ${url.host} is larger than ${limits.maxBytes} bytes.`);

    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: request.method,
          headers: withDefaults(request.headers ?? {}, limits.userAgent),
          body: request.body ?? null,
        },
        handler,
      );
    } catch (error) {
      // undici refuses what it cannot write, such as a line break in a header.
      fail("connection", `The request to ${url.host} could not be written (${codeOf(error)}).`);
    }
  });
}

function withDefaults(headers: Readonly<Record<string, string>>, userAgent: string): Record<string, string> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { "user-agent": userAgent, "accept-encoding": "gzip", ...own };
}

function joinHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | undefined> {
  const joined: Record<string, string | undefined> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    joined[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return joined;
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "no code";
}
