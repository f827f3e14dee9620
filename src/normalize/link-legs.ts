import type { NumberedCarrier } from "../domain/detect-carriers.js";
import { isUseOver } from "../domain/number-use.js";
import { findCarrierConnection } from "../store/connections.js";
import type { Queryable } from "../store/database.js";
import { adoptAsLeg, insertLeg, type StoredMessage } from "../store/shipment-legs.js";
import { keyText, type LockedShipment } from "../store/shipment-states.js";
import { findLinks, type Link } from "./find-links.js";
import type { AttributedStatement } from "./statements.js";

export interface LinkContext {
  readonly carriers: readonly NumberedCarrier[];
  readonly newId: (prefix: string) => string;
  readonly nowMs: number;
}

/** What linking did: the shipments with what is a leg now, and the messages that are to be read again because of it. */
export interface Linked {
  /** With those that are legs now; the very same list where none became one. */
  readonly shipments: readonly LockedShipment[];
  readonly readAgain: readonly StoredMessage[];
  /** Ids of the shipments that go on under another number now. */
  readonly extended: ReadonlySet<string>;
}

/**
 * Makes the numbers that carriers say parcels go on under legs of their shipments, so that they are asked about and what is
 * said of them is the shipment's. A number that somebody registered, or that is another parcel's leg, stays what it is.
 * `shipments` are locked and hold every use of the linked numbers.
 */
export async function linkLegs(
  tx: Queryable,
  attributed: readonly AttributedStatement[],
  shipments: readonly LockedShipment[],
  context: LinkContext,
): Promise<Linked> {
  const linked = new Map(shipments.map((shipment) => [shipment.id, shipment]));
  const readAgain: StoredMessage[] = [];
  const extended = new Set<string>();
  const done = new Set<string>();
  let adopted = false;
  for (const { shipment, stated } of attributed) {
    // A shipment that nobody registered may be anybody's; what retired goes nowhere.
    if (shipment.orderId === null || shipment.voidedAt !== null || shipment.replaced) continue;
    for (const link of findLinks({ storeId: shipment.storeId, tracking: stated }, context.carriers)) {
      if (done.has(keyText(link)) || keyText(link) === keyText(shipment)) continue;
      done.add(keyText(link));
      const uses = [...linked.values()].filter((use) => keyText(use) === keyText(link));
      const last = uses.toSorted((a, b) => b.useNumber - a.useNumber)[0];
      if (last?.orderId === null && last.legOf === null) {
        const messages = await adoptAsLeg(tx, last.id, await toLeg(tx, link, shipment, context));
        if (messages === null) continue;
        readAgain.push(...messages);
        extended.add(shipment.id);
        adopted = true;
        linked.set(last.id, { ...last, legOf: shipment.id, legRelation: link.relation });
      } else if (last === undefined || isOver(last, linked, context.nowMs)) {
        const isMade = await insertLeg(tx, {
          ...(await toLeg(tx, link, shipment, context)),
          id: context.newId("shp"),
          useNumber: (last?.useNumber ?? 0) + 1,
          // Earlier uses' scans are not this one's.
          shipDate: last === undefined ? null : dayOf(context.nowMs),
          shipmentMonth: `${dayOf(context.nowMs).slice(0, "YYYY-MM".length)}-01`,
        });
        if (isMade) extended.add(shipment.id);
      }
    }
  }
  return { shipments: adopted ? [...linked.values()] : shipments, readAgain, extended };
}

/** A leg is over with its shipment. */
function isOver(use: LockedShipment, shipments: ReadonlyMap<string, LockedShipment>, nowMs: number): boolean {
  const shipment = use.legOf === null ? use : shipments.get(use.legOf);
  return shipment !== undefined && isUseOver(shipment, nowMs);
}

async function toLeg(tx: Queryable, link: Link, shipment: LockedShipment, { carriers, nowMs }: LinkContext) {
  const aggregators = carriers.filter(({ aggregator }) => aggregator).map(({ code }) => code);
  const connection = await findCarrierConnection(tx, link.storeId, link.carrier, aggregators);
  return {
    ...link,
    shipmentId: shipment.id,
    connectionId: connection?.id ?? null,
    nextPollAt: connection === null ? null : new Date(nowMs),
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, "YYYY-MM-DD".length);
}
