import { randomUUID } from "node:crypto";
import { type Carrier, CarrierCallError, type FetchContext, type TrackQuery } from "../connectors/carriers/contract.js";
import type { HttpClient } from "../runtime/http-client.js";
import { deriveKeyRing, type KeyRing } from "../runtime/sealing.js";
import { blockConnection, type ConnectionRow } from "../store/connections.js";
import type { Database } from "../store/database.js";
import { openCredentials } from "../store/open-credentials.js";
import { createTokenCache } from "./token-cache.js";

/** What asking a carrier needs beside the connection. `ring` is the installation's. */
export interface AskingContext {
  readonly db: Database;
  readonly ring: KeyRing;
  readonly http: HttpClient;
  readonly now: () => number;
}

/** What `fetch` of a carrier needs to speak through one connection. @throws SealError when its credentials cannot be opened */
export function toFetchContext({ db, ring, http, now }: AskingContext, connection: ConnectionRow): FetchContext {
  return {
    credentials: openCredentials(ring, connection),
    http,
    tokens: createTokenCache(db, deriveKeyRing(ring, "credentials"), connection.id, now),
    now,
    newId: randomUUID,
  };
}

/**
 * Asks a carrier about one number on somebody's behalf, through the shared token cache, and returns its body as received.
 * Nothing is stored. A carrier that wants to be left alone is left alone: a call is not made while the connection is
 * blocked, and a refusal for being asked too often blocks it for everybody.
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
  try {
    return await carrier.poll.fetch([query], toFetchContext(context, connection));
  } catch (error) {
    if (error instanceof CarrierCallError && error.kind === "rate_limited" && error.retryAfterMs !== null) {
      await blockConnection(context.db.pool, connection.id, new Date(context.now() + error.retryAfterMs), error.kind);
    }
    throw error;
  }
}
