import { stageOf } from "../domain/status.js";
import type { PageView, ParcelView } from "./view-model.js";

/** The outbound parcel that the page speaks of first: one in trouble, else the least advanced; null without any. */
export function leadParcel({ parcels }: Pick<PageView, "parcels">): ParcelView | null {
  const outbound = parcels.filter(({ direction }) => direction === "outbound");
  return outbound.reduce<ParcelView | null>(
    (lead, next) => (lead === null || rank(next) < rank(lead) ? next : lead),
    null,
  );
}

function rank({ status }: ParcelView): number {
  return status === null ? 1 : (stageOf(status) ?? -1);
}

/** Whether some outbound parcels, but not all, are delivered and none is in trouble: then the counts are the news. */
export function isPartlyDelivered({ parcels, order: { counts } }: PageView): boolean {
  const total = parcels.filter(({ direction }) => direction === "outbound").length;
  return counts.exception === 0 && counts.delivered > 0 && counts.delivered < total;
}
