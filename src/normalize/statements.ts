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

/** Gives each statement to the uses of its number that it belongs to; what fits none is left out. `shipments` are all uses of all numbers. Pure. */
export function attributeStatements(
  statements: readonly Statement[],
  shipments: readonly LockedShipment[],
): AttributedStatement[] {
  const uses = groupBy(shipments, keyText);
  // Trackings of one body are attributed together: several for one number mean several uses of it.
  return [...groupBy(statements, (statement) => `${statement.message.id} ${keyText(statement)}`).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const candidates = uses.get(keyText(first)) ?? [];
      return attributeTrackings(
        group.map(({ tracking }) => tracking),
        candidates,
      ).flatMap((attribution) => {
        const shipment = candidates.find((candidate) => candidate.id === attribution.use.id);
        return shipment === undefined ? [] : [{ ...attribution, shipment, message: first.message }];
      });
    },
  );
}

/** The rows that a statement adds to the scan log. */
export function toScanEvents({ shipment, scans, message }: AttributedStatement): NewScanEvent[] {
  return scans.map((scan) => ({
    shipmentId: shipment.id,
    shipmentMonth: shipment.shipmentMonth,
    trackingNumber: shipment.trackingNumber,
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
