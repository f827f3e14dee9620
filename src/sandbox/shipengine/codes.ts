import type { Happening } from "../journey.js";

/** ShipEngine's words for a happening. */
export interface ShipengineCode {
  readonly status: string;
  readonly statusText: string;
  readonly detail: string;
  readonly detailText: string;
}

const code = (status: string, statusText: string, detail: string, detailText: string): ShipengineCode => ({
  status,
  statusText,
  detail,
  detailText,
});

/** From ShipEngine's lists of status codes and status details. A label is "accepted", and out for delivery has no code of its own. */
export const SHIPENGINE_CODES: Readonly<Record<Happening, ShipengineCode>> = {
  label_created: code("AC", "Accepted", "ELEC_ADVICE_RECD_BY_CARRIER", "Electronic advice received by carrier"),
  picked_up: code("AC", "Accepted", "PICKED_UP", "Picked up"),
  departed: code("IT", "In Transit", "HUB_SCAN_OUT", "Hub scan out"),
  arrived: code("IT", "In Transit", "HUB_SCAN_IN", "Hub scan in"),
  arrived_at_local_facility: code("IT", "In Transit", "RECEIVED_LOCAL_DELIVERY_DEPOT", "Received at local depot"),
  out_for_delivery: code("IT", "In Transit", "OUT_FOR_DELIVERY", "Out for delivery"),
  delivered: code("DE", "Delivered", "DELIVERED", "Delivered"),
  delayed_by_weather: code("EX", "Exception", "DELAYED_NOT_CARRIER", "Delayed, not by the carrier"),
  recipient_not_available: code("AT", "Delivery Attempt", "ATTEMPTED_DELIVERY", "Attempted delivery"),
  refused: code("EX", "Exception", "REFUSED_BY_CUSTOMER", "Refused by customer"),
  returning_to_sender: code("EX", "Exception", "RETURN_TO_SENDER", "Return to sender"),
  returned_to_sender: code("EX", "Exception", "UNDELIVERABLE_RETURNED_TO_SENDER", "Returned to sender"),
};
