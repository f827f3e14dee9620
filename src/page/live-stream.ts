import type { FastifyReply, FastifyRequest } from "fastify";
import type { PageHead } from "../store/page-heads.js";
import type { LivePages, LiveStream } from "./live-pages.js";

/** How long a browser waits before it comes back, in ms; and what it waits more or less, so that not all come at once. */
const RETRY_MS = 5_000;
const RETRY_SPREAD_MS = 5_000;
/** A reader who is this far behind is gone, whatever the socket says. */
const MAX_UNREAD_BYTES = 16 * 1024;

/**
 * Answers with server-sent events (WHATWG HTML, 9.2): at once the version of now, then one event for each new one. It says
 * a number and nothing of the order. False when there are too many streams already; then nothing was answered.
 */
export function answerLive(request: FastifyRequest, reply: FastifyReply, live: LivePages, head: PageHead): boolean {
  const { raw } = reply;
  const stream: LiveStream = {
    tell: (version) => write(`event: version\ndata: ${version ?? ""}\n\n`),
    beat: () => write(":\n\n"),
    end: () => void raw.end(),
  };
  const remove = live.add(head.orderId, stream);
  if (remove === null) return false;
  reply.hijack();
  raw.on("close", remove);
  // A closed socket tells of itself by `close`.
  raw.on("error", () => undefined);
  raw.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    // Proxies that gather an answer before they pass it on would keep it for ever.
    "x-accel-buffering": "no",
  });
  write(`retry: ${RETRY_MS + ((request.socket.remotePort ?? 0) % RETRY_SPREAD_MS)}\n\n`);
  stream.tell(head.viewVersion);
  return true;

  function write(text: string): void {
    if (raw.writableEnded || raw.destroyed) return;
    if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
    else raw.write(text);
  }
}
