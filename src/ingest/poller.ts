import {
  type Carrier,
  CarrierCallError,
  type CarrierPoll,
  type FetchContext,
} from "../connectors/carriers/contract.js";
import type { Logger } from "../runtime/logger.js";
import type { TakenCalls } from "../store/call-budget.js";
import type { ClaimedShipment, DueShipment, ScheduledPoll } from "../store/poll-queue.js";
import type { CallLimits } from "./call-budget.js";
import { createCallsInHand } from "./calls-in-hand.js";
import { type ClaimBatchesOptions, claimBatches, halve } from "./claim-batches.js";
import type { Intake } from "./intake.js";
import { planShipment } from "./plan-shipment.js";

/** The most calls one run makes for one connection, so that a large debt does not starve the others. */
const MAX_CALLS_PER_RUN = 20;
const RETRY_AFTER_FAILURE_MS = 10 * 60_000;
/** A number that the carrier rejects by itself is rejected tomorrow too, unless somebody mends something. */
const AFTER_REJECTION_MS = 24 * 60 * 60_000;

export interface PollerOptions extends ClaimBatchesOptions {
  readonly listConnectionsDue: () => Promise<string[]>;
  /** The carrier of a connection, what it may do and what its `fetch` needs; null when the connection is gone. */
  readonly openConnection: (id: string) => Promise<OpenConnection | null>;
  /** Takes calls from the budget that all processes share. */
  readonly takeCalls: (connectionId: string, limits: CallLimits, wanted: number) => Promise<TakenCalls>;
  readonly giveBackCalls: (connectionId: string, limits: CallLimits, unused: number) => Promise<void>;
  /** Tells that a connection has something due and no call left for so long. */
  readonly onWait: (waitMs: number) => void;
  /** Plans anew what has moved since it was planned. */
  readonly replan: (plan: (shipment: DueShipment) => ScheduledPoll) => Promise<number>;
  /** Lets those come first whose delivery day has begun, and those that are to be left alone by now. */
  readonly raiseUrgent: () => Promise<number>;
  readonly block: (connectionId: string, until: Date, reason: string) => Promise<void>;
  /** As `block`, after too many calls; without a hint of the carrier longer each time. Returns until when. */
  readonly blockRateLimited: (connectionId: string, retryAfterMs: number | null) => Promise<Date>;
  /** Tells that a connection was answered. */
  readonly onAnswer: (connectionId: string) => Promise<void>;
  readonly intake: Pick<Intake, "record">;
  readonly log: Logger;
}

interface OpenConnection {
  readonly carrier: Carrier;
  readonly limits: CallLimits;
  readonly context: FetchContext;
}

/**
 * Asks carriers about the shipments that are due, within the budget of each connection and a bounded number of calls, and puts
 * what they answer into the same intake as pushes. Returns how many shipments were asked about. One connection's trouble is
 * its own; a batch that the carrier rejects is halved, over as many runs as the calls need, until the number at fault stands
 * alone, so that it does not silence the others.
 */
export async function pollDueShipments(options: PollerOptions): Promise<number> {
  let asked = 0;
  try {
    await options.raiseUrgent();
    await options.replan((shipment) => planShipment(shipment, options.now(), options.baseMinutes));
  } catch (error) {
    options.log.error({ err: error }, "Polls could not be planned anew.");
  }
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
  if (opened === null || opened.carrier.poll === undefined) return 0;
  const { limits, context } = opened;
  const { poll } = opened.carrier;
  const calls = createCallsInHand({
    limit: MAX_CALLS_PER_RUN,
    take: (wanted) => options.takeCalls(connectionId, limits, wanted),
    giveBack: (unused) => options.giveBackCalls(connectionId, limits, unused),
    onWait: options.onWait,
  });
  // What was claimed and must not be asked about together, above all the halves of a batch that the carrier rejected.
  const waiting: (readonly ClaimedShipment[])[] = [];
  let asked = 0;
  let answered = false;
  try {
    while (await calls.next()) {
      if (waiting.length === 0) waiting.push(...(await claimBatches(connectionId, limits.batchSize, options)));
      const batch = waiting.shift();
      if (batch === undefined) {
        calls.undo();
        break;
      }
      const outcome = await askAbout(connectionId, batch, poll, context, options);
      if (outcome === "halve") {
        waiting.unshift(...halve(batch));
        continue;
      }
      if (outcome !== "broken_off") asked += batch.length;
      answered ||= outcome === "answered";
      if (outcome === "broken_off" || outcome === "leave_alone") break;
    }
  } finally {
    await calls.giveBack();
    // What the calls did not suffice for keeps its place, and goes on in the next run.
    await putBack(waiting.flat(), options);
    if (answered) await options.onAnswer(connectionId);
  }
  return asked;
}

