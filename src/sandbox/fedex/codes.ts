import type { Happening } from "../journey.js";

/** FedEx's words for a happening: `code` is the event type of the scan; `derived` what the scan derives to. */
export interface FedexCode {
  readonly code: string;
  readonly text: string;
  readonly derived: string;
  readonly derivedText: string;
  readonly locationType: string;
  /** Exception codes: Express has two digits, Ground three, for the same reason. */
  readonly exception?: { readonly express: string; readonly ground: string; readonly text: string };
  readonly delay?: { readonly type: string; readonly subType: string; readonly status: string };
}

const moving = { derived: "IT", derivedText: "In transit" };

/**
 * From FedEx's list of tracking status codes. An out for delivery scan really derives to "in transit" there, and a label to
 * `IN` ("Initiated"); FedEx publishes no list of exception codes, so a happening without a known one has an empty code.
 */
export const FEDEX_CODES: Readonly<Record<Happening, FedexCode>> = {
  label_created: {
    code: "OC",
    text: "Shipment information sent to FedEx",
    derived: "IN",
    derivedText: "Initiated",
    locationType: "CUSTOMER",
  },
  picked_up: {
    code: "PU",
    text: "Picked up",
    derived: "PU",
    derivedText: "Picked up",
    locationType: "PICKUP_LOCATION",
  },
  departed: { code: "DP", text: "Departed FedEx location", ...moving, locationType: "FEDEX_FACILITY" },
  arrived: { code: "AR", text: "Arrived at FedEx location", ...moving, locationType: "FEDEX_FACILITY" },
  arrived_at_local_facility: {
    code: "AR",
    text: "At local FedEx facility",
    ...moving,
    locationType: "DESTINATION_FEDEX_FACILITY",
  },
  out_for_delivery: { code: "OD", text: "On FedEx vehicle for delivery", ...moving, locationType: "VEHICLE" },
  delivered: {
    code: "DL",
    text: "Delivered",
    derived: "DL",
    derivedText: "Delivered",
    locationType: "DELIVERY_LOCATION",
  },
  delayed_by_weather: {
    code: "SE",
    text: "Shipment exception",
    derived: "SE",
    derivedText: "Shipment exception",
    locationType: "FEDEX_FACILITY",
    exception: { express: "", ground: "", text: "Weather delay" },
    delay: { type: "WEATHER", subType: "SNOW", status: "DELAYED" },
  },
  recipient_not_available: {
    code: "DE",
    text: "Delivery exception",
    derived: "DE",
    derivedText: "Delivery exception",
    locationType: "DESTINATION_FEDEX_FACILITY",
    exception: { express: "08", ground: "007", text: "Customer not available or business closed" },
  },
  refused: {
    code: "DE",
    text: "Delivery exception",
    derived: "DE",
    derivedText: "Delivery exception",
    locationType: "DESTINATION_FEDEX_FACILITY",
    exception: { express: "", ground: "", text: "Shipment refused by recipient" },
  },
  returning_to_sender: {
    code: "RS",
    text: "Returning package to shipper",
    derived: "RS",
    derivedText: "Returning package to shipper",
    locationType: "DESTINATION_FEDEX_FACILITY",
  },
  returned_to_sender: {
    code: "DL",
    text: "Delivered",
    derived: "DL",
    derivedText: "Delivered",
    locationType: "DELIVERY_LOCATION",
  },
};
