import type { StatusCode } from "../contract.js";

/**
 * FedEx reason codes (`exceptionCode`, `ancillaryDetails[].reason`) that were seen with their texts; FedEx publishes no
 * list. Express has two digits and Ground three for the same reason. What is not here is read from its text.
 */
export const FEDEX_REASON_CODES: readonly StatusCode[] = [
  { key: "reason:IN001", status: "label_created", subStatus: "label_created" },

  { key: "reason:A3", status: "in_transit", subStatus: "picked_up" },
  { key: "reason:A12", status: "in_transit", subStatus: "delivery_change" },
  // Said a day and more before the parcel is ready at that place, so it is not available yet.
  { key: "reason:A13", status: "in_transit", subStatus: "to_pickup_point" },
  { key: "reason:A47", status: "in_transit", subStatus: "to_pickup_point" },
  { key: "reason:A25", status: "in_transit", subStatus: "customs_processing" },

  { key: "reason:015A", status: "out_for_delivery", subStatus: "available_for_pickup" },

  { key: "reason:005", status: "delivered", subStatus: "left_in_safe_place" },
  { key: "reason:014", status: "delivered", subStatus: "left_in_safe_place" },
  { key: "reason:02", status: "delivered", subStatus: "left_in_safe_place" },

  { key: "reason:007", status: "exception", subStatus: "delivery_attempted" },
  { key: "reason:08", status: "exception", subStatus: "delivery_attempted" },
  { key: "reason:15", status: "exception", subStatus: "delivery_attempted" },
  { key: "reason:083", status: "exception", subStatus: "delayed" },
  { key: "reason:A52", status: "exception", subStatus: "delayed" },
  { key: "reason:03", status: "exception", subStatus: "address_issue" },
  { key: "reason:099", status: "exception", subStatus: "problem" },
  { key: "reason:060G", status: "exception", subStatus: "returning_to_sender", revokesDelivery: true },
];
