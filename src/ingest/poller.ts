import {
  type Carrier,
  CarrierCallError,
  type CarrierPoll,
  type FetchContext,
} from "../connectors/carriers/contract.js";
import type { Logger } from "../runtime/logger.js";
import type { TakenCalls } from "../store/call-budget.js";
import type { DueShipment, PollTurn, ScheduledPoll } from "../store/poll-queue.js";
import { CADENCE } from "./cadence-table.js";
import type { CallLimits } from "./call-budget.js";
import { createCallsInHand } from "./calls-in-hand.js";
import type { Intake } from "./intake.js";
import { planShipment } from "./plan-shipment.js";
import { turnOf } from "./poll-turn.js";

/** The most calls one run makes for one connection, so that a large debt does not starve the others. */
const MAX_CALLS_PER_RUN = 20;
/** Nobody else asks about claimed shipments for this long; longer than any call may take. */
const CLAIM_SECONDS = 300;
const RETRY_AFTER_FAILURE_MS = 10 * 60_000;
/** A number that the carrier rejects by itself is rejected tomorrow too, unless somebody mends something. */
const AFTER_REJECTION_MS = 24 * 60 * 60_000;

export interface PollerOptions {
  readonly listConnectionsDue: () => Promise<string[]>;
  /** The carrier of a connection, what it may do and what its `fetch` needs; null when the connection is gone. */
  readonly openConnection: (id: string) => Promise<OpenConnection | null>;
  /** Takes calls from the budget that all processes share. */
  readonly takeCalls: (connectionId: string, limits: CallLimits, wanted: number) => Promise<TakenCalls>;
  readonly giveBackCalls: (connectionId: string, limits: CallLimits, unused: number) => Promise<void>;
  /** Tells that a connection has something due and no call left for so long. */
  readonly onWait: (waitMs: number) => void;
  readonly claimDue: (
    connectionId: string,
    claim: { readonly limit: number; readonly claimSeconds: number; readonly turn: PollTurn },
  ) => Promise<DueShipment[]>;
  readonly schedule: (polls: readonly ScheduledPoll[], outcome: { readonly polled: boolean }) => Promise<void>;
  /** Plans anew what has moved since it was planned. */
  readonly replan: (plan: (shipment: DueShipment) => ScheduledPoll) => Promise<number>;
  /** Lets those come first whose delivery day has begun. */
  readonly beginDeliveryDays: (everyMinutes: number) => Promise<number>;
  readonly block: (connectionId: string, until: Date, reason: string) => Promise<void>;
  /** As `block`, after too many calls; without a hint of the carrier longer each time. Returns until when. */
  readonly blockRateLimited: (connectionId: string, retryAfterMs: number | null) => Promise<Date>;
  /** Tells that a connection was answered. */
  readonly onAnswer: (connectionId: string) => Promise<void>;
  readonly intake: Intake;
  readonly now: () => number;
  readonly baseMinutes: number;
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
 * its own; a batch that the carrier rejects is halved until the number at fault stands alone, so that it does not silence the
 * others.
 */
export async function pollDueShipments(options: PollerOptions): Promise<number> {
  let asked = 0;
  try {
    await options.beginDeliveryDays(
      Math.max(1, Math.ceil((CADENCE.edd_today.everyMinutes * options.baseMinutes) / 60)),
    );
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
  // Halves of a batch that the carrier rejected as a whole go before new batches.
  const halves: DueShipment[][] = [];
  let asked = 0;
  let answered = false;
  try {
    for (let call = await calls.next(); call !== null; call = await calls.next()) {
      const batch = halves.pop() ?? (await claimBatch(connectionId, limits.batchSize, turnOf(call), options));
      if (batch.length === 0) {
        calls.undo();
        break;
      }
      const outcome = await askAbout(connectionId, batch, poll, context, options);
      if (outcome === "halve") {
        const middle = Math.ceil(batch.length / 2);
        halves.push(batch.slice(middle), batch.slice(0, middle));
        continue;
      }
      if (outcome !== "broken_off") asked += batch.length;
      answered ||= outcome === "answered";
      if (outcome === "broken_off" || outcome === "leave_alone") break;
    }
  } finally {
    await calls.giveBack();
    // What the calls did not suffice for goes on in the next run, without the numbers that were found to be the bad ones.
    await putOff(halves.flat(), 0, options);
    if (answered) await options.onAnswer(connectionId);
  }
  return asked;
}

/** What is due and wanted; what is not wanted any more is left alone from now on. */
async function claimBatch(
  connectionId: string,
  limit: number,
  turn: PollTurn,
  options: PollerOptions,
): Promise<DueShipment[]> {
  for (;;) {
    const claimed = await options.claimDue(connectionId, { limit, claimSeconds: CLAIM_SECONDS, turn });
    const unwanted = claimed.filter((shipment) => shipment.unwanted);
    await options.schedule(plans(unwanted, options), { polled: false });
    if (claimed.length === 0 || unwanted.length < claimed.length)
      return claimed.filter((shipment) => !shipment.unwanted);
  }
}

function plans(shipments: readonly DueShipment[], { now, baseMinutes }: PollerOptions): ScheduledPoll[] {
  return shipments.map((shipment) => planShipment(shipment, now(), baseMinutes));
}

/** `leave_alone`: no other call of this connection is worth making now. `broken_off`: we stop, and nobody was asked. */
type Outcome = "answered" | "failed" | "halve" | "leave_alone" | "broken_off";

async function askAbout(
  connectionId: string,
  batch: readonly DueShipment[],
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
      await putOff(batch, 0, options);
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

async function putOff(shipments: readonly DueShipment[], waitMs: number, options: PollerOptions): Promise<void> {
  if (shipments.length === 0) return;
  const nextPollAt = new Date(options.now() + waitMs);
  const polls = shipments.map(({ id }) => ({ id, nextPollAt, rank: null, everyMinutes: null, urgentAt: null }));
  await options.schedule(polls, { polled: false });
}

/** The error's kind alone decides. */
async function handleFailure(
  connectionId: string,
  due: readonly DueShipment[],
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
