import type { Brand } from "../domain/brand.js";
import type { Place } from "../domain/place.js";
import type { ProofOfDelivery } from "../domain/report.js";
import type { ScanTime } from "../domain/scan.js";
import type { ParcelFacts } from "../domain/sentences/facts.js";
import type { Status, SubStatus } from "../domain/status.js";

/** Everything one tracking page shows, ready to be drawn. No street, no e-mail address, no telephone number is in it. */
export interface PageView {
  readonly brand: Brand;
  /** BCP 47 (`en`, `en-GB`). Decides language and the form of dates. */
  readonly locale: string;
  readonly order: OrderView;
  /** When this was last known to be right, where that cannot be made sure of now; null: it is right now. */
  readonly asOf: AsOf | null;
  /** Goes up with every change of what the page shows. */
  readonly version: number;
  /** Outbound parcels first, then returns; each group in the order in which they were made. */
  readonly parcels: readonly ParcelView[];
}

/** A moment on the clock of the destination, or in UTC where its zone is not known. */
export interface AsOf {
  /** `HH:mm` */
  readonly clock: string;
  readonly isUtc: boolean;
}

/** What the shopper bought and where it goes. */
export interface OrderView {
  readonly number: string;
  /** `YYYY-MM-DD` in the store's time zone. */
  readonly placedOn: string;
  /** Of all outbound parcels, as `orderState` gives it. */
  readonly status: Status;
  /** Outbound parcels by status, as `orderState` gives them. */
  readonly counts: Readonly<Record<Status, number>>;
  /** The promise at the time of the order while nothing is shipped; `YYYY-MM-DD`. */
  readonly promised: { readonly from: string; readonly to: string } | null;
  /** `YYYY-MM-DD` at the destination, or null where its zone is not known. */
  readonly today: string | null;
  /** Items that are in none of the parcels below. */
  readonly unshippedItems: readonly ItemView[];
  readonly destination: DestinationView | null;
}

/** City level at most. */
export interface DestinationView {
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string | null;
  /** The first characters of the postcode, never all of it (`maskPostalCode`). */
  readonly postalCodePrefix: string | null;
}

/** How many of a thing. */
export interface ItemView {
  readonly title: string;
  readonly quantity: number;
}

/** One parcel of the order. Voided and replaced ones are left out by whoever makes the view. */
export interface ParcelView extends ParcelFacts {
  /** Unique in the page; letters, digits, `-` and `_`. Becomes the anchor of the parcel. */
  readonly id: string;
  readonly direction: "outbound" | "return";
  readonly status: Status | null;
  /** The furthest stage it ever reached (`stageOf`), 0..4: what the progress line shows while it is in trouble. */
  readonly furthestStage: number;
  /** In full or masked, as the viewer may see it. */
  readonly trackingNumber: string;
  /** The carrier's own tracking page of it, `https:`; null hides the link. */
  readonly carrierUrl: string | null;
  /** The numbers under which it goes on. */
  readonly legs: readonly LegView[];
  readonly serviceLevel: string | null;
  readonly items: readonly ItemView[];
  /** Newest first, at most `MAX_SCANS_SHOWN`. */
  readonly timeline: readonly TimelineEntryView[];
  readonly proof: ProofOfDelivery | null;
}

/** A number under which a parcel goes on, with a partner or with a new label. */
export interface LegView {
  readonly carrierName: string;
  readonly trackingNumber: string;
  /** The carrier's own tracking page of it, `https:`; null hides the link. */
  readonly carrierUrl: string | null;
}

/** No parcel is scanned more often in earnest; what is older than this stays out of the page. */
export const MAX_SCANS_SHOWN = 100;

/** One scan as the shopper reads it. */
export interface TimelineEntryView {
  /** Whose scan it is: the parcel's carrier, or the partner that carries it on. */
  readonly carrierName: string;
  /** Null for a scan that moves nothing or whose code nobody has mapped: told by the carrier's words alone. */
  readonly subStatus: SubStatus | null;
  /** The carrier's words as they came; may be empty. */
  readonly carrierText: string;
  /** BCP 47 language of the carrier's words, or null where it is not known. */
  readonly carrierTextLanguage: string | null;
  readonly place: Pick<Place, "city" | "region" | "country"> | null;
  readonly time: ScanTime;
}

/** The first part of a postcode: half of it, three characters at most. One that is too short to hide anything gives null. */
export function maskPostalCode(postalCode: string | null): string | null {
  const plain = postalCode?.trim() ?? "";
  const shown = Math.min(3, Math.floor(plain.length / 2));
  return shown === 0 ? null : plain.slice(0, shown);
}
