import { type Carrier, CarrierCallError, type FetchContext } from "../connectors/carriers/contract.js";
import { isTerminal } from "../domain/status.js";
import type { Logger } from "../runtime/logger.js";
import type { DueShipment } from "../store/poll-queue.js";
import { nextPollAt } from "./cadence.js";
import type { Intake } from "./intake.js";

/** The most calls one run makes for one connection, so that a large debt does not starve the others. */
const MAX_CALLS_PER_RUN = 20;
/** Nobody else asks about claimed shipments for this long; longer than any call may take. */
const CLAIM_SECONDS = 300;
const RETRY_AFTER_FAILURE_MS = 10 * 60_000;
/** A number that the carrier rejects by itself is rejected tomorrow too, unless somebody mends something. */
const AFTER_REJECTION_MS = 24 * 60 * 60_000;
const BLOCK_WITHOUT_HINT_MS = 60_000;

export interface PollerOptions {
  readonly listConnectionsDue: () => Promise<string[]>;
  /** The carrier of a connection and what its `fetch` needs; null when the connection is gone or cannot poll. */
  readonly openConnection: (
    id: string,
  ) => Promise<{ readonly carrier: Carrier; readonly context: FetchContext } | null>;
  readonly claimDue: (
    connectionId: string,
    claim: { readonly limit: number; readonly claimSeconds: number },
  ) => Promise<DueShipment[]>;
  readonly schedule: (
    polls: readonly { readonly id: string; readonly nextPollAt: Date | null }[],
    outcome: { readonly polled: boolean },
  ) => Promise<void>;
  readonly block: (connectionId: string, until: Date, reason: string) => Promise<void>;
  readonly intake: Intake;
  readonly now: () => number;
  readonly baseMinutes: number;
  readonly log: Logger;
}

/**
 * Asks carriers about the shipments that are due, a bounded number of calls per connection, and puts what they answer
 * into the same intake as pushes. Returns how many shipments were asked about. One connection's trouble is its own; a batch
 * that the carrier rejects is halved until the number at fault stands alone, so that it does not silence the others.
 */
export async function pollDueShipments(options: PollerOptions): Promise<number> {
  let asked = 0;
  for (const connectionId of await options.listConnectionsDue()) {
    try {
      asked += await pollConnection(connectionId, options);
    } catch (error) {
      options.log.error({ err: error, connectionId }, "Polling this connection failed.");
    }
  }
  return asked;
}

async function pollConnection(connectionId: string, options: PollerOptions): Promise<number> {
  const opened = await options.openConnection(connectionId);
  const poll = opened?.carrier.poll;
  if (opened === null || poll === undefined) return 0;
  let asked = 0;
  // Halves of a batch that the carrier rejected as a whole go before new batches.
  const halves: DueShipment[][] = [];
  for (let call = 0; call < MAX_CALLS_PER_RUN; call++) {
    const batch =
      halves.pop() ?? (await options.claimDue(connectionId, { limit: poll.batchSize, claimSeconds: CLAIM_SECONDS }));
    if (batch.length === 0) break;
    let body: Uint8Array;
    try {
      body = await poll.fetch(batch, opened.context);
    } catch (error) {
      if (isRejected(error) && batch.length > 1) {
        const middle = Math.ceil(batch.length / 2);
        halves.push(batch.slice(middle), batch.slice(0, middle));
        continue;
      }
      if (opened.context.signal?.aborted === true) {
        // We stop; the carrier did nothing wrong. Whoever polls next asks at once.
        await putOff([...batch, ...halves.flat()], 0, options);
        return asked;
      }
      asked += batch.length;
      if (await handleFailure(connectionId, batch, error, options)) continue;
      await putOff(halves.flat(), RETRY_AFTER_FAILURE_MS, options);
      return asked;
    }
    asked += batch.length;
    // A body that cannot be kept is no fault of the carrier: its claims run out and it is asked for again.
    await options.intake.record({
      connectionId,
      source: "poll",
      body,
      askedNumbers: batch.map((shipment) => shipment.trackingNumber),
    });
    await options.schedule(
      batch.map((shipment) => ({ id: shipment.id, nextPollAt: nextPoll(shipment, options) })),
      { polled: true },
    );
  }
  // What the calls did not suffice for goes on in the next run, without the numbers that were found to be the bad ones.
  await putOff(halves.flat(), 0, options);
  return asked;
}

function isRejected(error: unknown): boolean {
  return error instanceof CarrierCallError && error.kind === "rejected";
}

async function putOff(shipments: readonly DueShipment[], waitMs: number, options: PollerOptions): Promise<void> {
  if (shipments.length === 0) return;
  const nextPollAt = new Date(options.now() + waitMs);
  await options.schedule(
    shipments.map(({ id }) => ({ id, nextPollAt })),
    { polled: false },
  );
}

function nextPoll(shipment: DueShipment, options: PollerOptions): Date | null {
  const at = nextPollAt(
    {
      status: shipment.status,
      terminal: shipment.subStatus !== null && isTerminal(shipment.subStatus),
      quietSinceMs: (shipment.lastScanAt ?? shipment.createdAt).getTime(),
    },
    options.now(),
    options.baseMinutes,
  );
  return at === null ? null : new Date(at);
}

/** The error's kind alone decides. Returns whether the next call of this connection is worth making now. */
async function handleFailure(
  connectionId: string,
  due: readonly DueShipment[],
  error: unknown,
  options: PollerOptions,
): Promise<boolean> {
  const kind = error instanceof CarrierCallError ? error.kind : "unavailable";
  const retryAfterMs = error instanceof CarrierCallError ? error.retryAfterMs : null;
  options.log.warn({ err: error, connectionId, kind }, "A carrier could not be asked.");
  if (kind === "rejected" || kind === "unreadable") {
    // About these numbers, not the connection: they wait as if asked, and nobody hammers the carrier.
    await putOff(due, kind === "rejected" ? AFTER_REJECTION_MS : options.baseMinutes * 60_000, options);
    return true;
  }
  const waitMs = retryAfterMs ?? (kind === "rate_limited" ? BLOCK_WITHOUT_HINT_MS : RETRY_AFTER_FAILURE_MS);
  await options.block(connectionId, new Date(options.now() + waitMs), kind);
  await putOff(due, waitMs, options);
  return false;
}
