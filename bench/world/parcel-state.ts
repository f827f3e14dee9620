import { isTerminal, newsSubStatus, type Status, SUB_STATUSES, type SubStatus } from "../../src/domain/status.js";
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
  const last = known.findLast(({ happening }) => happening !== "information");
  const subStatus = last === undefined ? null : subStatusOf(last);
  const status = subStatus === null ? null : SUB_STATUSES[subStatus].status;
  const eddDate = known.findLast((scan) => scan.eddDate !== null)?.eddDate ?? null;
  return {
    status,
    subStatus,
    statusSinceMs: last?.atMs ?? null,
    lastScanAtMs: known.at(-1)?.atMs ?? null,
    eddDate: status === "delivered" ? null : eddDate,
    isOver: subStatus !== null && isTerminal(subStatus),
  };
}

/** What was news as scans were learned one by one. What happened before the latest that was known is history. */
export function newsOf({ scans }: LivedParcel, nowMs: number): ParcelNews[] {
  const news: ParcelNews[] = [];
  let latestMs = 0;
  for (const by of scans.toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)) {
    const subStatus = subStatusOf(by);
    if (by.receivedAtMs > nowMs || subStatus === null || by.atMs < latestMs) continue;
    latestMs = by.atMs;
    const { status } = SUB_STATUSES[subStatus];
    const before = news.at(-1);
    if (before?.status === status && newsSubStatus(before.subStatus) === newsSubStatus(subStatus)) continue;
    news.push({ status, subStatus, by });
  }
  return news;
}

function subStatusOf({ happening }: LivedScan): SubStatus | null {
  return happening === "information" ? null : happening;
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
