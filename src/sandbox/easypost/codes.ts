import type { Happening } from "../journey.js";

/** EasyPost's words for a happening. */
export interface EasypostCode {
  readonly status: string;
  readonly detail: string;
}

/** From EasyPost's lists of tracker statuses and status details. Trouble on the way keeps the status "in transit". */
export const EASYPOST_CODES: Readonly<Record<Happening, EasypostCode>> = {
  label_created: { status: "pre_transit", detail: "label_created" },
  picked_up: { status: "in_transit", detail: "received_at_origin_facility" },
  departed: { status: "in_transit", detail: "departed_facility" },
  arrived: { status: "in_transit", detail: "arrived_at_facility" },
  arrived_at_local_facility: { status: "in_transit", detail: "received_at_destination_facility" },
  out_for_delivery: { status: "out_for_delivery", detail: "out_for_delivery" },
  delivered: { status: "delivered", detail: "arrived_at_destination" },
  delayed_by_weather: { status: "in_transit", detail: "weather_delay" },
  recipient_not_available: { status: "in_transit", detail: "delivery_exception" },
  refused: { status: "failure", detail: "refused" },
  returning_to_sender: { status: "return_to_sender", detail: "return" },
  returned_to_sender: { status: "return_to_sender", detail: "arrived_at_destination" },
};
