import { groupBy } from "../domain/group-by.js";
import type { Tracking } from "../domain/report.js";
import { scanDigest, scanIdentity } from "../domain/scan-identity.js";
import { buildTimeline } from "../domain/timeline.js";
import type { LeasedCarrierMessage } from "../store/carrier-messages.js";
import type { CodeSighting } from "../store/code-sightings.js";
import type { StoredEddStatement } from "../store/edd-statements.js";
import type { NewScanEvent, ScanVersion } from "../store/scan-events.js";
import { keyText, type LockedShipment, type NumberKey } from "../store/shipment-states.js";
import { type Attribution, attributeTrackings } from "./attribute.js";
import type { ReadMessage } from "./read-messages.js";

/** What one message says about one number. */
export interface Statement extends NumberKey {
  readonly message: LeasedCarrierMessage;
  readonly tracking: Tracking;
}

/** A statement, or the part of it that belongs to this shipment. */
export interface AttributedStatement extends Attribution {
  readonly shipment: LockedShipment;
  /** The number that the body speaks of: the shipment itself, or a leg of it. */
  readonly number: LockedShipment;
  /** The tracking as the body has it; `tracking` is what of it counts for the shipment. */
  readonly stated: Tracking;
  readonly message: LeasedCarrierMessage;
}

/** Every statement of every message, in the order in which they were received. Pure. */
export function collectStatements(read: readonly ReadMessage[]): Statement[] {
  return read.flatMap(({ message, report }) =>
    report.trackings.map((tracking) => ({
      storeId: message.storeId,
      carrier: tracking.carrier,
      trackingNumber: tracking.trackingNumber,
      message,
      tracking,
    })),
  );
}

/** The numbers that have to be looked up for a statement: as the body says, then as registered with the aggregator that spoke. */
export function keysOf({ storeId, carrier, trackingNumber, message }: Statement): NumberKey[] {
  const stated = { storeId, carrier, trackingNumber };
  return message.connector === carrier ? [stated] : [stated, { storeId, carrier: message.connector, trackingNumber }];
}

/**
 * Gives each statement to the uses of its number that it belongs to, or to the shipment whose leg that is; what fits none is
 * left out. `shipments` are all uses of all numbers, with the shipments of legs. Pure.
 */
export function attributeStatements(
  statements: readonly Statement[],
  shipments: readonly LockedShipment[],
): AttributedStatement[] {
  const uses = groupBy(shipments, keyText);
  const byId = new Map(shipments.map((shipment) => [shipment.id, shipment]));
  // Trackings of one body are attributed together: several for one number mean several uses of it.
  return [...groupBy(statements, (statement) => `${statement.message.id} ${keyText(statement)}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      return attributeTrackings(
        group.map(({ tracking }) => tracking),
        usesOf(first, uses),
      ).flatMap((attribution) => {
        const number = byId.get(attribution.use.id);
        const shipment = number?.legOf == null ? number : byId.get(number.legOf);
        if (number === undefined || shipment === undefined) return [];
        return [
          {
            ...attribution,
            ...ofLeg(attribution, number, shipment),
            shipment,
            number,
            stated: attribution.tracking,
            message: first.message,
          },
        ];
      });
    },
  );
}

/** What somebody registered goes before what nobody did; of those, what the body says before the aggregator's own. */
function usesOf(statement: Statement, uses: ReadonlyMap<string, readonly LockedShipment[]>): readonly LockedShipment[] {
  const found = keysOf(statement).flatMap((key) => uses.get(keyText(key)) ?? []);
  const registered = found.filter(({ orderId, legOf }) => orderId !== null || legOf !== null);
  const [best] = registered.length > 0 ? registered : found;
  return found.filter(({ carrier }) => carrier === best?.carrier);
}

/** A leg's ids and service are its own. What is said of the way back says nothing of the way there. */
function ofLeg(
  { tracking, scans }: Attribution,
  number: LockedShipment,
  shipment: LockedShipment,
): Pick<Attribution, "tracking" | "scans"> {
  if (number.legOf === null) return { tracking, scans };
  const own = { ...tracking, carrier: shipment.carrier, carrierUniqueId: null, serviceLevel: null };
  if (number.legRelation !== "return") return { tracking: own, scans };
  return {
    tracking: { ...own, edd: null, destination: null, proof: null },
    scans: scans.map((scan) => ({ ...scan, onReturnLeg: true })),
  };
}

/** The rows that a statement adds to the scan log. */
export function toScanEvents({ shipment, number, scans, message }: AttributedStatement): NewScanEvent[] {
  return scans.map((scan) => ({
    shipmentId: shipment.id,
    shipmentMonth: shipment.shipmentMonth,
    trackingNumber: number.trackingNumber,
    identity: scanIdentity(scan),
    digest: scanDigest(scan),
    scan,
    messageId: message.id,
    messageMonth: message.receivedMonth,
    receivedAt: message.receivedAt,
  }));
}

/** The delivery date that a statement makes, if any, with the newest scan its body knew. */
export function toEddStatements({ shipment, tracking, scans, message }: AttributedStatement): StoredEddStatement[] {
  if (tracking.edd === null) return [];
  const newestScanKey = buildTimeline(scans).at(-1)?.sortKey ?? null;
  return [
    { shipmentId: shipment.id, source: "carrier", claim: tracking.edd, newestScanKey, receivedAt: message.receivedAt },
  ];
}

/** What carriers could not tell anything about: the latest notice per number. Pure. */
export function collectNotices(read: readonly ReadMessage[]) {
  const notices = read.flatMap(({ message, report }) =>
    report.notices.map(({ trackingNumber, kind }) => ({
      storeId: message.storeId,
      carrier: message.connector,
      connectionId: message.connectionId,
      // An answer that does not repeat the number is about the only one that was asked.
      trackingNumber:
        trackingNumber === "" && message.askedNumbers?.length === 1 ? (message.askedNumbers[0] ?? "") : trackingNumber,
      kind,
      noticedAt: message.receivedAt,
    })),
  );
  // Of several about one number the latest stands.
  const latestLast = notices.toSorted((a, b) => a.noticedAt.getTime() - b.noticedAt.getTime());
  return [...new Map(latestLast.map((notice) => [keyText(notice), notice])).values()];
}

/** Unmapped codes of scans that are new: a code that every poll repeats is one sighting per scan. */
export function collectSightings(
  attributed: readonly AttributedStatement[],
  newVersions: readonly ScanVersion[],
): CodeSighting[] {
  const isNew = new Set(newVersions.map(({ shipmentId, identity, digest }) => `${shipmentId} ${identity} ${digest}`));
  const sightings = new Map<string, CodeSighting>();
  for (const { shipment, scans, message } of attributed) {
    for (const scan of scans) {
      if (scan.meaning.kind !== "unmapped" || !isNew.delete(`${shipment.id} ${scanIdentity(scan)} ${scanDigest(scan)}`))
        continue;
      const key = `${scan.carrier} ${scan.carrierCode}`;
      const seen = (sightings.get(key)?.seen ?? 0) + 1;
      sightings.set(key, {
        carrier: scan.carrier,
        code: scan.carrierCode,
        seen,
        exampleText: scan.carrierText,
        exampleMessageId: message.id,
      });
    }
  }
  return [...sightings.values()];
}
