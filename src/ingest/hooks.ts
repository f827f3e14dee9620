import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Carrier, CarrierPush, PushRequest, SigningKeys } from "../connectors/carriers/contract.js";
import type { Credentials } from "../runtime/credentials.js";
import type { HttpRequest } from "../runtime/http-client.js";
import type { Logger } from "../runtime/logger.js";
import { Problem } from "../runtime/problem.js";
import { type StartTimer, settlesWithin, startTimer } from "../runtime/timer.js";
import { type Intake, IntakeFullError } from "./intake.js";
import { type ReceivedBody, receiveBody } from "./receive-body.js";
import { type SigningKeyCache, SigningKeysMissingError } from "./signing-keys.js";
import { createStorageWatch, type StorageWatch } from "./storage-watch.js";

/**
 * The longest that a push waits for the database before it is answered 503. The most impatient carriers give up after some five
 * seconds and count that as worse than a 503.
 */
export const ANSWER_WITHIN_MS = 4_000;
const FULL_AGAIN_SECONDS = 2;
const AWAY_AGAIN_SECONDS = 5;

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
  /** Tells an absent database from a fault of ours. */
  readonly isUnavailable: (error: unknown) => boolean;
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
  readonly start?: StartTimer;
}

interface WatchedOptions extends HooksOptions {
  readonly storage: StorageWatch;
}

interface HookParams {
  connectionId: string;
}

type Route = { readonly Params: HookParams; readonly Body: ReceivedBody | null | undefined };

/**
 * `POST /hooks/<carrier>/<connectionId>`: verifies a carrier's push, makes it durable, and only then answers 200. It does
 * not parse: an authentic body that nobody can read is kept and parked later. One route per carrier, so that each has
 * its own size limit. What cannot be stored now is answered 503 with Retry-After: at once, before the body is read, where that is
 * known, else after four seconds. A body that is late may be stored all the same; its repetition is a duplicate then.
 */
export function registerHooks(app: FastifyInstance, given: HooksOptions): void {
  const { isUnavailable, now, log } = given;
  const storage = createStorageWatch({
    isUnavailable,
    now,
    slowMs: ANSWER_WITHIN_MS,
    onChange: (isAway, err) =>
      isAway
        ? log.error({ err }, "The database takes no pushes: carriers are asked to send them again.")
        : log.info({}, "The database takes pushes again."),
  });
  const options = { ...given, storage };
  for (const carrier of options.carriers) {
    const { push } = carrier;
    if (push === undefined) continue;
    // In a scope of its own: bodies stay raw bytes here whatever their type, since signatures are over bytes.
    void app.register((scope, _opts, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", async (request: FastifyRequest, payload: IncomingMessage) =>
        receiveBody(payload, { maxBytes: request.routeOptions.bodyLimit ?? push.maxBytes, room: options.intake.room }),
      );
      registerCarrierHooks(scope, carrier, push, options);
      done();
    });
  }
}

function registerCarrierHooks(
  app: FastifyInstance,
  carrier: Carrier,
  push: CarrierPush,
  options: WatchedOptions,
): void {
  app.post<Route>(
    `/hooks/${carrier.code}/:connectionId`,
    {
      bodyLimit: push.maxBytes,
      onRequest: async ({ headers }) => {
        const refusal = refuseEarly(Number(headers["content-length"] ?? 0), options);
        if (refusal === null) return;
        options.count(carrier.code, "overloaded");
        throw refusal;
      },
    },
    async (request) => {
      try {
        return await takePush(request, carrier, push, options);
      } catch (error) {
        const refusal = !(error instanceof Problem) && options.storage.isAway() ? storageAway() : error;
        if (isOverload(refusal)) options.count(carrier.code, "overloaded");
        throw refusal;
      } finally {
        request.body?.held.release();
      }
    },
  );

  const { token } = push;
  if (token === undefined) return;
  app.post<Route>(`/hooks/${carrier.code}/:connectionId/token`, { bodyLimit: 8 * 1024 }, async (request, reply) => {
    try {
      const connection = await requireConnection(request.params.connectionId, carrier, options);
      const answer = token(toPushRequest(request, bodyOf(request)), connection.credentials, options.now());
      // RFC 6749 section 5.1: token answers are never cached.
      return sendToken(reply, answer.status, answer.body);
    } finally {
      request.body?.held.release();
    }
  });
}

