import type { ParcelStory } from "../domain/parcel-facts.js";
import type { OrderView, ParcelView } from "./view-model.js";

/**
 * What one tracking page shows, before anybody asks when, and without what is the store's and the same on all its pages.
 * It is plain data that survives JSON, holds no more of the shopper than the page does, and stays true until the order's
 * view version goes up. What is kept is this.
 */
export interface PageFacts {
  readonly order: OrderFacts;
  readonly parcels: readonly ParcelFactsOfPage[];
}

/** An order without the days that only a moment and a time zone give. */
export interface OrderFacts extends Omit<OrderView, "placedOn" | "today"> {
  /** Milliseconds since the epoch. */
  readonly placedAtMs: number;
  /** IANA zone of the destination, or null where it is not known. */
  readonly zone: string | null;
}

/** A parcel of the page, its estimate as it was stated last. */
export interface ParcelFactsOfPage extends Omit<ParcelView, "edd" | "previousEdd" | "today">, ParcelStory {}
