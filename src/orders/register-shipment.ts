import { isUseOver } from "../domain/number-use.js";
import { Problem } from "../runtime/problem.js";
import { findCarrierConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { keyText, type LockedShipment, lockShipmentsByNumber } from "../store/shipment-states.js";
import { claimShipment, insertShipment, type ShipmentRegistration } from "../store/shipments.js";
import { announceLastTransition } from "../store/transitions.js";

/** A shipment as the store states it, made fit for the database. */
export interface ShipmentDraft {
  readonly carrier: string;
  /** Who carries it, where `carrier` is an aggregator and the store knows. */
  readonly underlyingCarrier: string | null;
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
  /** Aggregators that exist: they are listened to where the store has no connection with the carrier itself. */
  readonly aggregators: readonly string[];
}

/** What became of a registration. `claimed`: a carrier had spoken of the number before. `known`: it was registered already. */
export interface Registration {
  readonly shipmentId: string;
  readonly outcome: "created" | "claimed" | "known";
}

/**
 * Registers a number under an order. The same number for the same order is the same shipment, and so is a number under
 * which a shipment of that order goes on. A number that a carrier spoke of before is claimed with its scans. For another order it opens a new use, if the last one has ended or has been
 * silent for 90 days. Takes the shipments' locks: call it before locking the order.
 * @throws Problem 409 `number_in_use` when the number still belongs to another order
 */
export async function registerShipment(
  tx: Queryable,
  draft: ShipmentDraft,
  context: RegistrationContext,
): Promise<Registration> {
  const key = { storeId: context.storeId, carrier: draft.carrier, trackingNumber: draft.trackingNumber };
  const locked = await lockShipmentsByNumber(tx, [key]);
  const uses = locked.filter((use) => keyText(use) === keyText(key));
  const own = uses.find((use) => use.orderId === context.orderId && use.voidedAt === null && !use.replaced);
  if (own !== undefined) return { shipmentId: own.id, outcome: "known" };

  const last = uses.toSorted((a, b) => b.useNumber - a.useNumber)[0];
  const inUse = last?.legOf == null ? last : (locked.find(({ id }) => id === last.legOf) ?? last);
  const isTaken = inUse !== undefined && inUse.orderId !== null && !isUseOver(inUse, context.nowMs);
  if (isTaken && inUse.orderId === context.orderId) return { shipmentId: inUse.id, outcome: "known" };
  if (isTaken) {
    throw new Problem(
      409,
      "number_in_use",
      `Tracking number ${draft.trackingNumber} belongs to another order and is still on its way. Void that shipment first, or check the number.`,
    );
  }
  const registration = await toRegistration(tx, draft, context, last);
  if (last !== undefined && last.orderId === null && last.legOf === null) {
    await claimShipment(tx, last.id, registration);
    const since = new Date(context.nowMs - context.newsMaxAgeHours * 3_600_000);
    if (!context.silent) await announceLastTransition(tx, last.id, since);
    return { shipmentId: last.id, outcome: "claimed" };
  }
  if (await insertShipment(tx, registration)) return { shipmentId: registration.id, outcome: "created" };
  // Somebody else made this use between our look and our insert. Theirs is committed now: look again.
  return registerShipment(tx, draft, context);
}

async function toRegistration(
  tx: Queryable,
  draft: ShipmentDraft,
  { storeId, orderId, silent, newId, nowMs, aggregators }: RegistrationContext,
  last: LockedShipment | undefined,
): Promise<ShipmentRegistration> {
  const connection = await findCarrierConnection(tx, storeId, draft.carrier, aggregators);
  return {
    id: newId("shp"),
    storeId,
    orderId,
    connectionId: connection?.id ?? null,
    ...draft,
    // A second use without a stated ship date starts today, or the first use's scans would be taken for its own.
    shipDate:
      draft.shipDate ?? (last === undefined || (last.orderId === null && last.legOf === null) ? null : dayOf(nowMs)),
    useNumber: (last?.useNumber ?? 0) + 1,
    shipmentMonth: `${dayOf(nowMs).slice(0, 7)}-01`,
    silent,
    nextPollAt: connection === null ? null : new Date(nowMs),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
