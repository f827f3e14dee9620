import type { StatusCode } from "../contract.js";

/** What the tables of codes are, for readers of the published list. */
export const FEDEX_CODE_TABLES: Readonly<Record<string, string>> = {
  "": "Scan and status codes: `eventType` of a scan, `code` of the latest status.",
  reason:
    "Reasons: `exceptionCode` of a scan, `reason` in `ancillaryDetails`. They say more exactly what a code means; one that is not here is read by its text.",
};

/**
 * FedEx status codes, as in `latestStatusDetail.code` and `scanEvents[].eventType` (FedEx Track API, tracking status
 * codes; Advanced Integrated Visibility, event categories). `derivedCode` and `derivedStatusCode` use the same letters
 * in another sense (OC has IN, OD has IT, a return has DL) and are never read.
 */
export const FEDEX_STATUS_CODES: readonly StatusCode[] = [
  { key: "OC", status: "label_created", subStatus: "label_created" },
  { key: "MD", status: "label_created", subStatus: "label_created" },
  // A link to a return label was sent, or runs out soon: nothing has been shipped yet.
  { key: "RP", status: "label_created", subStatus: "label_created" },
  { key: "RG", status: "label_created", subStatus: "label_created" },
  { key: "EP", status: "label_created", subStatus: "pickup_scheduled" },
  { key: "AP", status: "label_created", subStatus: "pickup_scheduled" },
  { key: "DS", status: "label_created", subStatus: "pickup_scheduled" },
  { key: "PD", status: "label_created", subStatus: "pickup_failed" },
  { key: "DR", status: "label_created", subStatus: "pickup_failed" },

  { key: "DO", status: "in_transit", subStatus: "picked_up" },
  { key: "PU", status: "in_transit", subStatus: "picked_up" },
  { key: "PX", status: "in_transit", subStatus: "picked_up" },
  { key: "IP", status: "in_transit", subStatus: "picked_up" },
  { key: "OF", status: "in_transit", subStatus: "moving" },
  { key: "LO", status: "in_transit", subStatus: "moving" },
  { key: "AA", status: "in_transit", subStatus: "moving" },
  { key: "EO", status: "in_transit", subStatus: "moving" },
  { key: "EA", status: "in_transit", subStatus: "moving" },
  { key: "PF", status: "in_transit", subStatus: "moving" },
  { key: "PL", status: "in_transit", subStatus: "moving" },
  { key: "AR", status: "in_transit", subStatus: "moving" },
  { key: "DP", status: "in_transit", subStatus: "moving" },
  { key: "AF", status: "in_transit", subStatus: "moving" },
  { key: "SF", status: "in_transit", subStatus: "moving" },
  { key: "FD", status: "in_transit", subStatus: "moving" },
  { key: "TR", status: "in_transit", subStatus: "moving" },
  { key: "IT", status: "in_transit", subStatus: "moving" },
  { key: "IX", status: "in_transit", subStatus: "moving" },
  { key: "Ow", status: "in_transit", subStatus: "moving" },
  { key: "PM", status: "in_transit", subStatus: "moving" },
  { key: "CH", status: "in_transit", subStatus: "moving" },
  { key: "SP", status: "in_transit", subStatus: "moving" },
  // Sent to the post in the middle of the way (Ground Economy), although the text speaks of shipment information.
  { key: "OX", status: "in_transit", subStatus: "handed_to_partner" },
  { key: "AX", status: "in_transit", subStatus: "handed_to_partner" },
  { key: "AC", status: "in_transit", subStatus: "handed_to_partner" },
  { key: "CP", status: "in_transit", subStatus: "customs_processing" },
  { key: "CU", status: "in_transit", subStatus: "customs_processing" },
  { key: "CC", status: "in_transit", subStatus: "customs_cleared" },
  { key: "HA", status: "in_transit", subStatus: "delivery_change" },
  { key: "RR", status: "in_transit", subStatus: "delivery_change" },
  { key: "RM", status: "in_transit", subStatus: "delivery_change" },
  { key: "RC", status: "in_transit", subStatus: "delivery_change" },
  { key: "RA", status: "in_transit", subStatus: "delivery_change" },
  { key: "PR", status: "in_transit", subStatus: "delivery_change" },
  { key: "AS", status: "in_transit", subStatus: "delivery_change" },

  { key: "OD", status: "out_for_delivery", subStatus: "out_for_delivery" },
  { key: "ED", status: "out_for_delivery", subStatus: "out_for_delivery" },
  { key: "AD", status: "out_for_delivery", subStatus: "arriving_soon" },
  // The same fact: HP in the scans, HL as the latest status.
  { key: "HP", status: "out_for_delivery", subStatus: "available_for_pickup" },
  { key: "HL", status: "out_for_delivery", subStatus: "available_for_pickup" },

  { key: "DL", status: "delivered", subStatus: "delivered" },

  { key: "DE", status: "exception", subStatus: "delivery_attempted" },
  { key: "SE", status: "exception", subStatus: "problem" },
  { key: "DD", status: "exception", subStatus: "delayed" },
  { key: "DY", status: "exception", subStatus: "delayed" },
  { key: "RL", status: "exception", subStatus: "delayed" },
  { key: "CD", status: "exception", subStatus: "customs_held" },
  { key: "RS", status: "exception", subStatus: "returning_to_sender", revokesDelivery: true },
  { key: "RT", status: "exception", subStatus: "returning_to_sender", revokesDelivery: true },
  { key: "CA", status: "exception", subStatus: "cancelled" },
  { key: "RD", status: "exception", subStatus: "cancelled" },
  { key: "LP", status: "exception", subStatus: "cancelled" },
  { key: "LC", status: "exception", subStatus: "cancelled" },

  // News about the delivery date or about us, not about where the parcel is.
  { key: "AE", status: "information", subStatus: "" },
  { key: "AO", status: "information", subStatus: "" },
  { key: "US", status: "information", subStatus: "" },
  { key: "IN", status: "information", subStatus: "" },
];
