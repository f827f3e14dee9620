import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Carrier,
  CarrierCallError,
  type FetchContext,
  type TokenCache,
  type TrackQuery,
} from "../connectors/carriers/contract.js";
import type { HttpClient } from "../runtime/http-client.js";
import { deriveKeyRing, type KeyRing } from "../runtime/sealing.js";
import type { ConnectionRow } from "../store/connections.js";
import type { Database } from "../store/database.js";
import { openCredentials } from "../store/open-credentials.js";
import { leaveAlone, takeCall } from "./call-budget.js";
import { createTokenCache } from "./token-cache.js";

const RAISE =
  "Where the account was granted more, say so with waybill connections update (--calls-per-second, --calls-per-hour, --calls-per-day).";

/** Somebody sits there and waits: a moment is no reason to refuse, a minute is. */
const LONGEST_PAUSE_MS = 3_000;
const MAX_TRIES = 5;

/** What asking a carrier needs beside the connection. `ring` is the installation's. */
export interface AskingContext {
  readonly db: Database;
  readonly ring: KeyRing;
  readonly http: HttpClient;
  readonly now: () => number;
  /** How to wait for a call; ms. */
  readonly pause?: (waitMs: number) => Promise<unknown>;
  /** Stands before the token cache, for who wants to see how a token was come by. */
  readonly watchTokens?: (tokens: TokenCache) => TokenCache;
}

/** What `fetch` of a carrier needs to speak through one connection. @throws SealError when its credentials cannot be opened */
export function toFetchContext(context: AskingContext, connection: ConnectionRow): FetchContext {
  const { db, ring, http, now, watchTokens = (tokens) => tokens } = context;
  return {
    credentials: openCredentials(ring, connection),
    http,
    tokens: watchTokens(createTokenCache(db, deriveKeyRing(ring, "credentials"), connection.id, now)),
    now,
    newId: randomUUID,
  };
}

/**
 * Asks a carrier about one number on somebody's behalf, through the shared token cache, and returns its body as received.
 * Nothing is stored. A carrier that wants to be left alone is left alone: a call is not made while the connection is blocked
 * or its budget used up, and a refusal for being asked too often blocks it for everybody.
 * @throws CarrierCallError
 * @throws SealError when the connection's credentials cannot be opened
 */
export async function askCarrier(
  carrier: Carrier,
  connection: ConnectionRow,
  query: TrackQuery,
  context: AskingContext,
): Promise<Uint8Array> {
  if (carrier.poll === undefined)
    throw new CarrierCallError("rejected", `${carrier.name} cannot be asked; it only pushes.`);
  const blockedForMs = (connection.blockedUntil?.getTime() ?? 0) - context.now();
  if (blockedForMs > 0) {
    const sentence = `${carrier.name} wants this connection to wait (${connection.blockedReason ?? "blocked"}).`;
    throw new CarrierCallError("rate_limited", sentence, blockedForMs);
  }
  const waitMs = await takeCallSoon(carrier, connection, context);
  if (waitMs !== null) {
    const sentence = `The calls that ${carrier.name} grants this connection are used up for now.`;
    throw new CarrierCallError("rate_limited", `${sentence} ${RAISE}`, waitMs);
  }
  try {
    return await carrier.poll.fetch([query], toFetchContext(context, connection));
  } catch (error) {
    if (error instanceof CarrierCallError && error.kind === "rate_limited") {
      const { retryAfterMs } = error;
      await leaveAlone(context.db.pool, connection.id, { retryAfterMs, at: new Date(context.now()) });
    }
    throw error;
  }
}

/** Takes one call, now or after a moment; else how many ms it would take. */
async function takeCallSoon(
  carrier: Carrier,
  connection: ConnectionRow,
  { db, pause = sleep }: AskingContext,
): Promise<number | null> {
  let waitMs = await takeCall(db.pool, connection, carrier);
  for (let tries = 1; waitMs !== null && waitMs <= LONGEST_PAUSE_MS && tries < MAX_TRIES; tries++) {
    await pause(waitMs);
    waitMs = await takeCall(db.pool, connection, carrier);
  }
  return waitMs;
}
