import type { Place } from "./place.js";
import type { Status, SubStatus } from "./status.js";

/** How the instant of a scan is known: the carrier stated an offset, the place has one zone, or it is not known. */
export type ZoneSource = "offset" | "place" | "unknown";

/** How exact a reading is. `day`: the carrier printed a date (or a date padded with midnight). */
export type Precision = "second" | "minute" | "day";

/** When a scan happened, without guessing. Built by the functions of `local-time.ts`. */
export interface ScanTime {
  /** Milliseconds since the epoch, or null when the instant cannot be known. */
  readonly occurredAt: number | null;
  /** The wall clock as printed, `YYYY-MM-DDTHH:mm:ss`, or null when only an instant was given. */
  readonly localTime: string | null;
  /** `+02:00`; null when `zone` is `unknown`. */
  readonly utcOffset: string | null;
  readonly zone: ZoneSource;
  readonly precision: Precision;
}

/**
 * What a carrier code means to us. `information`: known, moves nothing. `unmapped`: not known, moves nothing, counted.
 */
export type Meaning =
  | {
      readonly kind: "status";
      readonly status: Status;
      readonly subStatus: SubStatus;
      /** Moves a shipment even after it was delivered (refused, returning, damaged, explicitly not delivered). */
      readonly revokesDelivery?: boolean;
      /** Takes back an announced return: the parcel goes to the recipient after all. */
      readonly cancelsReturn?: boolean;
    }
  | { readonly kind: "information" }
  | { readonly kind: "unmapped" };

/** One statement by a carrier that something happened. Immutable: a richer statement of the same scan is another version. */
export interface Scan extends ScanTime {
  readonly carrier: string;
  /**
   * The code that identifies the scan, without the time (UPS: type and code, else the three-digit code). Never
   * changed by a description, a place or our mapping, so that push, richer push and poll agree on it.
   */
  readonly scanCode: string;
  /** The carrier's code as an operator would look it up (`DE`, `DE/007`, `X/48/022`). */
  readonly carrierCode: string;
  /** The carrier's words, trimmed, untranslated. */
  readonly carrierText: string;
  readonly place: Place | null;
  readonly meaning: Meaning;
  /** Said by an aggregator (`carrier`) about another carrier's scan. Shown only where that carrier did not say it itself. */
  readonly relayed?: true;
  /** Happened under a number that brings the parcel back to its sender. Set by the shipment's timeline, not by parsers. */
  readonly onReturnLeg?: true;
}
