import { createHash } from "node:crypto";
import type { NewCarrierMessage } from "../store/carrier-messages.js";

/** What came of a body: kept now, or known already from this connection. */
export type Receipt = "stored" | "duplicate";

/** A body as it came from a carrier, by push or by poll. */
export interface IncomingBody {
  readonly connectionId: string;
  readonly source: "push" | "poll";
  readonly body: Uint8Array;
  /** The numbers that a poll asked about. */
  readonly askedNumbers?: readonly string[];
}

/** Thrown when more bodies wait than the intake may hold; the sender should come back after `retryAfterSeconds`. */
export class IntakeFullError extends Error {
  override readonly name = "IntakeFullError";
  readonly retryAfterSeconds = 2;
}

export interface IntakeOptions {
  /** Stores one batch durably and returns the ids that were new. */
  readonly store: (messages: readonly NewCarrierMessage[]) => Promise<Set<string>>;
  readonly newId: (prefix: string) => string;
  readonly now: () => number;
  /** The most bodies in one insert. */
  readonly maxBatch: number;
  /** The most bodies, and bytes, that may wait for an insert. Beyond it `record` refuses. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
}

export interface Intake {
  /**
   * Resolves when the body is durable, and only then.
   * @throws IntakeFullError at once when too much waits already
   */
  record(incoming: IncomingBody): Promise<Receipt>;
  /** Resolves when nothing waits and nothing is in flight. */
  drain(): Promise<void>;
  readonly waiting: () => number;
}

interface Waiting {
  readonly message: NewCarrierMessage;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Natural batching: while one insert is in flight, whatever arrives gathers, and goes out together as soon as that
 * insert is done. No timer. An idle intake stores a body at once; a busy one makes larger batches, not longer waits.
 */
export function createIntake(options: IntakeOptions): Intake {
  const queue: Waiting[] = [];
  let waitingBytes = 0;
  let running: Promise<void> | null = null;

  return {
    record(incoming) {
      if (queue.length >= options.maxWaiting || waitingBytes + incoming.body.byteLength > options.maxWaitingBytes) {
        return Promise.reject(new IntakeFullError("Too many carrier messages are waiting to be stored."));
      }
      return new Promise((resolve, reject) => {
        waitingBytes += incoming.body.byteLength;
        queue.push({ message: toMessage(incoming, options), resolve, reject });
        running ??= run();
      });
    },
    async drain() {
      while (running !== null) await running;
    },
    waiting: () => queue.length,
  };

  async function run(): Promise<void> {
    // Requests that were read from the same turn of the event loop share the first insert.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue.splice(0, options.maxBatch);
      waitingBytes -= batch.reduce((sum, waiting) => sum + waiting.message.body.byteLength, 0);
      await storeBatch(batch, options.store);
    }
    running = null;
  }
}

async function storeBatch(batch: readonly Waiting[], store: IntakeOptions["store"]): Promise<void> {
  try {
    const stored = await store(batch.map((waiting) => waiting.message));
    for (const { message, resolve } of batch) resolve(stored.has(message.id) ? "stored" : "duplicate");
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}

function toMessage(
  { connectionId, source, body, askedNumbers }: IncomingBody,
  options: IntakeOptions,
): NewCarrierMessage {
  const receivedAt = new Date(options.now());
  return {
    id: options.newId("msg"),
    receivedMonth: `${receivedAt.toISOString().slice(0, 7)}-01`,
    connectionId,
    source,
    // "Not found" reads alike for every number, so an answer is told apart by what was asked as well.
    bodyHash: createHash("sha256")
      .update(askedNumbers?.join(" ") ?? "")
      .update("\0")
      .update(body)
      .digest(),
    body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    askedNumbers: askedNumbers === undefined ? null : JSON.stringify(askedNumbers),
    receivedAt,
  };
}
