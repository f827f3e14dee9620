import { type SubStatus, subStatusRow } from "../../../domain/status.js";
import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const SHIPENGINE_CODE_TABLES: Readonly<Record<string, string>> = {
  "": "ShipEngine's own codes: `status_code` in two letters, and `status_detail_code`, which is read first.",
  usps: "USPS's event codes: `event_code` of an event to which ShipEngine gave no status of its own.",
};

/**
 * ShipEngine's codes and what they mean (ShipStation API 1.1, `status_code` and `status_detail_code`). Upper case. A detail
 * says more than the status beside it, so it goes first. `usps:` are USPS's own event codes, read where ShipEngine leaves
 * the status of an event empty, as it mostly does.
 */
export const SHIPENGINE_STATUS_CODES: readonly StatusCode[] = [
  information("UN"),
  code("NY", "label_created"),
  code("AC", "picked_up"),
  code("IT", "moving"),
  code("SP", "available_for_pickup"),
  code("DE", "delivered"),
  code("AT", "delivery_attempted"),
  code("EX", "problem"),

  code("SHIPMENT_CREATED", "label_created"),
  code("AWAITING_PICKUP_DROP_OFF", "label_created"),
  code("ELEC_ADVICE_RECD_BY_CARRIER", "label_created"),
  code("NOT_YET_RECEIVED_BY_CARRIER", "label_created"),
  code("PICKUP_FAILED", "pickup_failed"),

  code("DROPPED_OFF", "picked_up"),
  code("PICKED_UP", "picked_up"),
  code("RECEIVED_BY_CARRIER", "picked_up"),
  code("HUB_SCAN_IN", "arrived"),
  code("HUB_SCAN_OUT", "departed"),
  code("HUB_PROCESSING", "arrived"),
  code("IN_TRANSIT", "moving"),
  code("INFORMATION", "moving"),
  code("PARCEL_OVER_LABELLED", "moving"),
  code("PARCEL_UPDATE_NOTIFICATION", "moving"),
  code("SUB_CONTRACTOR_EVENT", "moving"),
  code("DELIVERY_ARRANGED_WITH_RECIPIENT", "moving"),
  code("DELIVERY_SCHEDULED", "moving"),
  code("COD_AMOUNT_PAID", "moving"),
  code("SUB_CONTRACTOR_RECEIVED", "handed_to_partner"),
  code("RECEIVED_LOCAL_DELIVERY_DEPOT", "at_destination_facility"),
  code("CUSTOMS_PROCESSING", "customs_processing"),
  code("CUSTOMS_CLEARED", "customs_cleared"),
  code("PARCEL_REDIRECTED", "delivery_change"),

  code("OUT_FOR_DELIVERY", "out_for_delivery"),
  code("AWAITING_COLLECTION_FROM_PICKUP_POINT", "available_for_pickup"),
  code("COLLECT_AT_LOCAL_PO", "available_for_pickup"),
  code("CUSTOMER_TO_COLLECT_FROM_CARRIER", "available_for_pickup"),
  code("DELIVERED_TO_PICKUP_POINT", "available_for_pickup"),

  code("DELIVERED", "delivered"),
  code("DELIVERED_DAMAGED", "delivered"),
  code("DELIVERED_IN_PART", "delivered"),
  code("DELIVERED_SPECIFIED_SAFE_PLACE", "left_in_safe_place"),
  code("DELIVERED_TO_ALTERNATIVE_DELIVERY_LOCATION", "delivered"),
  code("DELIVERED_TO_NEIGHBOUR", "to_neighbour"),
  code("DELIVERED_TO_PO_BOX", "in_mailbox"),
  code("DELIVERED_TO_RECEPTION", "to_reception"),
  code("PARCEL_COLLECTED_FROM_PICKUP_POINT", "collected"),
  code("POST_TRANSIT_STATUS", "delivered"),
  code("PROOF_OF_DELIVERY", "delivered"),

  code("ATTEMPTED_DELIVERY", "delivery_attempted"),
  code("ATTEMPTED_DELIVERY_FINAL", "delivery_attempted"),
  code("CUSTOMER_CARDED", "delivery_attempted"),
  revoking("NOT_DELIVERED", "delivery_attempted"),
  code("NO_ACCESS_TO_RECIPIENTS_ADDRESS", "access_problem"),
  code("CUSTOMER_IDENTIFICATION_FAILED", "shopper_action_required"),
  code("COD_AMOUNT_NOT_PAID", "payment_due"),
  code("ADDRESS_QUERY", "address_issue"),
  code("CUSTOMER_MOVED", "address_issue"),
  code("DELIVERY_RESCHEDULED", "delayed"),
  code("CARRIER_DELAYS", "delayed_operational"),
  code("DELAYED_NOT_CARRIER", "delayed"),
  code("RECD_BY_CARRIER_NO_ELEC_ADVICE", "delayed"),
  code("HELD_BY_CARRIER", "held"),
  code("HELD_BY_CARRIER_FOR_CLEARANCE_PRE_PROCESSING", "customs_held"),
  code("HELD_BY_CUSTOMS", "customs_held"),
  code("DUTY_NOT_PAID", "customs_duties_due"),
  code("INCORRECT_DECLARATION", "customs_documents_missing"),
  code("MISROUTED", "missorted"),
  code("PARCEL_REDIRECTED_BY_CARRIER", "missorted"),
  revoking("PARCEL_DAMAGED", "damaged"),
  revoking("PARCEL_REPACKED", "damaged"),
  code("PARCEL_LOST", "lost"),
  code("PARCEL_DISPOSED", "disposed"),
  code("HAZARDOUS_PROHIBITED", "not_permitted"),
  code("PARCEL_OUTSIDE_OF_SERVICE_CAPABILITY", "not_permitted"),
  revoking("REFUSED_BY_CUSTOMER", "refused"),
  revoking("RETURN_TO_SENDER", "returning_to_sender"),
  revoking("NOT_COLLECTED_FROM_PICKUP_POINT", "returning_to_sender"),
  revoking("NOT_DELIVERED_ADDRESSEE_DECEASED", "returning_to_sender"),
  revoking("UNDELIVERABLE_RETURNED_TO_SENDER", "returned_to_sender"),
  code("CANCELLED", "cancelled"),
  code("UNSPECIFIED_EXCEPTION", "problem"),

  information("CARRIER_STATUS_NOT_MAPPED"),
  // ShipEngine stops looking. Nothing happened to the parcel by that.
  information("TRACKING_EXPIRED"),

  code("usps:GX", "label_created"),
  code("usps:OF", "out_for_delivery"),
];

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
