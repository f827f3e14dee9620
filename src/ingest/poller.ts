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
const BLOCK_WITHOUT_HINT_MS = 60_000;

export interface PollerOptions {
  readonly listConnectionsDue: () => Promise<string[]>;
  /** The carrier of a connection and what its `fetch` needs; null when the connection is gone or cannot poll. */
  readonly openConnection: (id: string) => Promise<{ readonly carrier: Carrier; readonly context: FetchContext } | null>;
  readonly claimDue: (connectionId: string, claim: { readonly limit: number; readonly claimSeconds: number }) => Promise<DueShipment[]>;
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
 * into the same intake as pushes. Returns how many shipments were asked about. One connection's trouble is its own.
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
  for (let call = 0; call < MAX_CALLS_PER_RUN; call++) {
    const due = await options.claimDue(connectionId, { limit: poll.batchSize, claimSeconds: CLAIM_SECONDS });
    if (due.length === 0) break;
    asked += due.length;
    try {
      const body = await poll.fetch(due, opened.context);
      await options.intake.record({ connectionId, source: "poll", body, askedNumbers: due.map((shipment) => shipment.trackingNumber) });
      await options.schedule(due.map((shipment) => ({ id: shipment.id, nextPollAt: nextPoll(shipment, options) })), { polled: true });
    } catch (error) {
      const goOn = await handleFailure(connectionId, due, error, options);
      if (!goOn) break;
    }
  }
  return asked;
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
async function handleFailure(connectionId: string, due: readonly DueShipment[], error: unknown, options: PollerOptions): Promise<boolean> {
  const nowMs = options.now();
  const kind = error instanceof CarrierCallError ? error.kind : "unavailable";
  const retryAfterMs = error instanceof CarrierCallError ? error.retryAfterMs : null;
  options.log.warn({ err: error, connectionId, kind }, "A carrier could not be asked.");
  const stops = kind === "rate_limited" || kind === "unavailable" || kind === "unauthorized";
  const waitMs = retryAfterMs ?? (kind === "rate_limited" ? BLOCK_WITHOUT_HINT_MS : RETRY_AFTER_FAILURE_MS);
  if (stops) await options.block(connectionId, new Date(nowMs + waitMs), kind);
  // Rejected and unreadable answers are about these numbers: they wait as if asked, and nobody hammers the carrier.
  const again = stops ? nowMs + waitMs : nowMs + options.baseMinutes * 60_000;
  await options.schedule(due.map((shipment) => ({ id: shipment.id, nextPollAt: new Date(again) })), { polled: false });
  return !stops;
}
