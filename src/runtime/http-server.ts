import Fastify, { type FastifyError, type FastifyInstance } from "fastify";
import type { Logger } from "./logger.js";
import { PROBLEM_TYPE, Problem } from "./problem.js";

/** Headers that every answer carries. Pages add their own, stricter ones. */
const BASE_HEADERS = { "x-content-type-options": "nosniff" };

export interface HttpServerOptions {
  readonly log: Logger;
  /** Tells a failure of the database from a fault of ours: the first is 503 and worth another try. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** Seconds of one answered request, for metrics. `route` is the pattern, never the address with its tokens. */
  readonly observe: (sample: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
}

/**
 * An HTTP server without routes whose errors are problems (RFC 9457), whose log lines hold route patterns rather than
 * addresses, and which closes idle connections when it stops.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: "idle",
    return503OnClosing: true,
    genReqId: () => "",
  });

  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(BASE_HEADERS);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    options.observe({ route, method: request.method, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
    options.log.debug(
      { route, method: request.method, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      "Request answered.",
    );
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error, options);
    // What was refused on purpose is counted; said for every request it would bury the reason, which its cause tells once.
    if (problem.status >= 500 && !(error instanceof Problem))
      options.log.error({ err: error, route: request.routeOptions.url }, "A request failed.");
    const { retryAfterSeconds } = problem.extra;
    if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
    return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  });
  app.setNotFoundHandler((_request, reply) => {
    const problem = new Problem(404, "not_found", "There is nothing at this address.");
    return reply.code(404).type(PROBLEM_TYPE).send(JSON.stringify(problem));
  });
  return app;
}

function toProblem(error: FastifyError, options: HttpServerOptions): Problem {
  if (error instanceof Problem) return error;
  if (error.statusCode === 413)
    return new Problem(413, "body_too_large", "The body is larger than this address accepts.");
  if (error.statusCode === 415) return new Problem(415, "media_type_unsupported", "Send the body as application/json.");
  if (error.validation !== undefined) {
    const errors = error.validation.map(({ instancePath, message }) => ({
      pointer: toPointer(instancePath),
      detail: message ?? "is not valid",
    }));
    return new Problem(422, "request_invalid", "The request does not have the documented shape.", { errors });
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new Problem(error.statusCode, "request_invalid", "The request could not be read. Is its body valid JSON?");
  }
  if (options.isUnavailable(error)) {
    return new Problem(503, "database_unavailable", "The database cannot be reached just now. Try again.", {
      retryAfterSeconds: 5,
    });
  }
  return new Problem(500, "internal_error", "Something went wrong on our side. The operator finds it in the log.");
}

/** RFC 6901: the whole body is the empty pointer; `/` would be its field without a name. */
function toPointer(instancePath: string): string {
  return instancePath === "/" ? "" : instancePath;
}
