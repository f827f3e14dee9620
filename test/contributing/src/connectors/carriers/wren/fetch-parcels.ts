import { startsLikeJson } from "../../../runtime/json.js";
import { CarrierCallError, checkBatch, type FetchContext, type TrackQuery } from "../contract.js";
import { callWren, failureOf } from "./call-wren.js";
import { WREN_MAX_BYTES } from "./parse-wren.js";

/** The most numbers in one call (Parcel API, `POST /v1/track`). */
export const WREN_BATCH_SIZE = 20;

/**
 * Asks Wren about 1 to 20 numbers and returns its answer as received. Numbers that it cannot tell about are in the answer.
 * @throws CarrierCallError
 */
export async function fetchParcels(queries: readonly TrackQuery[], context: FetchContext): Promise<Uint8Array> {
  checkBatch("Wren", queries, WREN_BATCH_SIZE);
  const numbers = queries.map((query) => query.trackingNumber);
  const call = { method: "POST", path: "/v1/track", body: { numbers }, maxBytes: WREN_MAX_BYTES } as const;
  const response = await callWren(call, context);
  if (response.status !== 200) throw failureOf(response, "Wren refused the tracking request", context);
  if (!startsLikeJson(response.body))
    throw new CarrierCallError("unreadable", "Wren answered with something that is not JSON.");
  return response.body;
}
