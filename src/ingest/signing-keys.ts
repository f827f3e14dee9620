import { CarrierCallError, type PublishedKeys, type SigningKeys } from "../connectors/carriers/contract.js";
import type { Credentials } from "../runtime/credentials.js";
import type { HttpClient } from "../runtime/http-client.js";
import type { Logger } from "../runtime/logger.js";

/** How long keys are taken as the carrier's present ones. */
const FRESH_FOR_MS = 12 * 60 * 60 * 1_000;
/** How long keys go on while the carrier's list cannot be had. Beyond it, one that was withdrawn might still be believed. */
const KEPT_FOR_MS = 7 * 24 * 60 * 60 * 1_000;
/** A sender picks the key id, so an unknown one must not make us call as often as it likes. */
const FETCH_EVERY_MS = 60_000;
const FETCH_AGAIN_MS = 10_000;
/** The longest that a carrier's Retry-After is obeyed here, where every push waits for it. */
const LONGEST_WAIT_MS = 10 * 60_000;
const MAX_CONNECTIONS = 10_000;

/** A connection whose carrier signs with published keys. */
export interface SignedConnection {
  readonly id: string;
  readonly credentials: Credentials;
}

/** Keeps the keys that carriers publish. */
export interface SigningKeyCache {
  /**
   * The keys to verify a push of this connection with. Where `keyId` is not among them, the carrier was asked at most a
   * minute ago and does not have it.
   * @throws SigningKeysMissingError when there are none, and the carrier cannot be asked now
   */
  find(connection: SignedConnection, published: PublishedKeys, keyId: string): Promise<SigningKeys>;
}

/** No keys are there to verify with; whether a push is genuine cannot be said before `retryAfterSeconds`. */
export class SigningKeysMissingError extends Error {
  override readonly name = "SigningKeysMissingError";
  constructor(readonly retryAfterSeconds: number) {
    super("The carrier's signing keys cannot be had now.");
  }
}

export interface SigningKeyOptions {
  readonly http: HttpClient;
  readonly now: () => number;
  readonly log: Logger;
  /** Ends the calls under way when the process stops. */
  readonly signal: AbortSignal;
}

interface Entry {
  readonly credentials: Credentials;
  keys: SigningKeys | null;
  fetchedAt: number;
  /** No call before this. */
  nextFetchAt: number;
  running: Promise<void> | null;
}

/**
 * The published keys of carriers in memory, per connection, because each has its own address for them. They are fetched at
 * the first push, when they are 12 hours old, and once for a key id that is not among them: a carrier signs with a new key
 * as soon as it has published it. Whoever comes while a call is under way waits for that one. If it fails, the keys
 * that are there go on for a week.
 */
export function createSigningKeyCache(options: SigningKeyOptions): SigningKeyCache {
  const entries = new Map<string, Entry>();
  const { now, log } = options;

  return {
    async find(connection, published, keyId) {
      const entry = entryOf(connection);
      const wanted = !isFresh(entry) || entry.keys?.has(keyId) !== true;
      if (wanted && (entry.running !== null || entry.nextFetchAt <= now()))
        await (entry.running ??= fetchInto(entry, connection, published).finally(() => (entry.running = null)));
      if (entry.keys === null || entry.fetchedAt + KEPT_FOR_MS <= now())
        throw new SigningKeysMissingError(Math.max(1, Math.ceil((entry.nextFetchAt - now()) / 1_000)));
      return entry.keys;
    },
  };

  /** Keys belong to the settings they were fetched with: an operator may have changed where they are published. */
  function entryOf({ id, credentials }: SignedConnection): Entry {
    const known = entries.get(id);
    if (known !== undefined && isSame(known.credentials, credentials)) return known;
    const [eldest] = entries.keys();
    if (entries.size >= MAX_CONNECTIONS && eldest !== undefined) entries.delete(eldest);
    const entry: Entry = { credentials, keys: null, fetchedAt: 0, nextFetchAt: 0, running: null };
    entries.set(id, entry);
    return entry;
  }

  function isFresh(entry: Entry): boolean {
    return entry.keys !== null && entry.fetchedAt + FRESH_FOR_MS > now();
  }

  async function fetchInto(entry: Entry, { id, credentials }: SignedConnection, published: PublishedKeys) {
    try {
      entry.keys = await published.fetch({ credentials, http: options.http, now, signal: options.signal });
      entry.fetchedAt = now();
      entry.nextFetchAt = now() + FETCH_EVERY_MS;
    } catch (error) {
      const askedMs = error instanceof CarrierCallError ? (error.retryAfterMs ?? 0) : 0;
      entry.nextFetchAt = now() + Math.min(LONGEST_WAIT_MS, Math.max(FETCH_AGAIN_MS, askedMs));
      log.warn({ err: error, connectionId: id }, "A carrier's signing keys could not be fetched.");
    }
  }
}

function isSame(a: Credentials, b: Credentials): boolean {
  const names = Object.keys(a);
  return a === b || (names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]));
}
