import type { Carrier } from "../connectors/carriers/contract.js";
import type { NumberedCarrier } from "../domain/detect-carriers.js";
import type { Logger } from "../runtime/logger.js";
import type { StartTimer } from "../runtime/timer.js";
import { type LeasedCarrierMessage, leaseCarrierMessages, releaseCarrierMessages } from "../store/carrier-messages.js";
import type { Database } from "../store/database.js";
import type { CodeMappings } from "./apply-mappings.js";
import { keepLease } from "./keep-lease.js";
import { readMessages } from "./read-messages.js";
import { type BatchResult, LeaseLostError, recordBatch } from "./record-batch.js";

export interface NormalizerOptions {
  readonly db: Database;
  readonly findCarrier: (code: string) => Carrier | null;
  /** What operators say of codes that the release does not know, as it stands now. Asked once per batch. */
  readonly readMappings: () => Promise<CodeMappings>;
  /** Those whose numbers can be told by their format. */
  readonly carriers: readonly NumberedCarrier[];
  readonly newId: (prefix: string) => string;
  readonly now: () => number;
  readonly batchSize: number;
  readonly leaseSeconds: number;
  readonly newsMaxAgeHours: number;
  /** Whether an error of the database passes by itself: try again later instead of blaming a message. */
  readonly isTransient: (error: unknown) => boolean;
  readonly log: Logger;
  /** Default: the real one. */
  readonly startTimer?: StartTimer;
  readonly observe: (result: BatchResult & { readonly seconds: number }) => void;
}

/**
 * Leases one batch and works it off: parse, write, done. Returns how many messages it took; 0 means nothing waits. The lease is
 * kept while the process lives, however slow it is.
 * A message that makes the writing fail is found by bisection and parked; its neighbours go through.
 * @throws what the database says when it is away; the leases then run out or are given back, and nothing is lost
 */
export async function normalizeBatch(options: NormalizerOptions): Promise<number> {
  const lease = options.newId("lse");
  const messages = await leaseCarrierMessages(options.db.pool, lease, options);
  if (messages.length === 0) return 0;
  const letGo = keepLease(options.db.pool, lease, { leaseSeconds: options.leaseSeconds, start: options.startTimer });
  try {
    const mappings = await options.readMappings();
    const work = { ...options, mappings };
    if (messages.some(({ attempts }) => attempts > ISOLATE_AFTER_ATTEMPTS)) await recordOneByOne(lease, messages, work);
    else await recordOrBisect(lease, messages, null, work);
  } catch (error) {
    if (error instanceof LeaseLostError) {
      options.log.warn({ err: error, messages: messages.length }, "Another normaliser took these messages over.");
      return messages.length;
    }
    await releaseCarrierMessages(options.db.pool, lease).catch(() => undefined);
    throw error;
  } finally {
    letGo();
  }
  return messages.length;
}

/** The options with the mappings that one batch goes by, whatever is changed meanwhile. */
interface BatchOptions extends NormalizerOptions {
  readonly mappings: CodeMappings;
}

/** A batch whose work was broken off this often is suspected of ending the process: its messages go one by one. */
const ISOLATE_AFTER_ATTEMPTS = 5;
/** And after this many the oldest of them, which is where it always ends, is parked. */
const PARK_AFTER_ATTEMPTS = 10;
const BROKEN_OFF = `Work on this message was broken off ${PARK_AFTER_ATTEMPTS} times without an error: the process ended or lost its database. Retry it once the cause is known.`;

/** One transaction per message, so that the ones before a deadly one are done when it strikes again. */
async function recordOneByOne(
  lease: string,
  messages: readonly LeasedCarrierMessage[],
  options: BatchOptions,
): Promise<void> {
  for (const [index, message] of messages.entries()) {
    const blame = index === 0 && message.attempts > PARK_AFTER_ATTEMPTS ? BROKEN_OFF : null;
    await recordOrBisect(lease, [message], blame, options);
  }
}

/** `blame` is why a single message failed before, once bisection has come down to it. */
async function recordOrBisect(
  lease: string,
  messages: readonly LeasedCarrierMessage[],
  blame: string | null,
  options: BatchOptions,
): Promise<void> {
  try {
    const { read, unreadable } = readMessages(messages, options.findCarrier, options.mappings);
    const poison = blame === null ? [] : messages.map((message) => ({ message, reason: blame }));
    const batch = blame === null ? { lease, read, unreadable } : { lease, read: [], unreadable: poison };
    const context = {
      newId: options.newId,
      nowMs: options.now(),
      newsMaxAgeHours: options.newsMaxAgeHours,
      carriers: options.carriers,
    };
    const begunMs = options.now();
    const result = await options.db.transaction((tx) => recordBatch(tx, batch, context));
    options.observe({ ...result, seconds: (options.now() - begunMs) / 1000 });
  } catch (error) {
    if (error instanceof LeaseLostError || options.isTransient(error) || blame !== null) throw error;
    options.log.error({ err: error, messages: messages.length }, "A batch could not be written.");
    if (messages.length === 1) return recordOrBisect(lease, messages, reasonOf(error), options);
    const middle = Math.ceil(messages.length / 2);
    await recordOrBisect(lease, messages.slice(0, middle), null, options);
    await recordOrBisect(lease, messages.slice(middle), null, options);
  }
}

function reasonOf(error: unknown): string {
  return `Writing what this message says failed: ${error instanceof Error ? error.message : String(error)}`.slice(
    0,
    500,
  );
}
