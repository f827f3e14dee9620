import type { ParcelFacts } from "../domain/sentences/facts.js";
import type { PageView } from "./view-model.js";

/** An order without parcels, in the form in which a parcel is put into words. */
export function orderFacts({ order: { promised, today } }: PageView): ParcelFacts {
  return {
    subStatus: "confirmed",
    carrierName: "",
    edd: promised === null ? null : { ...promised, windowFrom: null, windowTo: null, source: "promised" },
    previousEdd: null,
    at: null,
    city: null,
    today,
  };
}
