import { createHash } from "node:crypto";
import type { NewCarrierMessage } from "../store/carrier-messages.js";
import { type BodyRoom, createBodyRoom, type HeldRoom } from "./body-room.js";

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

/** The most bytes of bodies in one insert, unless one body alone has more. On their way they are all in memory once more. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

/** Thrown when there are more bodies than the intake may hold; the sender should come back after `retryAfterSeconds`. */
export class IntakeFullError extends Error {
  override readonly name = "IntakeFullError";
  readonly retryAfterSeconds = 2;
  constructor() {
    super("Too many carrier messages are waiting to be stored.");
  }
}

export interface IntakeOptions {
  /** Stores one batch durably and returns the ids that were new. */
  readonly store: (messages: readonly NewCarrierMessage[]) => Promise<Set<string>>;
  readonly newId: (prefix: string) => string;
  readonly now: () => number;
  /** The most bodies in one insert. */
  readonly maxBatch: number;
  /**
   * The most bodies, and bytes, that may wait to be stored, those in an insert included; the bytes also of bodies that are still being
   * read. Beyond it `record` refuses.
   */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
}

export interface Intake {
  /**
   * Resolves when the body is durable, and only then. Without `held`, room for it is taken here; what is held is given back when the
   * insert has ended, however that was.
   * @throws IntakeFullError at once when too much waits already
   */
  record(incoming: IncomingBody, held?: HeldRoom): Promise<Receipt>;
  /** Whether a body of so many bytes would find room now. */
  hasRoomFor(bytes: number): boolean;
  /** Where room is held for bodies that are being read. */
  readonly room: BodyRoom;
  /** Resolves when nothing waits and nothing is in flight. */
  drain(): Promise<void>;
  readonly waiting: () => number;
}

interface Waiting {
  readonly message: NewCarrierMessage;
  readonly held: HeldRoom;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Natural batching: while one insert is in flight, whatever arrives gathers, and goes out together as soon as that
 * insert is done. No timer. An idle intake stores a body at once; a busy one makes larger batches, not longer waits.
 */
export function createIntake(options: IntakeOptions): Intake {
  const queue: Waiting[] = [];
  const room = createBodyRoom(options.maxWaitingBytes);
  let inFlight = 0;
  let running: Promise<void> | null = null;

  return {
    record(incoming, given) {
      const held = (given ?? room.hold()).pass();
      if (isCrowded() || (given === undefined && !held.grow(incoming.body.byteLength))) {
        held.release();
        return Promise.reject(new IntakeFullError());
      }
      return new Promise((resolve, reject) => {
        queue.push({ message: toMessage(incoming, options), held, resolve, reject });
        running ??= run();
      });
    },
    hasRoomFor: (bytes) => !isCrowded() && bytes <= room.freeBytes,
    room,
    async drain() {
      while (running !== null) await running;
    },
    waiting: () => queue.length,
  };

  function isCrowded(): boolean {
    return queue.length + inFlight >= options.maxWaiting;
  }

  async function run(): Promise<void> {
    // Requests that were read from the same turn of the event loop share the first insert.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue.splice(0, countOfBatch(queue, options.maxBatch));
      inFlight += batch.length;
      await storeBatch(batch, options.store);
      inFlight -= batch.length;
      for (const { held } of batch) held.release();
    }
    running = null;
  }
}

/** How many of those that wait go into one insert: at least one. */
function countOfBatch(queue: readonly Waiting[], maxBatch: number): number {
  let bytes = 0;
  for (const [index, { message }] of queue.entries()) {
    bytes += message.body.byteLength;
    if (index === maxBatch || (index > 0 && bytes > MAX_BATCH_BYTES)) return index;
  }
  return queue.length;
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
