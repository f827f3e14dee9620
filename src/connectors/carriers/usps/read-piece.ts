import type { LinkedNumber, ProofOfDelivery, Tracking } from "../../../domain/report.js";
import { flagAt, textAt } from "../../../runtime/json.js";
import { readEdd } from "./edd.js";
import { itemsAt, readNumber, readPlace, readWords } from "./fields.js";
import { readEvent } from "./read-event.js";

/**
 * One mail piece: the object that the Tracking API answers and that a push carries, or a push of a single event with the
 * fields of the event beside the number. Null when it names no number, or is no piece of USPS. A bare `status` makes no
 * scan: it has neither code nor time, so it could not be put in order with the others; the next poll tells.
 */
export function readPiece(piece: unknown): Tracking | null {
  const trackingNumber = readNumber(piece, "trackingNumber");
  if (trackingNumber === null || !isPiece(piece)) return null;
  const events = eventsOf(piece);
  return {
    carrier: "usps",
    trackingNumber,
    carrierUniqueId: textAt(piece, "uniqueMailPieceID") ?? textAt(piece, "uniqueMailPieceId"),
    serviceLevel: readWords(piece, "mailClass"),
    // The intake date is when USPS first heard of the piece, which is before it is shipped or, by paper, after.
    shipDate: null,
    origin: readPlace(piece, ORIGIN),
    destination: readPlace(piece, DESTINATION),
    scans: events.flatMap((event) => readEvent(event) ?? []),
    edd: readEdd(piece),
    proof: readProof(piece, events),
    linkedNumbers: readLinkedNumbers(piece, trackingNumber),
  };
}

const ORIGIN = { city: "originCity", region: "originState", postalCode: "originZIP", country: "originCountry" };
const DESTINATION = {
  city: "destinationCity",
  region: "destinationState",
  postalCode: "destinationZIP",
  country: "destinationCountryCode",
};

function isPiece(piece: unknown): boolean {
  if (itemsAt(piece, "trackingEvents").length > 0) return true;
  return ["eventCode", "eventType", "status", "statusCategory"].some((field) => textAt(piece, field) !== null);
}

function eventsOf(piece: unknown): readonly unknown[] {
  const events = itemsAt(piece, "trackingEvents");
  return events.length > 0 ? events : [piece];
}

/** Who took it, where it was left, and whether USPS keeps a letter of proof, which shows the signature. */
function readProof(piece: unknown, events: readonly unknown[]): ProofOfDelivery | null {
  const delivery = events.find((event) => {
    const meaning = readEvent(event)?.meaning;
    return meaning?.kind === "status" && meaning.status === "delivered";
  });
  if (delivery === undefined) return null;
  const receivedBy = textAt(delivery, "name") ?? textAt(delivery, "firm");
  const location = /^delivered, (.+)$/i.exec(readWords(delivery, "eventType") ?? "")?.[1] ?? null;
  const hasSignature =
    flagAt(piece, "proofOfDeliveryEnabled") === true || flagAt(piece, "trackingProofOfDeliveryEnabled") === true;
  return receivedBy !== null || location !== null || hasSignature
    ? { receivedBy, location, hasSignature, hasPhoto: false }
    : null;
}

/** Another label on the same piece. A return receipt (`relatedReturnReceiptID`) is a card and no parcel. */
function readLinkedNumbers(piece: unknown, trackingNumber: string): LinkedNumber[] {
  const label = readNumber(piece, "associatedLabel");
  if (label === null || label === trackingNumber || !/^(?:[A-Z]{2}\d{9}[A-Z]{2}|\d{20,30})$/.test(label)) return [];
  return [{ trackingNumber: label, relation: "reroute", carrier: "usps" }];
}