async function takePush(
  request: FastifyRequest<Route>,
  carrier: Carrier,
  push: CarrierPush,
  options: WatchedOptions,
): Promise<object> {
  const byMs = options.now() + ANSWER_WITHIN_MS;
  const connection = await inTime(requireConnection(request.params.connectionId, carrier, options), byMs, options);
  const received = requireBody(request);
  const pushed = toPushRequest(request, received.bytes);
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
  const receipt = await inTime(recordBody(connection, received, options), byMs, options);
  options.count(carrier.code, receipt);
  return { received: true };
}

/** Why a push should not even be read: it would only wait for a database that is away, or would find no room. */
function refuseEarly(announcedBytes: number, { storage, intake }: WatchedOptions): Problem | null {
  if (storage.isAway()) return storageAway();
  return intake.hasRoomFor(announcedBytes) ? null : intakeFull();
}

/** @throws Problem 503 when what is waited for is not there by then */
async function inTime<Result>(work: Promise<Result>, byMs: number, options: WatchedOptions): Promise<Result> {
  const limitMs = Math.max(0, byMs - options.now());
  if (await settlesWithin(work, limitMs, options.start ?? startTimer)) return work;
  throw storageAway();
}

/** Whether a push is refused because of us, so that the carrier is to send it again. */
function isOverload(error: unknown): boolean {
  return error instanceof Problem && ["intake_full", "storage_unavailable"].includes(error.code);
}

function intakeFull(): Problem {
  return new Problem(503, "intake_full", "Too many pushes are waiting to be stored. Send this one again.", {
    retryAfterSeconds: FULL_AGAIN_SECONDS,
  });
}

function storageAway(): Problem {
  return new Problem(503, "storage_unavailable", "The push could not be stored. Send it again.", {
    retryAfterSeconds: AWAY_AGAIN_SECONDS,
  });
}

async function requireConnection(id: string, carrier: Carrier, options: WatchedOptions): Promise<HookConnection> {
  const connection = await options.storage.track(options.findConnection(id));
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
  options: WatchedOptions,
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

/** @throws Problem 503 when there was no room for it, Problem 400 when it is empty */
function requireBody({ body: received }: FastifyRequest<Route>): ReceivedBody {
  if (received === null) throw intakeFull();
  if (received === undefined || received.bytes.byteLength === 0)
    throw new Problem(400, "body_empty", "The push has no body.");
  return received;
}

function bodyOf({ body: received }: FastifyRequest<Route>): Buffer {
  return received?.bytes ?? Buffer.alloc(0);
}

async function recordBody(connection: HookConnection, { bytes, held }: ReceivedBody, options: WatchedOptions) {
  try {
    const incoming = { connectionId: connection.id, source: "push", body: bytes } as const;
    return await options.storage.track(options.intake.record(incoming, held));
  } catch (error) {
    if (error instanceof IntakeFullError) throw intakeFull();
    // That the database is away is said once, where it is noticed, and not for every push.
    if (!options.storage.isAway()) {
      options.log.error({ err: error, connectionId: connection.id }, "A push could not be stored.");
    }
    throw storageAway();
  }
}

function toPushRequest(request: FastifyRequest<Route>, rawBody: Uint8Array): PushRequest {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  return { headers, rawBody };
}

function sendToken(reply: FastifyReply, status: number, body: Readonly<Record<string, string | number>>) {
  if (status === 401) reply.header("www-authenticate", 'Basic realm="waybill"');
  return reply.code(status).header("cache-control", "no-store").send(body);
}
