import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Carrier, CarrierPush, PushRequest, SigningKeys } from "../connectors/carriers/contract.js";
import type { Credentials } from "../runtime/credentials.js";
import type { HttpRequest } from "../runtime/http-client.js";
import type { Logger } from "../runtime/logger.js";
import { Problem } from "../runtime/problem.js";
import { type Intake, IntakeFullError } from "./intake.js";
import { type SigningKeyCache, SigningKeysMissingError } from "./signing-keys.js";

/** A connection as the intake needs it. */
export interface HookConnection {
  readonly id: string;
  readonly connector: string;
  readonly enabled: boolean;
  readonly credentials: Credentials;
}

export interface HooksOptions {
  readonly carriers: readonly Carrier[];
  readonly findConnection: (id: string) => Promise<HookConnection | null>;
  readonly intake: Intake;
  /** The keys of carriers that publish those they sign with. */
  readonly signingKeys: SigningKeyCache;
  readonly now: () => number;
  readonly log: Logger;
  /** Makes the call that confirms a subscription, once the answer to the request that asked for it is on its way. */
  readonly confirm: (connectionId: string, request: HttpRequest) => void;
  /** Told of every verified push that says something, before it is kept. */
  readonly heard: (connectionId: string) => void;
  /** Counts pushes by carrier and outcome. */
  readonly count: (
    carrier: string,
    outcome: "stored" | "duplicate" | "unverified" | "unverifiable" | "refused" | "overloaded" | "handshake",
  ) => void;
}

interface HookParams {
  connectionId: string;
}

/**
 * `POST /hooks/<carrier>/<connectionId>`: verifies a carrier's push, makes it durable, and only then answers 200. It does
 * not parse: an authentic body that nobody can read is kept and parked later. One route per carrier, so that each has
 * its own size limit.
 */
export function registerHooks(app: FastifyInstance, options: HooksOptions): void {
  // In a scope of its own: bodies stay raw bytes here whatever their type, since signatures are over bytes.
  void app.register((scope, _opts, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    for (const carrier of options.carriers) {
      if (carrier.push !== undefined) registerCarrierHooks(scope, carrier, carrier.push, options);
    }
    done();
  });
}

function registerCarrierHooks(app: FastifyInstance, carrier: Carrier, push: CarrierPush, options: HooksOptions): void {
  app.post<{ Params: HookParams }>(
    `/hooks/${carrier.code}/:connectionId`,
    { bodyLimit: push.maxBytes },
    async (request) => {
      const connection = await requireConnection(request.params.connectionId, carrier, options);
      const body = requireBody(request);
      const pushed = toPushRequest(request, body);
      const challenge = push.challenge?.(pushed) ?? null;
      if (challenge !== null) {
        options.count(carrier.code, "handshake");
        return challenge;
      }
      const keys = await findKeys(pushed, push, connection, options);
      if (!push.verify(pushed, connection.credentials, options.now(), keys)) {
        options.count(carrier.code, "unverified");
        throw new Problem(
          401,
          "push_not_verified",
          "This push is not signed as the connection expects. Check the secret on both sides.",
        );
      }
      const activation = push.activation?.(pushed, connection.credentials) ?? null;
      if (activation !== null) {
        // It holds a secret and no news, so it is not kept. The carrier wants our answer first, then the call.
        options.count(carrier.code, "handshake");
        options.confirm(connection.id, activation);
        return { received: true };
      }
      options.heard(connection.id);
      const receipt = await recordBody(connection, body, carrier, options);
      options.count(carrier.code, receipt);
      return { received: true };
    },
  );

  const { token } = push;
  if (token === undefined) return;
  app.post<{ Params: HookParams }>(
    `/hooks/${carrier.code}/:connectionId/token`,
    { bodyLimit: 8 * 1024 },
    async (request, reply) => {
      const connection = await requireConnection(request.params.connectionId, carrier, options);
      const answer = token(toPushRequest(request, bodyOf(request)), connection.credentials, options.now());
      // RFC 6749 section 5.1: token answers are never cached.
      return sendToken(reply, answer.status, answer.body);
    },
  );
}

async function requireConnection(id: string, carrier: Carrier, options: HooksOptions): Promise<HookConnection> {
  const connection = await options.findConnection(id);
  if (connection === null || !connection.enabled || connection.connector !== carrier.code) {
    options.count(carrier.code, "refused");
    throw new Problem(
      404,
      "connection_unknown",
      "No connection has this address. `waybill connections list` shows the addresses.",
    );
  }
  return connection;
}

/** The keys to verify with, of a carrier that publishes them. A push that names no key needs none: it is refused anyway. */
async function findKeys(
  pushed: PushRequest,
  { signingKeys }: CarrierPush,
  connection: HookConnection,
  options: HooksOptions,
): Promise<SigningKeys | undefined> {
  const keyId = signingKeys?.keyIdOf(pushed) ?? null;
  if (signingKeys === undefined || keyId === null) return undefined;
  try {
    return await options.signingKeys.find(connection, signingKeys, keyId);
  } catch (error) {
    if (!(error instanceof SigningKeysMissingError)) throw error;
    options.count(connection.connector, "unverifiable");
    // Not 401: it may well be genuine, and the carrier should send it again.
    throw new Problem(
      503,
      "signing_keys_unavailable",
      "The carrier's published signing keys cannot be had now. Send this push again.",
      { retryAfterSeconds: error.retryAfterSeconds },
    );
  }
}

function requireBody(request: FastifyRequest): Buffer {
  const body = bodyOf(request);
  if (body.byteLength === 0) throw new Problem(400, "body_empty", "The push has no body.");
  return body;
}

function bodyOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

async function recordBody(connection: HookConnection, body: Buffer, carrier: Carrier, options: HooksOptions) {
  try {
    return await options.intake.record({ connectionId: connection.id, source: "push", body });
  } catch (error) {
    options.count(carrier.code, "overloaded");
    if (error instanceof IntakeFullError) {
      const { retryAfterSeconds } = error;
      throw new Problem(503, "intake_full", "Too many pushes are waiting to be stored. Send this one again.", {
        retryAfterSeconds,
      });
    }
    options.log.error({ err: error, connectionId: connection.id }, "A push could not be stored.");
    throw new Problem(503, "storage_unavailable", "The push could not be stored. Send it again.", {
      retryAfterSeconds: 5,
    });
  }
}

function toPushRequest(request: FastifyRequest, rawBody: Uint8Array): PushRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return { headers, rawBody };
}

function sendToken(reply: FastifyReply, status: number, body: Readonly<Record<string, string | number>>) {
  if (status === 401) reply.header("www-authenticate", 'Basic realm="waybill"');
  return reply.code(status).header("cache-control", "no-store").send(body);
}
