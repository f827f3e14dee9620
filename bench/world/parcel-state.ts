import { isTerminal, newsSubStatus, type Status, type SubStatus } from "../../src/domain/status.js";
import { planShipment } from "../../src/ingest/plan-shipment.js";
import type { ScheduledPoll } from "../../src/store/poll-queue.js";
import type { LivedParcel, LivedScan } from "./parcel-life.js";

/** How a parcel stands when the world ends. */
export interface ParcelState {
  readonly status: Status | null;
  readonly subStatus: SubStatus | null;
  readonly statusSinceMs: number | null;
  readonly lastScanAtMs: number | null;
  /** `YYYY-MM-DD` */
  readonly eddDate: string | null;
  readonly isOver: boolean;
}

/** A change of what is told, with the scan that brought it. */
export interface ParcelNews {
  readonly status: Status;
  readonly subStatus: SubStatus;
  readonly by: LivedScan;
}

/**
 * The state from what was learned by `nowMs`. In these lives the latest scan with a status gives it, as
 * `test/bench/world.db.test.ts` proves with the fold.
 */
export function stateAt({ scans }: LivedParcel, nowMs: number): ParcelState {
  const known = scans.filter(({ receivedAtMs }) => receivedAtMs <= nowMs);
  const last = known.findLast(({ scan }) => scan.meaning.kind === "status");
  const meaning = last?.scan.meaning.kind === "status" ? last.scan.meaning : null;
  const eddDate = known.findLast((scan) => scan.eddDate !== null)?.eddDate ?? null;
  return {
    status: meaning?.status ?? null,
    subStatus: meaning?.subStatus ?? null,
    statusSinceMs: last?.atMs ?? null,
    lastScanAtMs: known.at(-1)?.atMs ?? null,
    eddDate: meaning?.status === "delivered" ? null : eddDate,
    isOver: meaning !== null && isTerminal(meaning.subStatus),
  };
}

/** What was news as scans were learned one by one. What happened before the latest that was known is history. */
export function newsOf({ scans }: LivedParcel, nowMs: number): ParcelNews[] {
  const news: ParcelNews[] = [];
  let latestMs = 0;
  for (const by of scans.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)) {
    const { meaning } = by.scan;
    if (by.receivedAtMs > nowMs || meaning.kind !== "status" || by.atMs < latestMs) continue;
    latestMs = by.atMs;
    const before = news.at(-1);
    if (before?.status === meaning.status && newsSubStatus(before.subStatus) === newsSubStatus(meaning.subStatus))
      continue;
    news.push({ status: meaning.status, subStatus: meaning.subStatus, by });
  }
  return news;
}

/** When the parcel is polled next, by the product's own plan, as if every poll so far had come in time. */
export function planOf(
  facts: {
    readonly id: string;
    readonly registeredAtMs: number;
    readonly parcel: LivedParcel;
    readonly state: ParcelState;
  },
  nowMs: number,
  point: number,
): ScheduledPoll {
  const { id, registeredAtMs, parcel, state } = facts;
  const lastScanAt = state.lastScanAtMs === null ? null : new Date(state.lastScanAtMs);
  const shipment = {
    id,
    trackingNumber: "",
    carrierUniqueId: null,
    shipDate: null,
    carrier: parcel.carrier,
    status: state.status,
    subStatus: state.subStatus,
    eddFrom: state.eddDate,
    eddTo: state.eddDate,
    destination: parcel.destination,
    lastScanAt,
    createdAt: new Date(registeredAtMs),
    noticeKind: null,
    subscribedAt: null,
    pushHeardAt: null,
    unwanted: false,
  };
  const plan = planShipment(shipment, nowMs, 60);
  if (plan.nextPollAt === null) return plan;
  // Polled last at any moment within the pause, so that what is left of it is spread over it.
  return { ...plan, nextPollAt: new Date(nowMs + point * (plan.nextPollAt.getTime() - nowMs)) };
}
