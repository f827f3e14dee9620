import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../runtime/logger.js";
import { acceptsGzip } from "./accepts-gzip.js";
import type { LivePages } from "./live-pages.js";
import { answerLive } from "./live-stream.js";
import type { LinkOpener, OpenedLink } from "./open-link.js";
import type { PageFinder } from "./page-finder.js";
import type { PagePrinter, PrintedPage } from "./page-printer.js";
import type { RenderedPage } from "./render-document.js";
import { renderGone } from "./render-gone.js";
import { renderNotFound } from "./render-not-found.js";
import { renderUnavailable } from "./render-unavailable.js";

export interface PageRoutesOptions {
  readonly links: LinkOpener;
  readonly pages: PageFinder;
  readonly print: PagePrinter;
  readonly live: LivePages;
  readonly now: () => number;
  readonly log: Logger;
  readonly count: (result: "shown" | "stale" | "gone" | "not_found" | "unavailable") => void;
}

const DEFAULT_LOCALE = "en";

/**
 * `/t/<token>` and its short form `/s/<short>`: the tracking page, without login, complete without script. Under both,
 * `/events` tells an open page that there is something new.
 */
export function registerPageRoutes(app: FastifyInstance, options: PageRoutesOptions): void {
  const { links, live } = options;
  const doors = [
    { path: "/t/:token", open: (token: string) => links.sealed(token) },
    { path: "/s/:token", open: (token: string) => links.short(token) },
  ];
  for (const { path, open } of doors) {
    app.get<TokenRoute>(path, (request, reply) => answer(request, reply, options, () => open(request.params.token)));
    // A HEAD of it would be a stream without words.
    app.get<TokenRoute>(`${path}/events`, { exposeHeadRoute: false }, (request, reply) =>
      answerEvents(request, reply, options, () => open(request.params.token)),
    );
  }
  app.addHook("preClose", async () => live.endAll());
}

interface TokenRoute {
  Params: { token: string };
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  options: PageRoutesOptions,
  open: () => Promise<OpenedLink>,
): Promise<FastifyReply> {
  try {
    const link = await open();
    const page = link.outcome === "open" ? await options.pages.find(link.found) : null;
    if (link.outcome === "gone") {
      options.count("gone");
      return send(reply, renderGone(link.brand, link.language));
    }
    if (page === null) {
      options.count("not_found");
      return send(reply, renderNotFound(DEFAULT_LOCALE));
    }
    options.count(page.asOfMs === null ? "shown" : "stale");
    return sendPrinted(request, reply, options.print(page, options.now()));
  } catch (error) {
    // A shopper gets a calm page whatever broke; the operator gets the reason.
    options.log.error({ err: error }, "A tracking page could not be shown.");
    options.count("unavailable");
    return send(reply, renderUnavailable(null, DEFAULT_LOCALE));
  }
}

/** Whatever is no open page gets a status without a stream, on which a browser gives up. */
async function answerEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  { live, log }: PageRoutesOptions,
  open: () => Promise<OpenedLink>,
): Promise<FastifyReply | undefined> {
  try {
    const link = await open();
    if (link.outcome !== "open") return reply.code(link.outcome === "gone" ? 410 : 404).send();
    if (answerLive(request, reply, live, link.found.head)) return undefined;
  } catch (error) {
    log.warn({ err: error }, "An open page could not be told of news.");
  }
  return reply.code(503).header("retry-after", "60").send();
}

function send(reply: FastifyReply, page: RenderedPage): FastifyReply {
  return reply.code(page.statusCode).headers(page.headers).send(page.html);
}

function sendPrinted(request: FastifyRequest, reply: FastifyReply, page: PrintedPage): FastifyReply {
  reply.code(page.statusCode).headers(page.headers);
  if (!acceptsGzip(request.headers["accept-encoding"])) return reply.send(page.html);
  return reply.header("content-encoding", "gzip").send(page.gzipped);
}
