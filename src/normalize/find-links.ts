import { chooseCandidate, detectCarriers, type NumberedCarrier } from "../domain/detect-carriers.js";
import type { LinkedNumber } from "../domain/report.js";
import { TRACKING_NUMBER, tidyTrackingNumber } from "../domain/tracking-number.js";
import type { NumberKey } from "../store/shipment-states.js";
import type { Statement } from "./statements.js";

/** A number under which a parcel goes on, with the carrier that settles whose it is. */
export interface Link extends NumberKey {
  readonly relation: LinkedNumber["relation"];
}

/** The most links that one body can make for one parcel. */
const MAX_LINKS = 8;

/**
 * The numbers that a body says a parcel goes on under, as far as somebody can be asked about them: the carrier has to be
 * stated or beyond doubt. A return or a new label is the same carrier's where nothing else is said; a partner's number
 * tells its carrier only by a right check digit that no other carrier has. Pure.
 */
export function findLinks(
  { storeId, tracking }: Pick<Statement, "storeId" | "tracking">,
  carriers: readonly NumberedCarrier[],
): Link[] {
  // Nearly every body links nothing.
  if (tracking.linkedNumbers.length === 0) return [];
  const others = carriers.filter(({ code }) => code !== tracking.carrier);
  return tracking.linkedNumbers.slice(0, MAX_LINKS).flatMap((linked): Link[] => {
    const trackingNumber = tidyTrackingNumber(linked.trackingNumber);
    const byDefault =
      linked.relation === "next_leg"
        ? chooseCandidate(detectCarriers(trackingNumber, others))?.carrier
        : tracking.carrier;
    const carrier = linked.carrier ?? byDefault;
    if (carrier === undefined || !TRACKING_NUMBER.test(trackingNumber)) return [];
    if (carrier === tracking.carrier && trackingNumber === tracking.trackingNumber) return [];
    return [{ storeId, carrier, trackingNumber, relation: linked.relation }];
  });
}
