import type { HttpResponse } from "../../../runtime/http-client.js";
import { CarrierCallError, checkBatch, type FetchContext, type TrackQuery } from "../contract.js";
import { callEasypost, failureOf, isSuccess, mayConcernNumber, requireJson } from "./call.js";
import { easypostNameOf } from "./carrier-names.js";
import { numberRefusalIn } from "./refusals.js";

const NUMBER = /^[0-9A-Za-z][0-9A-Za-z -]{3,59}$/;

/**
 * Asks EasyPost about one number and returns its tracker as received. `POST /trackers` makes the tracker, or within three
 * months answers the one that is there already; the bulk read (`POST /trackers/batch`) knows only trackers that were made
 * before and is silent about all others. A refusal that is about the number is a report: its body is returned, and `parse`
 * makes a notice of it.
 * @throws CarrierCallError
 */
export async function fetchTracker(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  const response = await createTracker(askableQuery(queries), context);
  if (isSuccess(response)) return requireJson(response);
  if (mayConcernNumber(response) && numberRefusalIn(response.body) !== null) return response.body;
  throw failureOf(response, context.now(), "EasyPost refused the tracking request");
}

/** The one number of a call. @throws CarrierCallError `rejected` when it is not one, or none that EasyPost could take */
export function askableQuery(queries: readonly TrackQuery[]): TrackQuery {
  checkBatch("EasyPost", queries, 1);
  const [query] = queries;
  if (query === undefined || !NUMBER.test(query.trackingNumber))
    throw new CarrierCallError("rejected", "EasyPost takes numbers of 4 to 60 letters and digits only.");
  return query;
}

/** Makes the tracker of one number, or finds it. @throws CarrierCallError when no whole answer arrived */
export function createTracker(query: TrackQuery, context: FetchContext): Promise<HttpResponse> {
  const carrier = easypostNameOf(query.carrier ?? null, context.credentials);
  return callEasypost("POST", "/trackers", context, {
    tracker: { tracking_code: query.trackingNumber, ...(carrier !== null && { carrier }) },
  });
}
