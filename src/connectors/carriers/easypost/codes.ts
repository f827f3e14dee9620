import { type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const EASYPOST_CODE_TABLES: Readonly<Record<string, string>> = {
  "": "`status` of a tracker or scan, and `status/status_detail` where the detail says more. A detail that is not here adds nothing to its status, except beside `in_transit`, where it leaves the scan unmapped.",
};

/**
 * EasyPost's vocabulary (Tracker `status` and `status_detail`). A key is a status, or `<status>/<detail>` where the detail
 * says more. EasyPost calls trouble on the road `in_transit` too, so every documented detail of that status has its row.
 */
export const EASYPOST_STATUS_CODES: readonly StatusCode[] = [
  // EasyPost knows nothing yet, or its own look-up failed: neither is a word about the parcel.
  information("unknown"),
  information("error"),

  code("pre_transit", "label_created"),
  code("pre_transit/awaiting_information", "label_created"),
  code("pre_transit/label_created", "label_created"),

  code("in_transit", "moving"),
  code("in_transit/in_transit", "moving"),
  code("in_transit/status_update", "moving"),
  code("in_transit/unknown", "moving"),
  // The status speaks of now: a label, a vehicle or missing data mentioned beside it do not take the parcel off the road.
  code("in_transit/label_created", "moving"),
  code("in_transit/awaiting_information", "moving"),
  code("in_transit/out_for_delivery", "moving"),
  code("in_transit/received_at_origin_facility", "picked_up"),
  code("in_transit/departed_origin_facility", "departed"),
  code("in_transit/departed_facility", "departed"),
  code("in_transit/arrived_at_facility", "arrived"),
  code("in_transit/arrived_at_destination", "at_destination_facility"),
  code("in_transit/received_at_destination_facility", "at_destination_facility"),
  code("in_transit/transferred_to_destination_carrier", "handed_to_partner"),
  code("in_transit/arrived_at_pickup_location", "available_for_pickup"),
  ...trouble("in_transit"),

  code("out_for_delivery", "out_for_delivery"),
  code("available_for_pickup", "available_for_pickup"),
  code("delivered", "delivered"),

  revoking("return_to_sender", "returning_to_sender"),
  revoking("return_to_sender/arrived_at_destination", "returned_to_sender"),

  code("failure", "problem"),
  ...trouble("failure"),

  code("cancelled", "cancelled"),
];

/** What the details that name a trouble mean; the same on the road and after it ended there. */
function trouble(status: "in_transit" | "failure"): StatusCode[] {
  return [
    code(`${status}/address_correction`, "address_issue"),
    code(`${status}/cancelled`, "cancelled"),
    revoking(`${status}/damaged`, "damaged"),
    code(`${status}/delayed`, "delayed"),
    code(`${status}/delivery_exception`, "delivery_attempted"),
    code(`${status}/expired`, "problem"),
    code(`${status}/failure`, "problem"),
    code(`${status}/held`, "held"),
    code(`${status}/lost`, "lost"),
    code(`${status}/missorted`, "missorted"),
    revoking(`${status}/refused`, "refused"),
    revoking(`${status}/return`, "returning_to_sender"),
    code(`${status}/transit_exception`, "problem"),
    code(`${status}/weather_delay`, "delayed_weather"),
  ];
}

function code(key: string, subStatus: SubStatus): StatusCode {
  return { key, status: subStatusRow(subStatus).status, subStatus };
}

/** A code that moves a parcel which was already delivered. */
function revoking(key: string, subStatus: SubStatus): StatusCode {
  return { ...code(key, subStatus), revokesDelivery: true };
}

function information(key: string): StatusCode {
  return { key, status: "information", subStatus: "" };
}
