import type { LinkedNumber, ProofOfDelivery } from "../../../domain/report.js";
import type { Meaning } from "../../../domain/scan.js";
import { type SubStatus, subStatusRow } from "../../../domain/status.js";
import { textAt } from "../../../runtime/json.js";
import { itemsAt, readCode, readNumber } from "./fields.js";

/** Where UPS left a parcel, in the words of its own list of places, as far as a sub-status says it more exactly. */
const PLACES: ReadonlyMap<string, SubStatus> = new Map(
  Object.entries({
    left_in_safe_place: "front door|rear door|side door|back door|porch|deck|patio|garage|carport|shed",
    in_mailbox: "mailbox|mail box",
    parcel_locker: "locker",
    to_neighbour: "neighbor|neighbour|neighbor - by request",
    to_reception: "front desk|reception|mail room|office|guard|concierge|door person|superintendent|management office",
  } as const).flatMap(([subStatus, places]) => places.split("|").map((place) => [place, subStatus as SubStatus])),
);

/** Proof of delivery of a poll body; null when it offers none. */
export function readProof(information: unknown): ProofOfDelivery | null {
  const hasPhoto =
    textAt(information, "deliveryPhoto", "photo") !== null ||
    (textAt(information, "deliveryPhoto", "photoCaptureInd") === "Y" &&
      textAt(information, "deliveryPhoto", "photoDispositionCode") === "V");
  return proofOf({
    receivedBy: textAt(information, "receivedBy"),
    location: locationOf(textAt(information, "location")),
    hasSignature: textAt(information, "signature", "image") !== null,
    hasPhoto,
  });
}

/** Proof of delivery of a push, as far as an enhanced subscription has it; null when it offers none. */
export function readPushedProof(push: unknown): ProofOfDelivery | null {
  return proofOf({
    receivedBy: textAt(push, "receivedBy"),
    location: null,
    hasSignature: false,
    hasPhoto: textAt(push, "deliveryPhoto") !== null,
  });
}

/** What the proof says more exactly than a plain "delivered": the place where it was left, else that it was signed for. */
export function deliveredTo(proof: ProofOfDelivery | null): Meaning | null {
  const place = PLACES.get(proof?.location?.toLowerCase() ?? "");
  const subStatus = place ?? (proof?.hasSignature ? "signed_for" : undefined);
  return subStatus === undefined ? null : { kind: "status", status: subStatusRow(subStatus).status, subStatus };
}

/** Numbers under which the parcel goes on: a `USPS_PIC` is the number of the last mile at USPS. */
export function readLinkedNumbers(parcel: unknown): LinkedNumber[] {
  return itemsAt(parcel, "alternateTrackingNumber").flatMap((alternate): LinkedNumber[] => {
    const trackingNumber = readNumber(alternate, "number");
    if (trackingNumber === null || readCode(alternate, "type") !== "USPS_PIC") return [];
    return [{ trackingNumber, relation: "next_leg", carrier: "usps" }];
  });
}

function proofOf(proof: ProofOfDelivery): ProofOfDelivery | null {
  const { receivedBy, location, hasSignature, hasPhoto } = proof;
  return receivedBy !== null || location !== null || hasSignature || hasPhoto ? proof : null;
}

/** UPS writes "Delivery Photo" where it has a photo and no place. */
function locationOf(location: string | null): string | null {
  return location?.toLowerCase() === "delivery photo" ? null : location;
}
