import type { DueShipment, ScheduledPoll } from "../store/poll-queue.js";
import { planPoll } from "./cadence.js";
import { PUSH_SILENT_AFTER_HOURS } from "./cadence-table.js";

/** The next poll of a shipment as it stands, at `baseMinutes` as configured. */
export function planShipment(shipment: DueShipment, nowMs: number, baseMinutes: number): ScheduledPoll {
  const { id, status, subStatus, eddFrom, eddTo, destination, lastScanAt, createdAt, noticeKind } = shipment;
  const subject = {
    status,
    subStatus,
    edd: eddFrom === null ? null : { from: eddFrom, to: eddTo ?? eddFrom },
    destination,
    lastScanAtMs: lastScanAt?.getTime() ?? null,
    registeredAtMs: createdAt.getTime(),
    notFound: noticeKind === "not_found",
    pushed: isPushed(shipment, nowMs),
  };
  const plan = shipment.unwanted ? null : planPoll(subject, nowMs, { baseMinutes, spread: spreadOf(id) });
  if (plan === null) return { id, nextPollAt: null, rank: null, urgentAt: null, batchLimit: null };
  const urgentAt = plan.urgentAtMs === null ? null : new Date(plan.urgentAtMs);
  return { id, nextPollAt: new Date(plan.atMs), rank: plan.rank, urgentAt, batchLimit: null };
}

/** A subscription that never brought anything is believed for as long as one that fell silent. */
function isPushed({ subscribedAt, pushHeardAt }: DueShipment, nowMs: number): boolean {
  if (subscribedAt === null) return false;
  const believedMs = Math.max(subscribedAt.getTime(), pushHeardAt?.getTime() ?? 0);
  return nowMs - believedMs <= PUSH_SILENT_AFTER_HOURS * 3_600_000;
}

/** From 0 up to 1, the same for an id always, and even over many. */
function spreadOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index++) hash = (Math.imul(hash, 31) + id.charCodeAt(index)) >>> 0;
  return (hash % 1_000) / 1_000;
}
