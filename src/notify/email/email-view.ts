import type { Brand } from "../../domain/brand.js";
import type { ParcelFacts } from "../../domain/sentences/facts.js";
import type { Status } from "../../domain/status.js";

/** Everything one e-mail about an order says. */
export interface EmailView {
  readonly brand: Brand;
  /** BCP 47 (`en`, `en-GB`). */
  readonly locale: string;
  readonly orderNumber: string;
  /** The order's tracking page, absolute. */
  readonly trackingUrl: string;
  /**
   * The parcels that this message is about, all with the same status and sub-status. Empty: the order is confirmed and
   * nothing is shipped yet.
   */
  readonly parcels: readonly EmailParcelView[];
  /** What was bought, for the confirmation of an order without parcels. */
  readonly items: readonly EmailItemView[];
  /** The promise at the time of the order, `YYYY-MM-DD`; told by a confirmation. */
  readonly promised: { readonly from: string; readonly to: string } | null;
  readonly destination: EmailDestinationView | null;
}

/** City level at most: mail is forwarded, printed and searched. */
export interface EmailDestinationView {
  readonly city: string | null;
  readonly region: string | null;
  readonly country: string | null;
}

/** One parcel of the message. `today` is not used: a mail is read on another day than it was sent. */
export interface EmailParcelView extends Omit<ParcelFacts, "today"> {
  readonly status: Status;
  readonly trackingNumber: string;
  /** What is in it; may be empty when nobody said. */
  readonly items: readonly EmailItemView[];
}

/** How many of a thing. */
export interface EmailItemView {
  readonly title: string;
  readonly quantity: number;
}

/** A mail ready to be handed to a channel. */
export interface RenderedEmail {
  /** One line without control characters. */
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
