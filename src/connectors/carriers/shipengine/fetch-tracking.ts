import { startsLikeJson } from "../../../runtime/json.js";
import { CarrierCallError, checkBatch, type FetchContext, type TrackQuery } from "../contract.js";
import { callShipEngine, failureOf } from "./call.js";
import { toCarrierCode } from "./carrier-codes.js";
import { noticeIn } from "./notices.js";
import { SHIPENGINE_MAX_BYTES } from "./parse.js";

/** Carriers of all countries: letters, digits and hyphens. */
const NUMBER = /^[0-9A-Za-z][0-9A-Za-z-]{3,59}$/;

/** What ShipEngine is told to name a number with. */
export interface NumberParameters extends Readonly<Record<string, string>> {
  readonly carrier_code: string;
  readonly tracking_number: string;
}

/**
 * Asks ShipEngine about one number (`GET /tracking`; it has no batch) and returns the body as received. A refusal that is
 * about the number is a report: its body is returned, and `parse` makes a notice of it.
 * @throws CarrierCallError
 */
export async function fetchTracking(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  const query = onlyQuery(queries);
  const response = await callShipEngine(
    { method: "GET", path: "/tracking", query: parametersOf(query, context), maxBytes: SHIPENGINE_MAX_BYTES },
    context,
  );
  if (response.status === 200 && startsLikeJson(response.body)) return response.body;
  if (response.status === 200)
    throw new CarrierCallError("unreadable", "ShipEngine answered with a page instead of a report.");
  if (noticeIn(response) !== null) return response.body;
  throw failureOf(response, context.now(), "ShipEngine refused the tracking request");
}

/** The one number of a call. @throws CarrierCallError `rejected` when there are none or several */
export function onlyQuery(queries: readonly TrackQuery[]): TrackQuery {
  checkBatch("ShipEngine", queries, 1);
  const [query] = queries;
  if (query === undefined) throw new CarrierCallError("rejected", "ShipEngine was asked about no number.");
  return query;
}

/** @throws CarrierCallError `rejected` for a number that ShipEngine cannot be asked about */
export function parametersOf(
  { trackingNumber, carrier }: Pick<TrackQuery, "trackingNumber" | "carrier">,
  { credentials }: Pick<FetchContext, "credentials">,
): NumberParameters {
  if (!NUMBER.test(trackingNumber))
    throw new CarrierCallError("rejected", "ShipEngine takes numbers of 4 to 60 letters, digits and hyphens only.");
  const code = toCarrierCode(carrier, credentials);
  if (code === null)
    throw new CarrierCallError(
      "rejected",
      "ShipEngine has to be told whose number it is: state the shipment's carrier, such as ups or royal_mail.",
    );
  return { carrier_code: code, tracking_number: trackingNumber };
}
