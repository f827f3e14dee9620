import { isTerminal } from "../domain/status.js";
import { Problem } from "../runtime/problem.js";
import { findStoreConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { type LockedShipment, lockShipmentsByNumber } from "../store/shipment-states.js";
import { claimShipment, insertShipment, type ShipmentRegistration } from "../store/shipments.js";
import { announceLastTransition } from "../store/transitions.js";

const DAY_MS = 86_400_000;
/** A use that nobody scanned for this long gives its number free. */
const SILENT_DAYS = 90;

/** A shipment as the store states it, made fit for the database. */
export interface ShipmentDraft {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly direction: "outbound" | "return";
  readonly serviceLevel: string | null;
  readonly shipDate: string | null;
}

export interface RegistrationContext {
  readonly storeId: string;
  readonly orderId: string;
  readonly silent: boolean;
  readonly newId: (prefix: string) => string;
  readonly nowMs: number;
  /** News older than this is not announced when a number is claimed after the fact. */
  readonly newsMaxAgeHours: number;
}

/** What became of a registration. `claimed`: a carrier had spoken of the number before. `known`: it was registered already. */
export interface Registration {
  readonly shipmentId: string;
  readonly outcome: "created" | "claimed" | "known";
}

/**
 * Registers a number under an order. The same number for the same order is the same shipment. A number that a carrier
 * spoke of before is claimed with its scans. For another order it opens a new use, if the last one has ended or has been
 * silent for 90 days. Takes the shipments' locks: call it before locking the order.
 * @throws Problem 409 `number_in_use` when the number still belongs to another order
 */
export async function registerShipment(
  tx: Queryable,
  draft: ShipmentDraft,
  context: RegistrationContext,
): Promise<Registration> {
  const key = { storeId: context.storeId, carrier: draft.carrier, trackingNumber: draft.trackingNumber };
  const uses = await lockShipmentsByNumber(tx, [key]);
  const own = uses.find((use) => use.orderId === context.orderId && use.voidedAt === null && !use.replaced);
  if (own !== undefined) return { shipmentId: own.id, outcome: "known" };

  const last = uses.toSorted((a, b) => b.useNumber - a.useNumber)[0];
  if (last !== undefined && last.orderId !== null && !isFree(last, context.nowMs)) {
    throw new Problem(
      409,
      "number_in_use",
      `Tracking number ${draft.trackingNumber} belongs to another order and is still on its way. Void that shipment first, or check the number.`,
    );
  }
  const registration = await toRegistration(tx, draft, context, last);
  if (last !== undefined && last.orderId === null) {
    await claimShipment(tx, last.id, registration);
    const since = new Date(context.nowMs - context.newsMaxAgeHours * 3_600_000);
    if (!context.silent) await announceLastTransition(tx, last.id, since);
    return { shipmentId: last.id, outcome: "claimed" };
  }
  if (await insertShipment(tx, registration)) return { shipmentId: registration.id, outcome: "created" };
  // Somebody else made this use between our look and our insert. Theirs is committed now: look again.
  return registerShipment(tx, draft, context);
}

function isFree(use: LockedShipment, nowMs: number): boolean {
  if (use.voidedAt !== null || use.replaced) return true;
  if (use.subStatus !== null && isTerminal(use.subStatus)) return true;
  return nowMs - (use.lastScanAt ?? use.createdAt).getTime() > SILENT_DAYS * DAY_MS;
}

async function toRegistration(
  tx: Queryable,
  draft: ShipmentDraft,
  { storeId, orderId, silent, newId, nowMs }: RegistrationContext,
  last: LockedShipment | undefined,
): Promise<ShipmentRegistration> {
  const connection = await findStoreConnection(tx, storeId, draft.carrier);
  return {
    id: newId("shp"),
    storeId,
    orderId,
    connectionId: connection?.id ?? null,
    ...draft,
    // A second use without a stated ship date starts today, or the first use's scans would be taken for its own.
    shipDate: draft.shipDate ?? (last === undefined || last.orderId === null ? null : dayOf(nowMs)),
    useNumber: (last?.useNumber ?? 0) + 1,
    shipmentMonth: `${dayOf(nowMs).slice(0, 7)}-01`,
    silent,
    nextPollAt: connection === null ? null : new Date(nowMs),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
