import { createHash, randomBytes } from "node:crypto";
import { createIdSource } from "../../src/runtime/ids.js";
import { storeCarrierMessages } from "../../src/store/carrier-messages.js";
import type { BenchDatabase } from "../support/bench-database.js";
import type { DirectedPush } from "./pushed-parcels.js";

const newId = createIdSource({ now: Date.now, randomBytes });
const ROWS_PER_INSERT = 1_000;

/** Stores and queues pushes as the intake would have: the backlog that a normaliser finds. */
export async function queueBacklog({ db }: BenchDatabase, pushes: readonly DirectedPush[]): Promise<void> {
  const receivedAt = new Date();
  const receivedMonth = `${receivedAt.toISOString().slice(0, 7)}-01`;
  for (let from = 0; from < pushes.length; from += ROWS_PER_INSERT) {
    const messages = pushes.slice(from, from + ROWS_PER_INSERT).map(({ connectionId, body }) => ({
      id: newId("msg"),
      receivedMonth,
      connectionId,
      source: "push" as const,
      bodyHash: createHash("sha256").update("\0").update(body).digest(),
      body,
      askedNumbers: null,
      receivedAt,
    }));
    const stored = await storeCarrierMessages(db.pool, messages);
    if (stored.size !== messages.length) throw new Error("A push of the backlog was known already.");
  }
  // A server that had the backlog for minutes has statistics of it too.
  await db.pool.query("analyze");
}
