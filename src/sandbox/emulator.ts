import type { Clock } from "../runtime/clock.js";
import type { Logger } from "../runtime/logger.js";
import type { CallLimit } from "./call-limit.js";
import type { ClientCredentials } from "./client-credentials.js";
import type { Faults } from "./faults.js";
import type { ParcelFacts } from "./parcel.js";
import type { Post } from "./post.js";
import type { Push } from "./push-queue.js";

/** What an emulated carrier needs to answer calls. */
export interface EmulatorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly now: Clock;
  readonly log: Logger;
  /** What the carrier knows about a number; null when it knows nothing. */
  readonly facts: (trackingNumber: string) => ParcelFacts | null;
  readonly faults: Faults;
  /** How many track calls it takes; absent: any number. */
  readonly limit?: CallLimit;
  /** The only client it lets in. */
  readonly client: ClientCredentials;
  /** Random text that nobody can guess: access tokens and transaction ids. */
  readonly newToken: () => string;
  /** How long its access tokens live; default: as the carrier documents. */
  readonly tokenLifetimeSeconds?: number;
  /** Queues something that the carrier sends of its own accord, behind the pushes that wait already. */
  readonly deliver: (push: Push) => void;
  readonly post: Post;
  /** Waits; rejects when the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
}
