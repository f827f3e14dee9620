import type { UncoveredNews } from "../store/messages.js";

/** Why a piece of news makes no message. Part of the communication log and of `docs/messages.md`. */
export const SUPPRESSIONS = ["superseded", "shipment_retired", "no_address", "no_connection", "old_order"] as const;

export type Suppression = (typeof SUPPRESSIONS)[number];

/** What shall become of one piece of news on one channel. */
export type Plan =
  | { readonly news: UncoveredNews; readonly state: "queued" }
  | { readonly news: UncoveredNews; readonly state: "suppressed"; readonly reason: Suppression }
  | { readonly news: UncoveredNews; readonly state: "merged"; readonly into: UncoveredNews };

export interface PlanInput {
  /** Announced transitions without a message, in the order of the log. */
  readonly news: readonly UncoveredNews[];
  /** The order's own confirmation, where it is news and not covered yet. */
  readonly confirmation: UncoveredNews | null;
  /** The order was placed too long ago for its confirmation to be news. */
  readonly isOldOrder: boolean;
  /** Whether any shipment of the order that still counts has made news before. */
  readonly hasEarlierNews: boolean;
  readonly retiredShipmentIds: ReadonlySet<string>;
  /** Why nothing at all can be sent on this channel, or null. */
  readonly obstacle: "no_address" | "no_connection" | null;
}

/**
 * Covers every piece of news by exactly one plan. Only the latest news of a parcel is worth a message; what it has
 * overtaken is superseded. Parcels of one order that reach the same status together share one message.
 */
export function planMessages(input: PlanInput): Plan[] {
  return [...planConfirmation(input), ...planTransitions(input)];
}

function planConfirmation({
  confirmation,
  news,
  hasEarlierNews,
  isOldOrder,
  retiredShipmentIds,
  obstacle,
}: PlanInput): Plan[] {
  if (confirmation === null) return [];
  // News of a parcel that was voided is told to nobody, so it overtakes nothing.
  const isOvertaken =
    hasEarlierNews || news.some(({ shipmentId }) => shipmentId === null || !retiredShipmentIds.has(shipmentId));
  const reason = obstacle ?? (isOvertaken ? "superseded" : isOldOrder ? "old_order" : null);
  return [
    reason === null ? { news: confirmation, state: "queued" } : { news: confirmation, state: "suppressed", reason },
  ];
}

function planTransitions({ news, retiredShipmentIds, obstacle }: PlanInput): Plan[] {
  const latest = new Map(news.map((item) => [item.shipmentId, item]));
  const leads = new Map<string, UncoveredNews>();
  return news.map((item): Plan => {
    if (item.shipmentId !== null && retiredShipmentIds.has(item.shipmentId))
      return { news: item, state: "suppressed", reason: "shipment_retired" };
    if (latest.get(item.shipmentId) !== item) return { news: item, state: "suppressed", reason: "superseded" };
    if (obstacle !== null) return { news: item, state: "suppressed", reason: obstacle };
    const lead = leads.get(`${item.status} ${item.subStatus}`);
    if (lead !== undefined) return { news: item, state: "merged", into: lead };
    leads.set(`${item.status} ${item.subStatus}`, item);
    return { news: item, state: "queued" };
  });
}
