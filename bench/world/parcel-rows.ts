import type { LivedParcel } from "./parcel-life.js";
import { type ParcelState, planOf } from "./parcel-state.js";
import { monthOf } from "./world-clock.js";
import type { WorldMemory } from "./world-memory.js";
import { copyLine } from "./world-tables.js";

const HOUR_MS = 3_600_000;

/** The row of a parcel as it stands when the world ends. */
export function shipmentLine(
  ids: {
    readonly id: string;
    readonly storeId: string;
    readonly orderId: string;
    readonly connectionId: string;
    readonly trackingNumber: string;
    readonly registeredAtMs: number;
  },
  parcel: LivedParcel,
  state: ParcelState,
  { random, nowMs, dueShare }: WorldMemory,
): string {
  const plan = planOf({ id: ids.id, registeredAtMs: ids.registeredAtMs, parcel, state }, nowMs, random());
  const isDue = plan.nextPollAt !== null && random() < dueShare;
  const nextPollAt = isDue ? new Date(nowMs - random() * HOUR_MS) : plan.nextPollAt;
  const registeredAt = new Date(ids.registeredAtMs);
  return copyLine([
    ids.id,
    ids.storeId,
    ids.orderId,
    ids.connectionId,
    parcel.carrier,
    ids.trackingNumber,
    "Standard",
    registeredAt.toISOString().slice(0, 10),
    monthOf(ids.registeredAtMs),
    JSON.stringify(parcel.destination),
    state.status,
    state.subStatus,
    dateOrNull(state.statusSinceMs),
    dateOrNull(state.lastScanAtMs),
    state.eddDate,
    state.eddDate,
    state.eddDate === null ? null : "carrier",
    nextPollAt,
    dateOrNull(nextPollAt === null ? null : nowMs - HOUR_MS),
    plan.rank ?? 2,
    plan.urgentAt,
    registeredAt,
    new Date(nowMs),
  ]);
}

/** Of what is over, the carrier does not push any more; of the rest it pushes seven in ten. */
export function subscriptionLine(
  id: string,
  connectionId: string,
  registeredAtMs: number,
  { isOver }: ParcelState,
  random: () => number,
): string {
  const at = new Date(registeredAtMs + HOUR_MS);
  if (isOver) return copyLine([id, connectionId, "ended", at, null, null, at]);
  if (random() < 0.7)
    return copyLine([id, connectionId, "subscribed", at, new Date(registeredAtMs + 90 * 24 * HOUR_MS), null, at]);
  return copyLine([id, connectionId, "polling", null, null, "The carrier does not push this number.", at]);
}

function dateOrNull(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
