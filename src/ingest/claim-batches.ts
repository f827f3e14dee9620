import { groupBy } from "../domain/group-by.js";
import { isTerminal } from "../domain/status.js";
import type { ClaimedShipment, ScheduledPoll } from "../store/poll-queue.js";
import { PATIENCE_MINUTES } from "./cadence-table.js";
import { planShipment } from "./plan-shipment.js";

/** Nobody else asks about claimed shipments for this long; longer than any call may take. */
const CLAIM_SECONDS = 300;
/** By rank, from 0. */
const PATIENCE = Object.values(PATIENCE_MINUTES);

export interface ClaimBatchesOptions {
  readonly claimDue: (
    connectionId: string,
    claim: { readonly limit: number; readonly claimSeconds: number; readonly patienceMinutes: readonly number[] },
  ) => Promise<ClaimedShipment[]>;
  readonly schedule: (polls: readonly ScheduledPoll[], outcome: { readonly polled: boolean }) => Promise<void>;
  readonly now: () => number;
  readonly baseMinutes: number;
}

/**
 * Claims up to `limit` shipments that are due and worth a call, in batches that may be asked about together. What is not wanted
 * any more, or has ended for long enough, is left alone from now on.
 */
export async function claimBatches(
  connectionId: string,
  limit: number,
  options: ClaimBatchesOptions,
): Promise<(readonly ClaimedShipment[])[]> {
  const wanted: ClaimedShipment[] = [];
  while (wanted.length < limit) {
    const claim = { limit: limit - wanted.length, claimSeconds: CLAIM_SECONDS, patienceMinutes: PATIENCE };
    const claimed = await options.claimDue(connectionId, claim);
    const over = claimed.filter((shipment) => isOver(shipment, options));
    await options.schedule(over.map(leaveAlone), { polled: false });
    wanted.push(...claimed.filter((shipment) => !over.includes(shipment)));
    if (claimed.length < claim.limit) break;
  }
  return batchesOf(wanted);
}

/** It may have ended for good while it waited for its turn. */
function isOver(shipment: ClaimedShipment, { now, baseMinutes }: ClaimBatchesOptions): boolean {
  if (shipment.unwanted) return true;
  const ended = shipment.subStatus !== null && isTerminal(shipment.subStatus);
  return ended && planShipment(shipment, now(), baseMinutes).nextPollAt === null;
}

/** Numbers of a batch that was rejected are not asked about together with more than what it was halved to. */
function batchesOf(claimed: readonly ClaimedShipment[]): (readonly ClaimedShipment[])[] {
  return [...groupBy(claimed, ({ batchLimit }) => batchLimit)].flatMap(([limit, group]) => {
    const size = limit ?? group.length;
    return Array.from({ length: Math.ceil(group.length / size) }, (_, index) =>
      group.slice(index * size, (index + 1) * size),
    );
  });
}

/** The halves of a batch that the carrier rejected, which from now on are not asked about together. */
export function halve(batch: readonly ClaimedShipment[]): (readonly ClaimedShipment[])[] {
  const batchLimit = Math.ceil(batch.length / 2);
  return batchesOf(batch.map((shipment) => ({ ...shipment, batchLimit })));
}

function leaveAlone({ id }: ClaimedShipment): ScheduledPoll {
  return { id, nextPollAt: null, rank: null, urgentAt: null, batchLimit: null };
}