function plans(shipments: readonly DueShipment[], { now, baseMinutes }: PollerOptions): ScheduledPoll[] {
  return shipments.map((shipment) => planShipment(shipment, now(), baseMinutes));
}

/** `leave_alone`: no other call of this connection is worth making now. `broken_off`: we stop, and nobody was asked. */
type Outcome = "answered" | "failed" | "halve" | "leave_alone" | "broken_off";

async function askAbout(
  connectionId: string,
  batch: readonly ClaimedShipment[],
  poll: CarrierPoll,
  context: FetchContext,
  options: PollerOptions,
): Promise<Outcome> {
  let body: Uint8Array;
  try {
    body = await poll.fetch(batch, context);
  } catch (error) {
    if (error instanceof CarrierCallError && error.kind === "rejected" && batch.length > 1) return "halve";
    if (context.signal?.aborted === true) {
      // The carrier did nothing wrong. Whoever polls next asks at once.
      await putBack(batch, options);
      return "broken_off";
    }
    return handleFailure(connectionId, batch, error, options);
  }
  // A body that cannot be kept is no fault of the carrier: its claims run out and it is asked for again.
  await options.intake.record({
    connectionId,
    source: "poll",
    body,
    askedNumbers: batch.map((shipment) => shipment.trackingNumber),
  });
  await options.schedule(plans(batch, options), { polled: true });
  return "answered";
}

function putOff(shipments: readonly ClaimedShipment[], waitMs: number, options: PollerOptions): Promise<void> {
  const dueAt = new Date(options.now() + waitMs);
  return putBack(
    shipments.map((shipment) => ({ ...shipment, dueAt })),
    options,
  );
}

/** As if it had not been claimed. */
async function putBack(shipments: readonly ClaimedShipment[], { schedule }: PollerOptions): Promise<void> {
  if (shipments.length === 0) return;
  const polls = shipments.map(({ id, dueAt, batchLimit }) => ({
    id,
    nextPollAt: dueAt,
    rank: null,
    urgentAt: null,
    batchLimit,
  }));
  await schedule(polls, { polled: false });
}

/** The error's kind alone decides. */
async function handleFailure(
  connectionId: string,
  due: readonly ClaimedShipment[],
  error: unknown,
  options: PollerOptions,
): Promise<"failed" | "leave_alone"> {
  const kind = error instanceof CarrierCallError ? error.kind : "unavailable";
  const retryAfterMs = error instanceof CarrierCallError ? error.retryAfterMs : null;
  options.log.warn({ err: error, connectionId, kind }, "A carrier could not be asked.");
  if (kind === "rejected" || kind === "unreadable") {
    // About these numbers, not the connection: they wait as if asked, and nobody hammers the carrier.
    await putOff(due, kind === "rejected" ? AFTER_REJECTION_MS : options.baseMinutes * 60_000, options);
    return "failed";
  }
  if (kind === "rate_limited") {
    const until = await options.blockRateLimited(connectionId, retryAfterMs);
    await putOff(due, until.getTime() - options.now(), options);
    return "leave_alone";
  }
  const waitMs = retryAfterMs ?? RETRY_AFTER_FAILURE_MS;
  await options.block(connectionId, new Date(options.now() + waitMs), kind);
  await putOff(due, waitMs, options);
  return "leave_alone";
}
