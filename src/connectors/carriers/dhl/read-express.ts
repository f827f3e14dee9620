import type { ProofOfDelivery, Tracking } from "../../../domain/report.js";
import type { Scan } from "../../../domain/scan.js";
import { listAt, recordAt, textAt } from "../../../runtime/json.js";
import { readEstimatedDay } from "./edd.js";
import { meaningOfCode } from "./meaning.js";
import { placeOf, readPostalAddress, readServiceArea } from "./place.js";
import { readNumber } from "./read-unified.js";
import { readSplitTime } from "./scan-time.js";

/**
 * A shipment of MyDHL (Express), with its checkpoint codes; null when it names no number. Its `status` is that of the
 * call, not of the parcel. Checkpoints come oldest first; those of the pieces count only where the shipment has none.
 */
export function readExpressShipment(shipment: unknown): Tracking | null {
  const trackingNumber = readNumber(textAt(shipment, "shipmentTrackingNumber"));
  if (trackingNumber === null) return null;
  const own = listAt(shipment, "events");
  const pieces = listAt(shipment, "pieces");
  const events = own.length > 0 ? own : pieces.flatMap((piece) => listAt(piece, "events")).slice(0, MAX_EVENTS);
  return {
    carrier: "dhl",
    trackingNumber,
    carrierUniqueId: null,
    serviceLevel: textAt(shipment, "productCode"),
    shipDate: readEstimatedDay(textAt(shipment, "shipmentTimestamp"))?.from ?? null,
    origin: readEnd(recordAt(shipment, "shipperDetails")),
    destination: readEnd(recordAt(shipment, "receiverDetails")),
    scans: events.flatMap((event) => readCheckpoint(event) ?? []),
    edd:
      readEstimatedDay(textAt(shipment, "estimatedDeliveryDate")) ??
      readEstimatedDay(textAt(pieces[0], "estimatedDeliveryDate")),
    proof: readProof(events),
    linkedNumbers: [],
  };
}

const MAX_EVENTS = 5_000;

function readCheckpoint(event: unknown): Scan | null {
  const code = textAt(event, "typeCode")?.toUpperCase().slice(0, 20) ?? "";
  if (code === "") return null;
  const place = readServiceArea(listAt(event, "serviceArea")[0]);
  const [text] = splitName(textAt(event, "description") ?? "");
  return {
    carrier: "dhl",
    scanCode: code,
    carrierCode: `express/${code}`,
    carrierText: text,
    place,
    meaning: meaningOfCode("express", code, text),
    ...readSplitTime(textAt(event, "date"), textAt(event, "time"), textAt(event, "GMTOffset"), place),
  };
}

/** Who took it: `signedBy`, which is often blank, else the name behind "Delivered". */
function readProof(events: readonly unknown[]): ProofOfDelivery | null {
  for (const event of events) {
    if (textAt(event, "typeCode")?.toUpperCase() !== "OK") continue;
    const receivedBy = textAt(event, "signedBy") ?? splitName(textAt(event, "description") ?? "")[1];
    if (receivedBy !== null) return { receivedBy, location: null, hasSignature: false, hasPhoto: false };
  }
  return null;
}

/** `Delivered : SAMPLE` holds the recipient's name, which belongs to the proof and not on a page. */
function splitName(text: string): readonly [string, string | null] {
  const [, word, name] = /^(Delivered)\s*[:-]\s*(\S.*)$/i.exec(text) ?? [];
  return word === undefined || name === undefined ? [text, null] : [word, name];
}

function readEnd(details: unknown) {
  const address = readPostalAddress(recordAt(details, "postalAddress"));
  const area = readServiceArea(listAt(details, "serviceArea")[0]);
  return placeOf({
    city: address?.city ?? area?.city ?? null,
    region: address?.region ?? area?.region ?? null,
    country: address?.country ?? area?.country ?? null,
    postalCode: address?.postalCode ?? null,
    facilityCode: area?.facilityCode ?? null,
  });
}
