import type { AccessToken, TokenCache } from "../connectors/carriers/contract.js";
import { type KeyRing, openSecret, sealSecret } from "../runtime/sealing.js";
import {
  lockConnectionToken,
  readConnectionToken,
  type SealedToken,
  saveConnectionToken,
} from "../store/connection-tokens.js";
import type { Database } from "../store/database.js";

/** A token this close to its end is renewed rather than used. */
const RENEW_BEFORE_MS = 100_000;

/**
 * The token cache of one connection, sealed in PostgreSQL and shared by all processes. Whoever needs a new token holds
 * the row's lock while obtaining it; the others wait and find it. FedEx locks an address out for ten minutes after a
 * burst of token calls, so there must never be two at once.
 */
export function createTokenCache(db: Database, ring: KeyRing, connectionId: string, now: () => number): TokenCache {
  const associatedData = `connection-token:${connectionId}`;

  return {
    async get(obtain) {
      const known = openToken(await readConnectionToken(db.pool, connectionId));
      return known !== null && isFresh(known) ? known : obtainOnce(obtain, (token) => isFresh(token));
    },
    refresh(stale, obtain) {
      return obtainOnce(obtain, (token) => isFresh(token) && token.value !== stale.value);
    },
  };

  function obtainOnce(
    obtain: () => Promise<AccessToken>,
    isGood: (token: AccessToken) => boolean,
  ): Promise<AccessToken> {
    return db.transaction(async (tx) => {
      const known = openToken(await lockConnectionToken(tx, connectionId));
      if (known !== null && isGood(known)) return known;
      const token = await obtain();
      const sealed = Buffer.from(sealSecret(ring, JSON.stringify(token), associatedData));
      await saveConnectionToken(tx, connectionId, { tokenSealed: sealed, expiresAt: new Date(token.expiresAt) });
      return token;
    });
  }

  function isFresh(token: AccessToken): boolean {
    return token.expiresAt - RENEW_BEFORE_MS > now();
  }

  /** A token sealed under a key that is gone is as good as none. */
  function openToken(sealed: SealedToken | null): AccessToken | null {
    if (sealed === null) return null;
    try {
      const value: unknown = JSON.parse(Buffer.from(openSecret(ring, sealed.tokenSealed, associatedData)).toString());
      return isAccessToken(value) ? value : null;
    } catch {
      return null;
    }
  }
}

function isAccessToken(value: unknown): value is AccessToken {
  return (
    typeof value === "object" &&
    value !== null &&
    "value" in value &&
    typeof value.value === "string" &&
    "expiresAt" in value &&
    typeof value.expiresAt === "number"
  );
}
