import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { HttpError, type HttpRequest } from "./http-client.js";
import { createHttpClient } from "./http-client-undici.js";

const http = createHttpClient({ userAgent: "waybill-test", defaultTimeoutMs: 10_000, maxBytes: 1000 });
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function failure(request: HttpRequest): Promise<HttpError> {
  const error: unknown = await http(request).catch((reason: unknown) => reason);
  if (error instanceof HttpError) return error;
  throw new Error(`expected an HttpError, got ${String(error)}`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe("an answer that arrived whole", () => {
  test("is given with its status, headers in lower case and bytes, whatever the status", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(503, { "Retry-After": "3", "X-Two": ["a", "b"] }).end("busy");
    });
    const answer = await http({ method: "GET", url });
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ "retry-after": "3", "x-two": "a, b" });
    expect(Buffer.from(answer.body).toString()).toBe("busy");
  });

  test("was asked for with the method, path, headers and body that were given, and our name", async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => void answer(request, response));
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const { "user-agent": agent, "x-a": own, "content-length": size } = request.headers;
      seen.push([request.method, request.url, agent, own, size, await readBody(request)]);
      response.end();
    };
    await http({ method: "POST", url: `${url}/a?b=c`, headers: { "X-A": "1" }, body: "é" });
    await http({ method: "PUT", url, headers: { "User-Agent": "mine" }, body: Uint8Array.of(65) });
    expect(seen).toEqual([
      ["POST", "/a?b=c", "waybill-test", "1", "2", "é"],
      ["PUT", "/", "mine", undefined, "1", "A"],
    ]);
  });

  test("may be a redirect, which is not followed", async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    expect(await http({ method: "GET", url })).toMatchObject({ status: 302, headers: { location: "/elsewhere" } });
    expect(calls).toBe(1);
  });

  test("is unpacked, and no longer says that it is packed", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello"));
    });
    const answer = await http({ method: "GET", url });
    expect(Buffer.from(answer.body).toString()).toBe("hello");
    expect(answer.headers["content-encoding"]).toBeUndefined();
  });
});

describe("no whole answer", () => {
  test("nobody listens: connection, not sent", async () => {
    const probe = createTcpServer().listen(0, "127.0.0.1");
    await once(probe, "listening");
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    expect(await failure({ method: "GET", url: `http://127.0.0.1:${port}` })).toMatchObject({
      kind: "connection",
      sent: false,
    });
  });

  test("the other side hangs up before it answers: connection, sent", async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await failure({ method: "POST", url, body: "x" })).toMatchObject({ kind: "connection", sent: true });
  });

  test("the other side hangs up within the body: connection, sent", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    });
    expect(await failure({ method: "GET", url })).toMatchObject({ kind: "connection", sent: true });
  });

  test("no answer in time: timeout, sent", async () => {
    const url = await serve(() => {});
    expect(await failure({ method: "GET", url, timeoutMs: 500 })).toMatchObject({ kind: "timeout", sent: true });
  });

  test("headers in time but the body never ends: timeout, sent", async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write("begin"));
    expect(await failure({ method: "GET", url, timeoutMs: 500 })).toMatchObject({ kind: "timeout", sent: true });
  });

  test("a body that says it is too large is not read", async () => {
    const url = await serve((_request, response) =>
      response.writeHead(200, { "content-length": "1001" }).flushHeaders(),
    );
    expect(await failure({ method: "GET", url })).toMatchObject({ kind: "too_large", sent: true });
  });

  test("a body that grows too large is cut off, and the connection with it", async () => {
    const closed: Promise<unknown>[] = [];
    const url = await serve((request, response: ServerResponse) => {
      request.socket.on("error", () => {});
      closed.push(new Promise((resolve) => request.socket.once("close", resolve)));
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(500)));
      };
      response.on("drain", pour);
      pour();
    });
    expect(await failure({ method: "GET", url, maxBytes: 2000 })).toMatchObject({ kind: "too_large", sent: true });
    await Promise.all(closed);
  });

  test("a small body that unpacks to a large one is too large", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(100_000)));
    });
    expect(await failure({ method: "GET", url })).toMatchObject({ kind: "too_large", sent: true });
  });

  test("a damaged gzip is no whole answer", async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("hello").subarray(0, 12));
    });
    expect(await failure({ method: "GET", url })).toMatchObject({ kind: "connection", sent: true });
  });

  test("given up before: aborted, not sent; given up while waiting: aborted, sent", async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    expect(await failure({ method: "GET", url, signal: AbortSignal.abort() })).toMatchObject({
      kind: "aborted",
      sent: false,
    });
    expect(await failure({ method: "GET", url, signal: controller.signal })).toMatchObject({
      kind: "aborted",
      sent: true,
    });
  });

  test("what is said to be unsent never arrives, although the connection was being made", async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url);
      response.end();
    });
    const controller = new AbortController();
    const early = failure({ method: "POST", url: `${url}/early`, body: "x", signal: controller.signal });
    controller.abort();
    expect(await early).toMatchObject({ kind: "aborted", sent: false });
    await Promise.all(Array.from({ length: 5 }, () => http({ method: "GET", url: `${url}/later` })));
    expect(seen).toEqual(Array.from({ length: 5 }, () => "/later"));
  });

  test.each(["file:///etc/passwd", "ftp://127.0.0.1/", "nonsense", "http://user:pl4nted@127.0.0.1/", ""])(
    "%s is not called",
    async (url) => {
      const error = await failure({ method: "GET", url });
      expect(error).toMatchObject({ kind: "connection", sent: false });
      expect(error.message).not.toContain("pl4nted");
    },
  );

  test("a header with a line break is not sent, and its value not repeated", async () => {
    const url = await serve((_request, response) => response.end());
    const error = await failure({ method: "GET", url, headers: { authorization: "pl4nted\r\nx: y" } });
    expect(error).toMatchObject({ kind: "connection", sent: false });
    expect(error.message).not.toContain("pl4nted");
  });

  test("an error names the host and neither path nor query", async () => {
    const url = await serve((request) => request.socket.destroy());
    expect((await failure({ method: "GET", url: `${url}/pl4nted?pl4nted` })).message).not.toContain("pl4nted");
  });
});
