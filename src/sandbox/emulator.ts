import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/logger.js";
import type { ClientCredentials } from "./client-credentials.js";
import type { Faults } from "./faults.js";
import type { ParcelFacts } from "./parcel.js";

/** What an emulated carrier needs to answer calls. */
export interface EmulatorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly now: Clock;
  readonly log: Logger;
  /** What the carrier knows about a number; null when it knows nothing. */
  readonly facts: (trackingNumber: string) => ParcelFacts | null;
  readonly faults: Faults;
  /** The only client it lets in. */
  readonly client: ClientCredentials;
  /** Random text that nobody can guess: access tokens and transaction ids. */
  readonly newToken: () => string;
  /** How long its access tokens live; default: as the carrier documents. */
  readonly tokenLifetimeSeconds?: number;
  /** Waits; rejects when the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
}
