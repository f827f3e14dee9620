import type { FastifyInstance, FastifyReply } from "fastify";
import { readBrand } from "../domain/brand.js";
import type { Logger } from "../runtime/logger.js";
import type { KeyRing } from "../runtime/sealing.js";
import type { Queryable } from "../store/database.js";
import { type OpenedLink, openSealedLink, openShortLink } from "./open-link.js";
import { type PageContext, readPage } from "./read-page.js";
import type { RenderedPage } from "./render-document.js";
import { renderGone } from "./render-gone.js";
import { renderNotFound } from "./render-not-found.js";
import { renderPage } from "./render-page.js";
import { renderUnavailable } from "./render-unavailable.js";

export interface PageRoutesOptions {
  readonly db: Queryable;
  /** The ring derived for links. */
  readonly ring: KeyRing;
  readonly findCarrier: PageContext["findCarrier"];
  readonly now: () => number;
  readonly log: Logger;
  readonly count: (result: "shown" | "gone" | "not_found" | "unavailable") => void;
}

const DEFAULT_LOCALE = "en";

/** `/t/<token>` and its short form `/s/<short>`: the tracking page, without login, complete without script. */
export function registerPageRoutes(app: FastifyInstance, options: PageRoutesOptions): void {
  const { db, ring, now } = options;
  app.get<{ Params: { token: string } }>("/t/:token", (request, reply) =>
    answer(reply, options, () => openSealedLink(db, ring, request.params.token, now())),
  );
  app.get<{ Params: { short: string } }>("/s/:short", (request, reply) =>
    answer(reply, options, () => openShortLink(db, request.params.short, now())),
  );
}

async function answer(
  reply: FastifyReply,
  options: PageRoutesOptions,
  open: () => Promise<OpenedLink>,
): Promise<FastifyReply> {
  try {
    const link = await open();
    if (link.outcome === "unknown") {
      options.count("not_found");
      return send(reply, renderNotFound(DEFAULT_LOCALE));
    }
    if (link.outcome === "gone") {
      options.count("gone");
      return send(reply, renderGone(readBrand(link.store.name, link.store.brand), link.store.language));
    }
    const view = await readPage(options.db, link.store, link.order, {
      findCarrier: options.findCarrier,
      nowMs: options.now(),
    });
    options.count("shown");
    return send(reply, renderPage(view));
  } catch (error) {
    // A shopper gets a calm page whatever broke; the operator gets the reason.
    options.log.error({ err: error }, "A tracking page could not be shown.");
    options.count("unavailable");
    return send(reply, renderUnavailable(null, DEFAULT_LOCALE));
  }
}

function send(reply: FastifyReply, page: RenderedPage): FastifyReply {
  return reply.code(page.statusCode).headers(page.headers).send(page.html);
}
