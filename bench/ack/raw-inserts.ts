import { createIntake } from "../../src/ingest/intake.js";
import { type NewCarrierMessage, storeCarrierMessages } from "../../src/store/carrier-messages.js";
import type { Database } from "../../src/store/database.js";

export interface RawInserts {
  readonly perSecond: number;
  /** Of this process, which only sends. */
  readonly clientCpuSeconds: number;
}

/** The rows that the intake would store for these bodies, without storing them. */
export async function toCarrierMessages(
  bodies: readonly { readonly connectionId: string; readonly body: Buffer }[],
  newId: (prefix: string) => string,
): Promise<NewCarrierMessage[]> {
  const messages: NewCarrierMessage[] = [];
  const intake = createIntake({
    store: async (batch) => (messages.push(...batch), new Set<string>()),
    newId,
    now: Date.now,
    maxBatch: 500,
    maxWaiting: bodies.length,
    maxWaitingBytes: Number.MAX_SAFE_INTEGER,
  });
  await Promise.all(bodies.map(({ connectionId, body }) => intake.record({ connectionId, source: "push", body })));
  return messages;
}

/** Stores them in batches, some in flight at a time, with no HTTP: what this database takes at most. */
export async function insertRaw(
  db: Database,
  messages: readonly NewCarrierMessage[],
  { batch, inFlight }: { readonly batch: number; readonly inFlight: number },
): Promise<RawInserts> {
  let next = 0;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const insertNext = async () => {
    while (next < messages.length) {
      const rows = messages.slice(next, next + batch);
      next += batch;
      await storeCarrierMessages(db.pool, rows);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, insertNext));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { perSecond: messages.length / seconds, clientCpuSeconds: (user + system) / 1e6 };
}
