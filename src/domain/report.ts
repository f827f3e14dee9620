import type { Place } from "./place.js";
import type { Scan } from "./scan.js";

/** What a carrier's body says: per number either a tracking or a notice, so that half a batch can succeed. */
export interface Report {
  readonly trackings: readonly Tracking[];
  readonly notices: readonly Notice[];
}

export type NoticeKind = "not_found" | "too_old" | "not_ours" | "invalid_number";

/** A carrier's answer that it cannot tell anything about one number. Never a status. */
export interface Notice {
  /** Empty where the body does not repeat the number: then it is the only one that the call asked about. */
  readonly trackingNumber: string;
  readonly kind: NoticeKind;
  readonly carrierCode: string;
  readonly carrierText: string;
}

/** Everything one body states about one parcel. Fields that the body leaves out are null, never a default. */
export interface Tracking {
  readonly carrier: string;
  readonly trackingNumber: string;
  /** The carrier's own id of this use of the number (FedEx `trackingNumberUniqueId`), where it gives one. */
  readonly carrierUniqueId: string | null;
  readonly serviceLevel: string | null;
  /** `YYYY-MM-DD`, the day the carrier says it was shipped or picked up: tells a recycled number's uses apart. */
  readonly shipDate: string | null;
  readonly origin: Place | null;
  readonly destination: Place | null;
  /** Scans in the order of the body. The fold sorts. */
  readonly scans: readonly Scan[];
  readonly edd: EddClaim | null;
  readonly proof: ProofOfDelivery | null;
  /** Numbers that the carrier says this parcel also has or goes on under. */
  readonly linkedNumbers: readonly LinkedNumber[];
}

/**
 * An estimated delivery date as stated: a day, or a window on one day or between days. Wall clock at the destination.
 * A carrier that gives an instant with an offset has it kept beside the wall clock.
 */
export interface EddClaim {
  /** `YYYY-MM-DD` */
  readonly from: string;
  /** `YYYY-MM-DD`; equals `from` for a single day. */
  readonly to: string;
  /** `HH:mm` at the destination, or null. A window that only ends has `windowFrom` null. */
  readonly windowFrom: string | null;
  readonly windowTo: string | null;
}

/** What the carrier offers as proof. Pictures are fetched later, by us, under retention. */
export interface ProofOfDelivery {
  readonly receivedBy: string | null;
  /** The carrier's words for where it was left (`Front Door`). */
  readonly location: string | null;
  readonly hasSignature: boolean;
  readonly hasPhoto: boolean;
}

export interface LinkedNumber {
  readonly trackingNumber: string;
  /** `next_leg`: a partner carries it on. `return`: it comes back under this number. `reroute`: new label. */
  readonly relation: "next_leg" | "return" | "reroute";
  /** The carrier of that number where the body says so. */
  readonly carrier: string | null;
}
