import type { LinkedNumber, ProofOfDelivery } from "../../../domain/report.js";
import type { Scan } from "../../../domain/scan.js";
import { PLAIN_SUB_STATUS } from "../../../domain/status.js";
import { flagAt, listAt, recordAt, textAt } from "../../../runtime/json.js";
import { statusMeaning } from "./meaning.js";

/** Proof of delivery of Unified's `details`; null when it offers none. */
export function readProof(details: unknown): ProofOfDelivery | null {
  const signed = recordAt(details, "proofOfDelivery", "signed");
  const names = [textAt(signed, "givenName"), textAt(signed, "familyName")].filter((name) => name !== null).join(" ");
  const receivedBy = textAt(signed, "name") ?? (names === "" ? null : names);
  const hasSignature =
    textAt(details, "proofOfDelivery", "signatureUrl")?.startsWith("https://") === true ||
    flagAt(details, "proofOfDeliverySignedAvailable") === true;
  return receivedBy !== null || hasSignature ? { receivedBy, location: null, hasSignature, hasPhoto: false } : null;
}

/** DHL says once per parcel that somebody signed; it belongs to the one scan that says no more than "delivered". */
export function sharpenDelivery(scans: readonly Scan[], proof: ProofOfDelivery | null): readonly Scan[] {
  if (proof?.hasSignature !== true || scans.filter(isPlainDelivery).length !== 1) return scans;
  return scans.map((scan) => (isPlainDelivery(scan) ? { ...scan, meaning: statusMeaning("signed_for") } : scan));
}

/** The number of the last mile: DHL eCommerce in America hands its parcels to USPS. */
export function readLinkedNumbers(details: unknown): LinkedNumber[] {
  const one = recordAt(details, "references");
  const references = one === null ? listAt(details, "references") : [one];
  return references.flatMap((reference): LinkedNumber[] => {
    const trackingNumber = textAt(reference, "number")?.replaceAll(" ", "").toUpperCase() ?? "";
    if (textAt(reference, "type") !== "local-tracking-number" || !/^[0-9A-Z]{8,40}$/.test(trackingNumber)) return [];
    return [{ trackingNumber, relation: "next_leg", carrier: USPS.test(trackingNumber) ? "usps" : null }];
  });
}

/** USPS package numbers (IMpb), with or without the ZIP code in front. */
const USPS = /^(?:420\d{5}(?:\d{4})?)?9[2-5]\d{20}(?:\d{4})?$/;

function isPlainDelivery({ meaning }: Scan): boolean {
  return meaning.kind === "status" && meaning.subStatus === PLAIN_SUB_STATUS.delivered;
}
